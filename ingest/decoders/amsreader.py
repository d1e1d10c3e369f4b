"""amsreader (AmsToMqttBridge): the HAN port of Nordic and Central European meters.

Three ways of sending the same: JSON whole (`data` in it, or flat), JSON in
Home Assistant's topics (`<prefix>/power`, `<prefix>/energy`), and one value a
topic under `<prefix>/meter/`. Powers are in W, indexes in kWh. The device is
the bridge's `id` where the whole JSON names it, else the prefix: the meter's
own number comes only with some of the lists.
"""

import re
from functools import partial
from zoneinfo import ZoneInfo

from domain.registers import Accumulation
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import Gathering, Kind, energy, power
from ingest.decoders.json_body import JsonObject, parse_object
from ingest.decoders.plain_number import read_number

NAME = "amsreader"

_POWER, _POWER_PART, _EXPORT = power("W", Role.LIVE), power("W", Role.PART), power("W")
_INDEX, _INDEX_PART, _EXPORTED = energy("kWh", Role.TOTAL), energy("kWh", Role.PART), energy("kWh")
_FIELDS: dict[str, Kind] = {
    "P": _POWER,
    **{f"P{phase}": _POWER_PART for phase in (1, 2, 3)},
    "PO": _EXPORT,
    **{f"PO{phase}": _EXPORT for phase in (1, 2, 3)},
    "tPI": _INDEX,
    **dict.fromkeys(("tPIT1", "tPIT2", "tPI1", "tPI2", "tPI3"), _INDEX_PART),
    **dict.fromkeys(("tPO", "tPOT1", "tPOT2", "tPO1", "tPO2", "tPO3"), _EXPORTED),
}
_RAW = re.compile(
    r"(.+)/(?:meter/((?:import|export)/(?:active|reactive|l[123])(?:/accumulated(?:/tariff[12])?)?"
    r"|id|type|clock|dlms/timestamp|powerfactor|l[123]/(?:current|voltage|powerfactor))"
    r"|realtime/(?:import|export)/(?:hour|day|month|monthmax|threshold|peak/\d|thresholds/\d))"
)
_RAW_FIELDS: dict[str, Kind] = {
    "import/active": _POWER,
    "export/active": _EXPORT,
    "import/active/accumulated": _INDEX,
    "export/active/accumulated": _EXPORTED,
    **{f"import/active/accumulated/tariff{n}": _INDEX_PART for n in (1, 2)},
    **{f"export/active/accumulated/tariff{n}": _EXPORTED for n in (1, 2)},
    **{f"import/l{phase}": _POWER_PART for phase in (1, 2, 3)},
    **{f"export/l{phase}": _EXPORT for phase in (1, 2, 3)},
    **{f"import/l{phase}/accumulated": _INDEX_PART for phase in (1, 2, 3)},
    **{f"export/l{phase}/accumulated": _EXPORTED for phase in (1, 2, 3)},
}
_BRIDGE = frozenset(("id", "up", "vcc", "rssi"))
"""What heads every list, and the bridge's word of itself."""

_HOME_ASSISTANT = re.compile(r"(.+)/(?:power|energy)")
_QUIET = ("/realtime", "/temperatures")
_POWERS = frozenset(("P", "Q", "PO", "QO"))
_INDEXES = frozenset(("tPI", "tPO", "rtc"))
_ACCOUNTS = frozenset(("max", "peaks", "threshold", "hour"))
"""What the bridge reckons of the grid's tariff: no meter's figures."""


def claim(topic: str) -> Reader | None:
    """Return the reader of `<prefix>/meter/import/active` and its like."""
    found = _RAW.fullmatch(topic)
    if found is None:
        return None
    kind = _RAW_FIELDS.get(found[2] or "")
    return silent(NAME) if kind is None else partial(read_number, NAME, found[1], found[2], kind)


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for what only the bridge writes: its lists, its prices, its own state."""
    if type(body) is not dict:
        return None
    if body.keys() >= _BRIDGE or (type(body.get("prices")) is dict and "id" in body):
        return partial(read, topic)
    shared = _HOME_ASSISTANT.fullmatch(topic)
    if shared and _is_split_list(body):
        return partial(read, shared[1])
    is_account = body.keys() >= _ACCOUNTS or body.keys() <= {"temperatures", "t"}
    return silent(NAME) if body and is_account and topic.endswith(_QUIET) else None


def _is_split_list(body: JsonObject) -> bool:
    """Tell if a body is a list for Home Assistant; a lone `P` without `t` may be anyone's."""
    keys = body.keys()
    return keys >= _INDEXES or keys >= _POWERS or keys == {"P", "t"}


def read(prefix: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of one list.

    Raises:
        RejectedMessage: It is no JSON object, or none of its numbers is one.
    """
    body = parse_object(payload)
    data, path = body.get("data"), "data."
    if type(data) is not dict:
        data, path = body, ""
    heard = instants.from_any(body.get("t") or None, zone, "t")
    # Indexes are the meter's at the hour its own clock shows; powers are of now.
    counted = instants.from_any(data.get("rtc") or None, zone, "rtc") or heard
    found = Gathering(_device(body, prefix), heard)
    for name, kind in _FIELDS.items():
        if name in data:
            is_index = kind.accumulation is Accumulation.CUMULATIVE
            found.time = counted if is_index else heard
            found.add(kind, name, data[name], f"{path}{name}")
    return found.decoded(NAME)


def _device(body: JsonObject, prefix: str) -> str:
    name = body.get("id")
    return name if "up" in body and type(name) is str and name else prefix


FAMILY = Family(NAME, claim, recognise)
