"""What the codec of a LoRaWAN meter hands to its network server, whichever it is."""

from domain.meters import Commodity
from sensors_sim.dialects.device import Device, Sample


def codec_object(device: Device, sample: Sample) -> dict[str, object]:
    """Return the decoded uplink: a volume [m³], an energy [kWh] or a temperature [°C]."""
    if device.commodity is Commodity.OUTDOOR_TEMPERATURE:
        return {"temperature": round(sample.temperature_degc, 1), "battery_voltage": 3.58}
    if device.commodity in (Commodity.WATER, Commodity.NATURAL_GAS):
        return {"volume_m3": sample.total / 1000, "battery_voltage": 3.58}
    return {"energy_kwh": sample.total / 1000, "power_w": round(sample.power_w)}


def frame_bytes(sample: Sample) -> bytes:
    """Return the radio frame that the codec decoded: the index, most significant byte first."""
    return b"\x01" + sample.total.to_bytes(8, "big")


def frame_count(device: Device, sample: Sample) -> int:
    """Return the uplink's number, which starts again from 0 after sixteen bits."""
    return sample.at.epoch_s // device.cadence_s % 65_536
