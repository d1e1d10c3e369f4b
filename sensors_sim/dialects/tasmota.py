"""Tasmota's telemetry, on a plug or a meter, and the form it takes on a Linky.

`SetOption52` is on, so that `Time` ends with its offset: without it, an hour of
October cannot be told from the next.
"""

import orjson

from sensors_sim.dialects.device import Device, Sample, Spoken

RESOLUTION_KWH = 0.001
_VOLTS = 233.0


def speak(device: Device, sample: Sample) -> list[Spoken]:
    """Return the telemetry message of a plug or a meter."""
    watts = round(sample.power_w)
    body = {
        "Time": sample.at.local_iso,
        "ENERGY": {
            "TotalStartTime": "2023-01-01T00:00:00",
            "Total": sample.total / 1000,
            "Power": watts,
            "ApparentPower": round(watts / 0.95),
            "Factor": 0.95,
            "Voltage": 233,
            "Current": round(watts / 0.95 / _VOLTS, 3),
        },
    }
    return [(f"tele/{device.name}/SENSOR", orjson.dumps(body))]


def speak_linky(device: Device, sample: Sample) -> list[Spoken]:
    """Return the telemetry message of a Tasmota that reads a Linky in historique mode."""
    off_peak, peak = sample.off_peak, sample.total - sample.off_peak
    volt_amperes = round(sample.power_w / 0.95, -1)
    body = {
        "Time": sample.at.local_iso,
        "ENERGY": {
            "TotalStartTime": "2023-01-01T00:00:00",
            "Total": sample.total / 1000,
            "Power": round(sample.power_w),
            "Load": min(100, round(volt_amperes / 360)),
        },
        "TIC": {
            "ADCO": device.name,
            "OPTARIF": "HC..",
            "ISOUSC": 60,
            "HCHC": off_peak,
            "HCHP": peak,
            "PTEC": "HC.." if sample.is_off_peak else "HP..",
            "IINST": round(volt_amperes / _VOLTS),
            "PAPP": int(volt_amperes),
            "HHPHC": "A",
            "MOTDETAT": 0,
        },
    }
    return [(f"tele/{device.name}/SENSOR", orjson.dumps(body))]
