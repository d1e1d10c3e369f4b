"""LiXee's ZLinky behind Zigbee2MQTT, on a three-phase Linky in standard mode.

Zigbee2MQTT is set to `last_seen: ISO_8601` and the ZLinky to three decimals of a kWh.
"""

import orjson

from sensors_sim.dialects.device import Device, Sample, Spoken

RESOLUTION_KWH = 0.001
_VOLTS = (234, 236, 235)


def speak(device: Device, sample: Sample) -> list[Spoken]:
    """Return the state of a ZLinky: EAST as `current_summ_delivered` [kWh]."""
    kwh = sample.total / 1000
    volt_amperes = round(sample.power_w / 0.96)
    phases = [round(volt_amperes * share) for share in (0.37, 0.33, 0.30)]
    body = {
        "active_power_max": None,
        "apparent_power": volt_amperes,
        "apparent_power_ph_b": phases[1],
        "apparent_power_ph_c": phases[2],
        "available_power": 36,
        "current_summ_delivered": kwh,
        "current_summ_received": 0,
        "current_tarif": "BASE",
        "current_tier1_summ_delivered": kwh,
        "linkquality": 102 + sample.at.epoch_s // 60 % 30,
        "rms_current": round(phases[0] / _VOLTS[0]),
        "rms_current_ph_b": round(phases[1] / _VOLTS[1]),
        "rms_current_ph_c": round(phases[2] / _VOLTS[2]),
        "rms_voltage": _VOLTS[0],
        "rms_voltage_ph_b": _VOLTS[1],
        "rms_voltage_ph_c": _VOLTS[2],
        "last_seen": f"{sample.at.iso}.000Z",
    }
    return [(f"zigbee2mqtt/{device.name}", orjson.dumps(body))]
