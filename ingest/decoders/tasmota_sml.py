"""Meters read by Tasmota's Smart Meter Interface: a section named in its script.

`{"SML": {"Total_in": 9982.81, "Power_curr": 7}}`: section and fields are named
in the script on the device, and their unit stands there too, not in the
message. Read are the names that Tasmota's documentation gives to one unit in
every script it shows. OBIS names are not among them, for `1_8_0` is in kWh in
some scripts and in Wh in another.
"""

import re
from collections.abc import Iterator

from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Gathering, Kind, energy, power
from ingest.decoders.json_body import JsonObject

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
_UNSURE = re.compile(r"[12]_8_[0-9]", re.ASCII)
_OTHER_SECTIONS = frozenset(("ENERGY", "TIC", "ESP32"))


def meters_in(body: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Yield the sections that hold a field of a meter, with their names."""
    for name, section in body.items():
        if type(section) is dict and name not in _OTHER_SECTIONS:
            for field in section:
                if field.lower() in _FIELDS or _UNSURE.fullmatch(field):
                    yield name, section
                    break


def gather_meter(found: Gathering, name: str, section: JsonObject, prefix: str) -> None:
    """Pick the fields of one section; say so where only the script tells the unit."""
    whole = _whole_tariffs(section)
    for field, value in section.items():
        path = f"{prefix}{name}.{field}"
        kind = _FIELDS.get(field.lower())
        if kind is not None:
            kind = _WHOLE_TARIFF if field.lower() in whole else kind
            found.add(kind, f"{name}.{field}", value, path)
        elif _UNSURE.fullmatch(field):
            found.complain(
                path, "is in kWh or Wh as the script says; a [[mappings]] table can tell which"
            )


def _whole_tariffs(section: JsonObject) -> tuple[str, ...]:
    """Return the tariffs whose sum is what was used: all of them, and no sum beside."""
    names = {field.lower() for field in section}
    if any(_FIELDS[name].role is Role.TOTAL for name in names if name in _FIELDS):
        return ()
    return next((pair for pair in _TARIFFS if names.issuperset(pair)), ())
