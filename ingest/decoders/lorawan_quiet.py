"""Payloads that tell of rooms, doors and the device itself, and of no commodity.

A door contact or a CO2 sensor is understood when each of its numbers is known
to be nothing that a meter counts; its messages need no mapping, and hundreds a
day among the refused ones would hide those that do. A number whose name says
nothing, or that may be an index, keeps its message refused.
"""

import re
from collections.abc import Iterator

from ingest.decoders.field_words import words_of
from ingest.decoders.gathering import number_from_text
from ingest.decoders.json_body import JsonObject

_AIR = (
    r"temp(?:erature)?|hum(?:idity)?|rh|moisture|co2|tvoc|voc|iaq|hcho|o3|pm\d+|pressure|barometer"
)
_LIGHT_AND_NOISE = r"lux|light|daylight|illumin(?:ance|ation)|luminosity|noise|l_?a_?(?:eq|f|fmax)"
_PEOPLE = r"occupancy|occupied|presence|people|persons?|motion|pir|counter_(?:in|out)"
_THINGS = (
    r"digital_(?:in|out)(?:put)?|door|window|magnet|contact|tamper|button|press|switch|socket|relay|valve|lock|leak(?:age)?"
    r"|distance|depth|position|angle|tilt|accel(?:eration)?|latitude|longitude|altitude|speed|remaining"
)
_MAINS = (
    r"voltage|[vi]rms|frequency|power_factor"
    r"|current(?:_(?:chn\d+|l?\d|[abc]|ma|total|max|min|rms|alarm|sensor|status))*_$"
)
_DEVICE = (
    r"batt(?:ery)?|bat|rssi|snr|csq|firmware|hardware|version|sn|serial|protocol|class|reset|uptime"
    r"|alarm|alert|status|state|mode|event|setpoint|threshold|time|timestamp|f(?:rame_)?cnt|f?port"
)
_KNOWN = re.compile(
    rf"_(?:{_AIR}|{_LIGHT_AND_NOISE}|{_PEOPLE}|{_THINGS}|{_MAINS}|{_DEVICE})(?=_|$)"
)
_COUNTING = re.compile(
    r"energ|volume|consum|conso|index|(?<!baro)meter|compteur|puls|reading|flow|heat|calor"
    r"|_(?:power(?!_factor)|k?wh|gas|gaz|eau|water(?!_(?:leak|temp))"
    r"|(?<!_chn\d_)total(?!_(?:counter|current)))"
)
_FAILED = re.compile(r"err|warn|exception|invalid|fail")
_DEEPEST = 6
_LONGEST_NAME = 120


def tells_of_other_things(payload: JsonObject) -> bool:
    """Tell whether all its numbers are known to be none of a meter's, and some field is known."""
    leaves = list(_leaves("", payload, _DEEPEST))
    return any(_is_known(name) for name, _ in leaves) and all(
        _is_harmless(name, value) for name, value in leaves
    )


def _leaves(name: str, value: object, levels: int) -> Iterator[tuple[str, object]]:
    """Yield each value with the name nearest to it; what is too deep is yielded whole."""
    if levels and isinstance(value, dict):
        for key, child in value.items():
            yield from _leaves(name if key.isdigit() else key, child, levels - 1)
    elif levels and isinstance(value, list):
        for child in value:
            yield from _leaves(name, child, levels - 1)
    else:
        yield name, value


def _is_known(name: str) -> bool:
    if len(name) > _LONGEST_NAME:
        return False
    words = words_of(name)
    return bool(_KNOWN.search(words)) and not _COUNTING.search(words)


def _is_harmless(name: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, str) and number_from_text(value) is None:
        return not _FAILED.search(name[:_LONGEST_NAME].lower())
    return _is_known(name)
