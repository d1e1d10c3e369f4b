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
)
"""What a meter's `source.family` may be, besides `mapping:<name>`."""

MAPPING_PREFIX = "mapping:"
