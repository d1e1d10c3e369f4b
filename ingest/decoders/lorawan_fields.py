"""What the fields of a decoded LoRaWAN payload mean, by their names.

Codecs are written by many hands, yet most put the unit in the field's name
(`volume_m3`, `energyKWh`), beside it (`"unit": "L"`, `volume_unit`), or in
`{"value": …, "unit": …}`. A temperature without unit is in °C and an active
power in W, as device makers' codecs have it. An energy or a volume without
unit is not guessed: a factor of a thousand would be invented.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from domain.registers import Accumulation, Quantity
from domain.units import quantity_of, spelled
from ingest.decoders import instants
from ingest.decoders.decoded import Role
from ingest.decoders.field_words import tells_no_index, tells_no_reading, words_of
from ingest.decoders.gathering import Gathering, Kind
from ingest.decoders.json_body import JsonObject

_SEPARATED_UNIT = re.compile(
    r"(?:^|[ _.\-(\[])(kwh|mwh|wh|gj|mj|kj|m3|m³|dm3|hl|l|lit(?:er|re)s?|kw|w|kva|va"
    r"|°c|deg_?c|celsius|c|°f|deg_?f|fahrenheit|f)[)\]]?$",
    re.IGNORECASE,
)
_CAMEL_UNIT = re.compile(
    r"(?<=[a-z0-9])([kK][Ww][hH]|MWh|W[hH]|GJ|MJ|M3|m³|DM3|Lit(?:er|re)s?|[kK]W|[kK]?VA"
    r"|DegC|Celsius|DegF|Fahrenheit|C|W|L)$"
)
_CLOSE_UNIT = re.compile(r"(?:volume|index|total|water|eau|ga[sz]|meter|consumption)(m3)$", re.I)
"""In small letters and without a break it is one after a volume only: `alarm3` is an alarm."""

_INNER_UNIT = re.compile(
    r"(?:^|[ _.\-])(kwh|mwh|wh|gj|mj|m3|m³|dm3|lit(?:er|re)s?|kw|kva|va)"
    r"(?=[ _.\-])(?![ _.\-](?:h|hours?|s|min|per)(?:[ _.\-]|$))",
    re.IGNORECASE,
)
"""A unit that is not last, `kwh_total`, and is no rate, `m3_h`."""

_BARE = {"c": "temp", "f": "temp", "w": "power|puissance|load"}
_BARE["l"] = "volume|water|total|index|meter|count|consum|usage|cumul|_(?:gas|gaz|eau)_"
"""One-letter units are believed only beside a word that calls for them."""

_TEMPERATURE = re.compile(
    r"_[a-z]*temp(?:erature)?(?:in|out|int|ext|[cf])?\d*(?=_)|[a-z]*temperature[a-z]*(?=_)"
)
_NO_ROOM = re.compile(r"set_?point|target|thresh|calib|offset|mode|source|period|hysteresis", re.I)
_POWER = re.compile(
    r"(?:(?:active|instant(?:aneous)?|total)[_ ]?){0,3}power(?:[_ ]?(?:active|total|w))?", re.I
)
_APPARENT = re.compile(r"(total)?[_ ]?apparent[_ ]?power", re.I)
_COUNTED = re.compile(
    r"energ(?:y|ie)|volume|totali[sz]er|consumption|consommation|_(?:water|eau|gas|gaz|index)(?=_)"
)
_NOT_COUNTED = re.compile(
    r"leak|detect|resist|pressure|level|valve|flood|quality|_temp(?:erature)?_"
    r"|_(?:uv|heat|colou?r|iaq|virus|vaping)_index"
)
"""A leak of water, the resistance of a gas: words of counting that count nothing."""

_COUNT = re.compile(r"energy|volume|water|gas|index|totali[sz]er|consumption", re.IGNORECASE)
_REACTIVE = re.compile(r"reactive|kvar|varh", re.I)
"""Codecs write `reactive_energy_wh`: it is neither energy nor watts."""

_RETURNED = re.compile(
    r"return|reverse|export|backflow|produc|inject|generat|negative|feed_?in|einspeis|lieferung"
    r"|to_?grid|(?:energy|total|totale)_?out(?![a-z])",
    re.I,
)
_SHARE = re.compile(
    r"phase|tariff|(^|[_.])([lt][1-9]|hp|hc|[abc])([_.]|$)|(?-i:[a-z]L(?:[1-3](?:T[1-9])?|123T[1-9]))([_.]|$)"
    r"|(?-i:(^|[_.])l[1-3](?=[A-Z]))",
    re.I,
)
_BATTERY = re.compile(r"_batt(?:ery|erie)?s?(?=_)")
_NO_AIR = re.compile(
    r"_(?:internal|board|chip|device|mcu|flow|supply|forward|inlet|outlet|water|radiator|cpu|esp\d*"
    r"|processor|inverter|heatsink)(?=_)"
)
"""Whose warmth is no room's."""

