"""LiXee's ZiPulses behind Zigbee2MQTT: pulses of a gas or water meter, already cubic metres."""

import orjson

from sensors_sim.dialects.device import Device, Sample, Spoken

RESOLUTION_M3 = 0.01
"""One pulse is ten litres, the usual weight of a gas meter's magnet."""


def speak(device: Device, sample: Sample) -> list[Spoken]:
    """Return the state of a pulse counter: `energy` counts in `unitOfMeasure`."""
    body = {
        "battery": 92,
        "divisor": 100,
        "energy": sample.total / 100,
        "linkquality": 76 + sample.at.epoch_s // 600 % 25,
        "multiplier": 1,
        "temperature": 18.5,
        "unitOfMeasure": "m3",
        "voltage": 3000,
        "last_seen": f"{sample.at.iso}.000Z",
    }
    return [(f"zigbee2mqtt/{device.name}", orjson.dumps(body))]
