"""The families of devices that Zaindu reads without a mapping."""

FAMILIES = (
    "tasmota",
    "shelly",
    "zigbee2mqtt",
    "teleinfo2mqtt",
    "chirpstack",
    "ttn",
    "senml",
    "tic",
    "sparkplug",
    "homie",
    "homeassistant",
)
"""What a meter's `source.family` may be, besides `mapping:<name>`."""

MAPPING_PREFIX = "mapping:"
