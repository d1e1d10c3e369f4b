"""A Zigbee thermometer behind Zigbee2MQTT."""

import orjson

from sensors_sim.dialects.device import Device, Sample, Spoken


def speak(device: Device, sample: Sample) -> list[Spoken]:
    """Return the state of a thermometer [°C]."""
    body = {
        "battery": 88,
        "humidity": 71.4,
        "linkquality": 84 + sample.at.epoch_s // 600 % 20,
        "temperature": round(sample.temperature_degc, 1),
        "last_seen": f"{sample.at.iso}.000Z",
    }
    return [(f"zigbee2mqtt/{device.name}", orjson.dumps(body))]
