"""Homie 4 and 5: one value a topic, its unit in what the device announced of itself.

Version 4 has `homie/<device>/<node>/<property>`, with `$unit` and `$datatype`
below it; version 5 has a `5` before the device and one `$description` for all.
The device is Homie's, the register node and property. There is no time. A
value whose unit is not known is no reading: while nothing is known of its
property it is buried, and may be replayed.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from domain.announcements import Announcement
from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded, NotYetReadable, Role
from ingest.decoders.family import Recall, RecallingFamily, RecallingReader, silent_recalling
from ingest.decoders.gathering import Gathering, Kind, number_from_text
from ingest.decoders.json_body import parse_object
from ingest.decoders.property_kinds import counted_once, kind_of_property, lacks_its_unit

NAME = "homie"

RETAINED = (
    f"{NAME}/+/$name",
    f"{NAME}/+/+/+/$unit",
    f"{NAME}/+/+/+/$datatype",
    f"{NAME}/5/+/$description",
)
"""Topic filters of what devices announce of themselves, once."""

_ATTRIBUTES = ("$unit", "$datatype")
_NAME = "$name"
_NUMERIC = ("integer", "float")
_SILENT = silent_recalling(NAME)


def claim(topic: str) -> RecallingReader | None:
    """Return the reader of a value or of what announces it; the rest is silent."""
    levels = topic.split("/")
    if levels[0] != NAME or len(levels) < 3:
        return None
    return _claim_5(levels[2:]) if levels[1] == "5" else _claim_4(levels[1:])


def _claim_4(levels: list[str]) -> RecallingReader | None:
    is_of_device = len(levels) == 2 and levels[1] == _NAME
    if is_of_device or (len(levels) == 4 and levels[3] in _ATTRIBUTES):
        return partial(read_attribute, "/".join(levels))
    if _is_quiet(levels):
        return _SILENT
    return partial(read_4, levels[0], "/".join(levels[1:])) if len(levels) == 3 else None


def _claim_5(levels: list[str]) -> RecallingReader | None:
    if len(levels) == 2 and levels[1] == "$description":
        return partial(read_description, levels[0])
    if _is_quiet(levels):
        return _SILENT
    return partial(read_5, levels[0], "/".join(levels[1:])) if len(levels) == 3 else None


def _is_quiet(levels: list[str]) -> bool:
    """Tell the other attributes, and commands."""
    return any(level.startswith("$") for level in levels) or levels[3:] == ["set"]


def read_attribute(key: str, _recall: Recall, payload: bytes, _zone: ZoneInfo) -> Decoded:
    """Keep what a version 4 device says of a property."""
    _text(payload)
    return Decoded(NAME, announcements=(Announcement(NAME, key, payload or None),))


def read_description(device: str, _recall: Recall, payload: bytes, _zone: ZoneInfo) -> Decoded:
    """Keep what a version 5 device says of all its properties.

    Raises:
        RejectedMessage: It is no description.
    """
    key = f"5/{device}"
    if not payload:
        forgotten = (Announcement(NAME, key, None), Announcement(NAME, f"{key}/{_NAME}", None))
        return Decoded(NAME, announcements=forgotten)
    kinds: dict[str, Kind] = {}
    complaints = []
    description = parse_object(payload)
    for path, unit in _numeric_properties(description):
        kind = kind_of_property(path, unit) if unit else None
        if kind is not None:
            kinds[path] = kind
        elif not unit and lacks_its_unit(path):
            complaints.append(f"{path[:120]} has no unit")
    roles = counted_once(kinds)
    # Not orjson: a leniently read description may hold half of a character pair.
    body = json.dumps({path: [kind.unit, roles[path]] for path, kind in kinds.items()}).encode()
    name = description.get("name")
    called = name.encode(errors="replace") if isinstance(name, str) and name else None
    news = (Announcement(NAME, key, body), Announcement(NAME, f"{key}/{_NAME}", called))
    return Decoded(NAME, (), tuple(complaints[:20]), news)


def read_4(device: str, path: str, recall: Recall, payload: bytes, _zone: ZoneInfo) -> Decoded:
    """Return the value of a version 4 property, if its unit is known.

    Raises:
        NotYetReadable: Nothing was announced that tells its unit.
        RejectedMessage: It is no number.
    """
    key = f"{device}/{path}"
    unit, datatype = (_kept(recall, f"{key}/{attribute}") for attribute in _ATTRIBUTES)
    if datatype not in (None, *_NUMERIC):
        return Decoded(NAME)
    if unit is None:
        if _is_number(payload) and (datatype is None or lacks_its_unit(path)):
            raise NotYetReadable(f"no $unit of {key!r} was seen", code="needs_unit")
        return Decoded(NAME)
    name = _kept(recall, f"{device}/{_NAME}")
    return _value(device, name, path, kind_of_property(path, unit), payload)


def read_5(device: str, path: str, recall: Recall, payload: bytes, _zone: ZoneInfo) -> Decoded:
    """Return the value of a version 5 property, if its unit is known.

    Raises:
        NotYetReadable: The device's description was not seen.
        RejectedMessage: It is no number.
    """
    body = recall(NAME, f"5/{device}")
    if body is None:
        if _is_number(payload):
            raise NotYetReadable(f"no $description of {device!r} was seen", code="needs_unit")
        return Decoded(NAME)
    name = _kept(recall, f"5/{device}/{_NAME}")
    return _value(device, name, path, _described(body).get(path), payload)


def _value(
    device: str, name: str | None, register: str, kind: Kind | None, payload: bytes
) -> Decoded:
    if kind is None or payload in (b"", b"\x00"):
        return Decoded(NAME)  # cleared, or version 5's way to write an empty text
    found = Gathering(device, None)
    found.call(name)
    found.add_text(kind, register, _text(payload), "")
    return found.decoded(NAME)


def _numeric_properties(description: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the path and the unit, empty without, of each property that is a number."""
    for node, node_body in _members(description, "nodes"):
        for name, body in _members(node_body, "properties"):
            unit = body.get("unit")
            if body.get("datatype") in _NUMERIC:
                yield f"{node}/{name}", unit if isinstance(unit, str) else ""


def _members(body: Mapping[str, object], name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    members = body.get(name)
    if isinstance(members, dict):
        for key, member in members.items():
            if isinstance(member, dict):
                yield key, member


@lru_cache(maxsize=256)
def _described(body: bytes) -> dict[str, Kind]:
    return {
        path: kind.as_role(Role(role))
        for path, (unit, role) in json.loads(body).items()
        if (kind := kind_of_property(path, unit)) is not None
    }


def _kept(recall: Recall, key: str) -> str | None:
    body = recall(NAME, key)
    return None if body is None else body.decode(errors="replace").strip()


def _is_number(payload: bytes) -> bool:
    return number_from_text(payload.decode(errors="replace")) is not None


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise RejectedMessage(
            f"the payload is not text: byte {error.start} is not UTF-8", code="not_text"
        ) from error


FAMILY = RecallingFamily(NAME, claim)
