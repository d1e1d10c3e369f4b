"""The families of devices that Zaindu reads without a mapping."""

FAMILIES = (
    "tasmota",
    "shelly",
    "zigbee2mqtt",
    "teleinfo2mqtt",
    "chirpstack",
    "ttn",
    "liveobjects",
    "victron",
    "senml",
    "wmbusmeters",
    "rtl_433",
    "dsmr_reader",
    "emonhub",
    "iotawatt",
    "influx",
    "vzlogger",
    "amsreader",
    "plain",
    "tic",
    "sparkplug",
    "homie",
    "homeassistant",
    "file",
)
"""What a meter's `source.family` may be, besides `mapping:<name>`. `file` is no family of
devices: the meter's past comes from files, and its device is the point's id in them."""

MAPPING_PREFIX = "mapping:"
