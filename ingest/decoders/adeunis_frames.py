"""Adeunis: the frames its codec names, `{"type": "0x57 Temp 4 periodic data", …}`.

The codec of The Things Network wraps the frame in `bytes`. Temperatures and
the labels of a meter carry their unit; `counterValues` are pulses. Lists go
back in time by a sampling period that only another frame gives, so their first
value, the present one, is read. `timestamp` is a clock that starts in 2013
unless somebody sets it: the network's time is taken. A PME-PMI's `DATE` is the
meter's own clock and comes first.
"""

import re
from zoneinfo import ZoneInfo

from domain.units import spelled
from ingest.decoders import instants, pme_pmi
from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Gathering, Kind, temperature
from ingest.decoders.json_body import JsonObject
from ingest.decoders.lorawan_fields import PULSES
from ingest.decoders.tic_labels import TIC_REGISTERS

_FRAME_TYPE = re.compile(r"0x[0-9a-f]{2} .+")
_FAILED_PROBE = -3276.8
"""What 0x8000 reads as in tenths of a degree: there is no probe, or it is broken."""


def gather(found: Gathering, payload: JsonObject, path: str, zone: ZoneInfo) -> bool:
    """Pick the numbers of a frame; return False when the payload is not this codec's."""
    frame = payload
    if type(payload.get("bytes")) is dict:
        frame, path = payload["bytes"], f"{path}.bytes"
    kind = frame.get("type")
    if type(kind) is not str or not _FRAME_TYPE.match(kind[:40]):
        return False
    _gather_temperatures(found, frame, path)
    if "counterValues" in frame:
        found.complain(f"{path}.counterValues", PULSES)
    if frame.get("registerValues"):
        found.complain(
            f"{path}.registerValues", "are Modbus registers; a [[mappings]] table can name them"
        )
    _gather_labels(found, frame, path, zone)
    return True


def _gather_temperatures(found: Gathering, frame: JsonObject, path: str) -> None:
    probes = frame.get("temperatures")
    places = [
        (probe, f"{path}.temperatures[{index}]")
        for index, probe in enumerate(probes if type(probes) is list else ())
    ]
    if type(frame.get("temperature")) is dict:
        places.append((frame["temperature"], f"{path}.temperature"))
    role = Role.LIVE
    for probe, place in places:
        if type(probe) is dict and probe.get("state") != "deactivated":
            _gather_probe(found, probe, place, role)
            role = Role.OTHER


def _gather_probe(found: Gathering, probe: JsonObject, path: str, role: Role) -> None:
    values = probe.get("values")
    if type(values) is list and values:
        value, path = values[0], f"{path}.values[0]"
    elif "value" in probe:
        value, path = probe["value"], f"{path}.value"
    else:
        return
    unit = probe.get("unit")
    name = probe.get("name")
    if value == _FAILED_PROBE:
        found.complain(path, "is what a missing or broken probe reads")
    else:
        kind = temperature("degF" if unit == "°F" else "degC", role)
        found.add(kind, name if type(name) is str and name else "temperature", value, path)


def _gather_labels(found: Gathering, frame: JsonObject, path: str, zone: ZoneInfo) -> None:
    heard_at = found.time
    date = frame.get("DATE")
    if type(date) is str:
        found.time = instants.from_text(date, zone)
    for label, item in frame.items():
        if type(item) is not dict or "value" not in item:
            continue
        kind, place = TIC_REGISTERS.get(label), f"{path}.{label}.value"
        if kind is not None:
            if _is_said_otherwise(kind, item.get("unit")):
                found.complain(place, f"is in {item['unit']!r}, not in {kind.unit}")
            else:
                found.add(kind, label, item["value"], place)
        elif label == pme_pmi.INDEX:
            pme_pmi.gather_index(found, item["value"], frame.get(pme_pmi.TARIFF), place)
    found.time = heard_at


def _is_said_otherwise(kind: Kind, unit: object) -> bool:
    return type(unit) is str and spelled(unit) != kind.unit
