"""Meters read by Tasmota's Smart Meter Interface: a section named in its script.

`{"SML": {"Total_in": 9982.81, "Power_curr": 7}}`: section and fields are named
in the script on the device, and their unit stands there too, not in the
message. Read are the names that Tasmota's documentation gives to one unit in
every script it shows, and those that say their unit (`total_kwh`). OBIS names
are not among them, for `1_8_0` is in kWh in some scripts and in Wh in another.
What a name says to be counted is never passed over: it is read or complained of.
"""

import re
from collections.abc import Iterator

from domain.registers import Quantity
from ingest.decoders.decoded import Role
from ingest.decoders.field_words import tells_no_index
from ingest.decoders.gathering import Gathering, Kind, energy, power
from ingest.decoders.json_body import JsonObject
from ingest.decoders.lorawan_fields import kind_by_unit_in_name

_FIELDS: dict[str, Kind] = {
    **dict.fromkeys(
        ("total_in", "totalin", "e_in", "energy_import", "energy_imported"),
        energy("kWh", Role.TOTAL),
    ),
    **dict.fromkeys(
        ("total_out", "totalout", "e_out", "energy_export", "energy_exported"), energy("kWh")
    ),
    **dict.fromkeys(("power_curr", "power_cur", "curr_w", "16_7_0"), power("W", Role.LIVE)),
    **dict.fromkeys(
        (
            *(f"power_{curr}p{n}" for curr in ("", "curr_", "cur_") for n in (1, 2, 3)),
            *(f"{n}_7_0" for n in (36, 56, 76)),
        ),
        power("W", Role.PART),
    ),
}
"""What the names mean, in small letters: scripts write them both ways."""

_TARIFFS = (
    ("total_t1", "total_t2"),
    ("total_tarif1", "total_tarif2"),
    ("ht_total_in", "nt_total_in"),
    ("total_day", "total_night"),
)
_TARIFF_KIND = energy("kWh", Role.PART)
_FIELDS |= dict.fromkeys((name for pair in _TARIFFS for name in pair), _TARIFF_KIND)
_WHOLE_TARIFF = energy("kWh", Role.TOTAL)
_UNSURE = re.compile(r"[12][_.]8[_.][0-9]", re.ASCII)
_COUNTS = re.compile(
    r"total|energ|summation|consum|bezug|verbrauch|einspeis|lieferung|counter_(?:pos|neg)|wasser"
    r"|z(?:ä|ae)hler(?!_?n)",
    re.IGNORECASE,
)
"""Words of names that count something, in the languages of those who write scripts."""

_OTHER_SECTIONS = frozenset(("ENERGY", "TIC", "ESP32"))
_ZIGBEE = "ZbReceived"
_LONGEST_NAME = 60


def has_meter(body: JsonObject) -> bool:
    """Tell whether some section holds a field that only a script of a meter has."""
    return any(
        field.lower() in _FIELDS or _UNSURE.fullmatch(field)
        for _, section in _sections(body)
        for field in section
    )


def gather_meters(found: Gathering, body: JsonObject, prefix: str) -> None:
    """Pick the fields of every section; say so where only the script tells the unit."""
    for name, section in _sections(body):
        _gather_meter(found, name, section, prefix)


def _sections(body: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Yield the sections that may be a meter's; a Zigbee bridge has one a device in one."""
    for name, section in body.items():
        if type(section) is dict and name == _ZIGBEE:
            yield from ((f"{name}.{key}", one) for key, one in section.items() if type(one) is dict)
        elif type(section) is dict and name not in _OTHER_SECTIONS:
            yield name, section


def _gather_meter(found: Gathering, name: str, section: JsonObject, prefix: str) -> None:
    whole = _whole_tariffs(section)
    counted: dict[Quantity, str] = {}
    for field, value in section.items():
        path = f"{prefix}{name}.{field}"
        kind = _FIELDS.get(field.lower())
        if kind is not None:
            kind = _WHOLE_TARIFF if field.lower() in whole else kind
            counted.setdefault(kind.quantity, field)
            found.add(kind, f"{name}.{field}", value, path)
        elif len(field) > _LONGEST_NAME:
            continue
        elif (named := kind_by_unit_in_name(field)) is not None:
            is_first = counted.setdefault(named.quantity, field) == field
            named = named if is_first else named.as_role(Role.OTHER)
            found.add(named, f"{name}.{field}", value, path)
        elif type(value) is float or type(value) is int:
            _complain_of_count(found, field, path)


def _complain_of_count(found: Gathering, field: str, path: str) -> None:
    if _UNSURE.fullmatch(field):
        found.complain(
            path, "is in kWh or Wh as the script says; a [[mappings]] table can tell which"
        )
    elif _COUNTS.search(field) and not tells_no_index(field):
        found.complain(path, "has no unit; a [[mappings]] table can give one")


def _whole_tariffs(section: JsonObject) -> tuple[str, ...]:
    """Return the tariffs whose sum is what was used: all of them, and no sum beside."""
    names = {field.lower() for field in section}
    if any(_FIELDS[name].role is Role.TOTAL for name in names if name in _FIELDS):
        return ()
    return next((pair for pair in _TARIFFS if names.issuperset(pair)), ())