_CHANNEL = re.compile(r"(?<![mM])[_ ]?\d{1,2}$")
_NUMBERS = re.compile(r"(?<![mM])\d+")
_TIME_FIELDS = ("time", "timestamp", "measured_at")
_HELD = ("value", "data")
"""What codecs call the number that a unit stands beside."""

_LONGEST_NAME = 120
_LONGEST_UNIT = 20
_DEEPEST = 6
"""Sections are not followed further down than any codec nests them."""

_YEAR_2000 = 946_684_800

_NUMBER_WITH_UNIT = re.compile(r"([+-]?\d+(?:\.\d+)?) ?([a-zA-Z°³]{1,3}3?)", re.ASCII)
_LONGEST_TEXT = 40

_PULSES = re.compile(
    r"(?:.*[._])?pulses?(?:_?count(?:er)?)?(?:_?\d{1,2})?"
    r"|(?:.*\.)?(?:gpio|pulse)_counter(?:_\d{1,2})?",
    re.IGNORECASE,
)
PULSES = (
    "counts pulses, neither kWh nor m3; a [[mappings]] table can say what one is worth"
    " (scale and unit)"
)
"""What is said of a number of pulses whose weight nothing tells."""

_MAPPING_CURES = "a [[mappings]] table can give one"
_MAIN_ROLES = (Role.TOTAL, Role.LIVE)
_NONE_KNOWN: Mapping[str, Kind | None] = {}


def gather_fields(
    found: Gathering,
    payload: JsonObject,
    path: str,
    known: Mapping[str, Kind | None] = _NONE_KNOWN,
    cure: str = _MAPPING_CURES,
) -> None:
    """Pick every field of `payload` that is understood; complain of unit-less indexes.

    Args:
        found: Where they are gathered.
        payload: What the codec made of the frame.
        path: Where that stands in the message.
        known: Fields whose meaning is known otherwise; None: no register.
        cure: What to do about an index without unit.
    """
    mains = {
        reading.quantity: _stem(reading.register, reading.quantity)
        for reading in found.readings
        if reading.role in _MAIN_ROLES
    }
    for name, field_path, value, unit in _fields(payload, "", path, _DEEPEST):
        if len(name) > _LONGEST_NAME:
            continue
        if unit is None and type(value) is str:
            value, unit = _apart(name, value)
        if name in known:
            kind = known[name]
        else:
            kind = kind_of_field(name, unit)
            if kind is None and unit is None:
                _complain_of_count(found, name, value, field_path, cure)
        if kind is None:
            continue
        # Two words for one thing (volume_m3, water_l) must not be added up; two channels are.
        stem = _stem(name, kind.quantity)
        if kind.role in _MAIN_ROLES and mains.setdefault(kind.quantity, stem) != stem:
            kind = kind.as_role(Role.OTHER)
        found.add_text(kind, name, value, field_path)


def _stem(name: str, quantity: Quantity) -> str:
    """Return a name without its channel's number, which two thermometers do not add up by."""
    return name if quantity is Quantity.TEMPERATURE else _NUMBERS.sub("", name)


def _apart(name: str, text: str) -> tuple[str, str | None]:
    """Cut a text such as `16.5°C` into number and unit, where its name calls for one."""
    found = _NUMBER_WITH_UNIT.fullmatch(text[:_LONGEST_TEXT])
    if found is None or quantity_of(found[2]) is None:
        return text, None
    is_due = kind_of_field(name, None) is not None or calls_for_a_unit(name)
    return (found[1], found[2]) if is_due else (text, None)


def kind_by_unit_in_name(name: str) -> Kind | None:
    """Return what a name means when the unit stands in it, `energy_kwh`; None otherwise."""
    if len(name) > _LONGEST_NAME or not (_unit_in(name) or _unit_in(_CHANNEL.sub("", name))):
        return None
    return kind_of_field(name, None)


def _complain_of_count(found: Gathering, name: str, value: object, path: str, cure: str) -> None:
    if type(value) is not int and type(value) is not float:
        return
    if _PULSES.fullmatch(name):
        found.complain(path, PULSES)
    elif calls_for_a_unit(name):
        found.complain(path, f"has no unit; {cure}")


