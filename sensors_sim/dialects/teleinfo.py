"""teleinfo2mqtt on a Linky in historique mode, with off-peak hours.

A historique frame says nothing of the time: its readings are of the moment it is received.
"""

import orjson

from sensors_sim.dialects.device import Device, Sample, Spoken

RESOLUTION_KWH = 0.001
_ROLLS_OVER_AT_WH = 10**9
_VOLTS = 233.0


def speak(device: Device, sample: Sample) -> list[Spoken]:
    """Return one frame: HCHC and HCHP [Wh, nine digits], PAPP [VA, in tens]."""
    off_peak = sample.off_peak % _ROLLS_OVER_AT_WH
    peak = (sample.total - sample.off_peak) % _ROLLS_OVER_AT_WH
    volt_amperes = int(round(sample.power_w / 0.97, -1))
    amperes = round(volt_amperes / _VOLTS)
    tariff = "HC" if sample.is_off_peak else "HP"
    body = {
        "ADCO": {"raw": device.name, "value": int(device.name) if device.name.isdigit() else 0},
        "OPTARIF": {"raw": "HC..", "value": "HC"},
        "ISOUSC": {"raw": "60", "value": 60},
        "HCHC": {"raw": f"{off_peak:09d}", "value": off_peak},
        "HCHP": {"raw": f"{peak:09d}", "value": peak},
        "PTEC": {"raw": f"{tariff}..", "value": tariff},
        "IINST": {"raw": f"{amperes:03d}", "value": amperes},
        "PAPP": {"raw": f"{volt_amperes:05d}", "value": volt_amperes},
        "HHPHC": {"raw": "A", "value": "A"},
        "MOTDETAT": {"raw": "000000", "value": 0},
    }
    return [(f"teleinfo/{device.name}", orjson.dumps(body))]
