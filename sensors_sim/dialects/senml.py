"""SenML (RFC 8428): a pack of one record, whose base name is the device."""

import orjson

from domain.meters import Commodity
from sensors_sim.dialects.device import Device, Sample, Spoken

RESOLUTION = 0.001
"""A litre, or a Wh."""


def speak(device: Device, sample: Sample) -> list[Spoken]:
    """Return a pack with a temperature [Cel], a volume [m3] or an energy [kWh]."""
    if device.commodity is Commodity.OUTDOOR_TEMPERATURE:
        record = {"n": "temperature", "u": "Cel", "v": round(sample.temperature_degc, 2)}
    elif device.commodity in (Commodity.WATER, Commodity.NATURAL_GAS):
        record = {"n": "volume", "u": "m3", "v": sample.total / 1000}
    else:
        record = {"n": "energy", "u": "kWh", "v": sample.total / 1000}
    pack = [{"bn": f"{device.name}:", "bt": sample.at.epoch_s, **record}]
    return [(f"senml/{device.name.replace(':', '-')}", orjson.dumps(pack))]