def measured_at(payload: JsonObject, zone: ZoneInfo) -> datetime | None:
    """Return the instant the device itself put in the payload, or None."""
    for name in _TIME_FIELDS:
        value = payload.get(name)
        if isinstance(value, str):
            try:
                return instants.from_text(value, zone)
            except RejectedMessage:
                continue  # a clock time, a counter: not when it was measured
        if isinstance(value, int | float) and value >= _YEAR_2000:
            return instants.from_epoch(value)
    return None


def _fields(
    section: JsonObject, prefix: str, path: str, levels: int
) -> Iterator[tuple[str, str, object, str | None]]:
    """Yield (name, path, value, unit found beside it) of every leaf, nested ones dotted."""
    common = section.get("unit")
    for key, value in section.items():
        name, field_path = f"{prefix}{key}", f"{path}.{key}"
        if isinstance(value, dict):
            unit = _short_text(value.get("unit"))
            held = next((key for key in _HELD if key in value), None) if unit else None
            if held is not None:
                yield name, f"{field_path}.{held}", value[held], unit
            elif levels:
                yield from _fields(value, f"{name}.", field_path, levels - 1)
        elif not isinstance(value, list | bool):
            unit = section.get(f"{key}_unit", section.get(f"{key}Unit"))
            if unit is None and (_COUNT.fullmatch(key) or key == "value"):
                unit = common
            yield name, field_path, value, _short_text(unit)


def _short_text(unit: object) -> str | None:
    return unit if isinstance(unit, str) and len(unit) <= _LONGEST_UNIT else None


@lru_cache(maxsize=4096)
def kind_of_field(name: str, unit: str | None) -> Kind | None:
    """Return what a field means, or None when its name does not tell."""
    plain = _CHANNEL.sub("", name).rstrip(".")  # Cayenne has `temperatureSensor.1`
    unit = unit or _unit_in(name) or _unit_in(plain) or _usual_unit(plain)
    quantity = quantity_of(unit) if unit else None
    if unit is None or quantity is None or _REACTIVE.search(name):
        return None
    if quantity in (Quantity.ENERGY, Quantity.VOLUME):
        if tells_no_index(name):
            return None
        return Kind(
            quantity, spelled(unit), Accumulation.CUMULATIVE, _role(name, quantity, Role.TOTAL)
        )
    if tells_no_reading(plain) or (quantity is Quantity.TEMPERATURE and _NO_ROOM.search(name)):
        return None
    role = Role.OTHER if quantity is Quantity.APPARENT_POWER else _role(name, quantity, Role.LIVE)
    if quantity is Quantity.TEMPERATURE and role is Role.PART:
        role = Role.LIVE
    return Kind(quantity, spelled(unit), Accumulation.INSTANTANEOUS, role)


def _unit_in(name: str) -> str | None:
    found = (
        _SEPARATED_UNIT.search(name)
        or _CAMEL_UNIT.search(name)
        or _CLOSE_UNIT.search(name)
        or _INNER_UNIT.search(name)
    )
    if found is None:
        return None
    # In small letters MWh is meant, which meters show; a milliwatt-hour is written so.
    unit = found[1] if found[1] == "mWh" else found[1].lower().replace("deg_", "deg")
    needs = _BARE.get(unit)
    return unit if needs is None or re.search(needs, words_of(name[: found.start()])) else None


def _usual_unit(name: str) -> str | None:
    """Return the unit that codecs leave unsaid, or None."""
    leaf = name.rpartition(".")[2]
    if _APPARENT.fullmatch(leaf):
        return "VA"
    if _POWER.fullmatch(leaf):
        return "W"
    return "degC" if _TEMPERATURE.search(words_of(leaf)) else None


def calls_for_a_unit(name: str) -> bool:
    """Tell whether a field without unit counts something by its name."""
    words = words_of(name)
    if _COUNTED.search(words) is None or _NOT_COUNTED.search(words):
        return False
    return not (tells_no_index(name) or _REACTIVE.search(name))


def role_in(path: str, role: Role) -> Role:
    """Return the role that what stands around a field leaves it: a phase's, an export's."""
    if _RETURNED.search(path):
        return Role.OTHER
    return Role.PART if _SHARE.search(path) else role


def _role(name: str, quantity: Quantity, main: Role) -> Role:
    words = words_of(name)
    is_no_air = quantity is Quantity.TEMPERATURE and _NO_AIR.search(words)
    if _RETURNED.search(name) or _BATTERY.search(words) or is_no_air:
        return Role.OTHER
    return Role.PART if _SHARE.search(name) else main
