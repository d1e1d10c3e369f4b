"""Shelly Gen2 and later: notifications on `<id>/events/rpc`, energies in Wh."""

import orjson

from sensors_sim.dialects.device import Device, Sample, Spoken

RESOLUTION_KWH = 0.00001
"""Hundredths of a Wh."""

_PHASES = (("a", 37, 234.1), ("b", 33, 235.6), ("c", 30, 233.2))
"""Each phase's share of the load [%] and its voltage [V]."""


def speak_three_phase(device: Device, sample: Sample) -> list[Spoken]:
    """Return the notifications of a Pro 3EM: `em:0` at once, `emdata:0` once a minute."""
    live: dict[str, object] = {"id": 0}
    counted: dict[str, object] = {"id": 0}
    for phase, percent, volts in _PHASES:
        watts = sample.power_w * percent / 100
        live[f"{phase}_current"] = round(watts / 0.96 / volts, 3)
        live[f"{phase}_voltage"] = volts
        live[f"{phase}_act_power"] = round(watts, 1)
        live[f"{phase}_aprt_power"] = round(watts / 0.96, 1)
        live[f"{phase}_pf"] = 0.96
        counted[f"{phase}_total_act_energy"] = sample.total * percent // 100 / 100
        counted[f"{phase}_total_act_ret_energy"] = 0.0
    live["total_current"] = round(sample.power_w / 0.96 / 234.3, 3)
    live["total_act_power"] = round(sample.power_w, 3)
    live["total_aprt_power"] = round(sample.power_w / 0.96, 3)
    counted["total_act"] = sample.total / 100
    counted["total_act_ret"] = 0.0
    return [_notify(device, sample, {"em:0": live}), _notify(device, sample, {"emdata:0": counted})]


def speak_single_phase(device: Device, sample: Sample) -> list[Spoken]:
    """Return the notification of a Pro EM-50 with one clamp: `em1:0` and `em1data:0`."""
    watts = sample.power_w
    live = {
        "id": 0,
        "current": round(watts / 0.97 / 234.0, 3),
        "voltage": 234.0,
        "act_power": round(watts, 1),
        "aprt_power": round(watts / 0.97, 1),
        "pf": 0.97,
        "freq": 50.0,
        "calibration": "factory",
    }
    counted = {"id": 0, "total_act_energy": sample.total / 100, "total_act_ret_energy": 0.0}
    return [_notify(device, sample, {"em1:0": live, "em1data:0": counted})]


def speak_switch(device: Device, sample: Sample) -> list[Spoken]:
    """Return the notification of a Plus or Pro switch or meter with one channel."""
    switch = {
        "id": 0,
        "apower": round(sample.power_w, 1),
        "voltage": 234.0,
        "current": round(sample.power_w / 0.97 / 234.0, 3),
        "aenergy": {"total": sample.total / 100},
    }
    component = "pm1:0" if "pm" in device.name.partition("-")[0] else "switch:0"
    return [_notify(device, sample, {component: switch})]


def _notify(device: Device, sample: Sample, components: dict[str, object]) -> Spoken:
    body = {
        "src": device.name,
        "dst": f"{device.name}/events",
        "method": "NotifyStatus",
        "params": {"ts": float(sample.at.epoch_s), **components},
    }
    return f"{device.name}/events/rpc", orjson.dumps(body)
