"""Shelly Gen1 energy meters: the status document `info`, and one plain number a topic."""

import orjson

from sensors_sim.dialects.device import Device, Sample, Spoken

RESOLUTION_KWH = 0.0001
"""Tenths of a Wh."""


def speak(device: Device, sample: Sample) -> list[Spoken]:
    """Return the status document, which carries `unixtime`."""
    watts = round(sample.power_w, 2)
    body = {
        "wifi_sta": {"connected": True, "ssid": "batiment", "ip": "192.168.33.20", "rssi": -61},
        "mqtt": {"connected": True},
        "time": sample.at.local_iso[11:16],
        "unixtime": sample.at.epoch_s,
        "mac": device.name.rpartition("-")[2],
        "emeters": [
            {
                "power": watts,
                "reactive": round(0.2 * watts, 2),
                "voltage": 234.15,
                "is_valid": True,
                "total": sample.total / 10,
                "total_returned": 0.0,
            }
        ],
        "uptime": sample.at.epoch_s % 8_640_000,
    }
    return [(f"shellies/{device.name}/info", orjson.dumps(body))]


def speak_plainly(device: Device, sample: Sample) -> list[Spoken]:
    """Return the plain topics, which say nothing of the time."""
    emeter = f"shellies/{device.name}/emeter/0"
    return [
        (f"{emeter}/power", f"{sample.power_w:.2f}".encode()),
        (f"{emeter}/total", f"{sample.total / 10:.1f}".encode()),
    ]
