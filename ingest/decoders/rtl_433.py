"""rtl_433: what a radio stick hears of sensors, `events` as JSON or a field a topic.

A device is named as rtl_433 builds its topics: type, model, subtype, channel, id,
those it has, with slashes between; so it is the same device in both forms.
`time` is local to the stick's machine unless told otherwise (`-M time:unix`,
`time:tz`); a field's topic carries none. What a field means is in
`rtl_433_fields`.
"""

import re
from datetime import datetime
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import Gathering, Kind, number_from_text
from ingest.decoders.json_body import JsonObject, parse_object
from ingest.decoders.plain_number import read_number
from ingest.decoders.rtl_433_fields import NO_UNIT, kind_of_field, kinds_of, number_with_unit

NAME = "rtl_433"

_PREFIX = "rtl_433/"
_NAMING = ("type", "model", "subtype", "channel", "id")
_UNSAFE = re.compile(r"[^-.A-Za-z0-9]")
_LONGEST_PART = 40
_LONGEST_NUMBER = 64
_MOST_REMEMBERED_BYTES = 2048
_TYRE = "TPMS"
_QUIET = ("states", "availability")

_remembered_kinds = lru_cache(maxsize=1024)(kinds_of)


def claim(topic: str) -> Reader | None:
    """Return the reader of `rtl_433/<host>/events` and `…/devices/<device>/<field>`."""
    if not topic.startswith(_PREFIX):
        return None
    path = topic.split("/")[2:]
    if path == ["events"]:
        return read
    if path[:1] == ["devices"] and len(path) > 2 and path[1] != _TYRE:
        return _field_reader("/".join(path[1:-1]), path[-1])
    is_quiet = path[:1] == ["devices"] or (len(path) == 1 and path[0] in _QUIET)
    return silent(NAME) if is_quiet else None


def _field_reader(device: str, field: str) -> Reader:
    if field in NO_UNIT:
        return partial(_refuse, field)
    kind = kind_of_field(device.partition("/")[0], field)
    if kind is None:
        return silent(NAME)
    if not kind.unit:
        return partial(_read_measured, device, field, kind)
    return partial(read_number, NAME, device, field, kind)


def recognise(_topic: str, body: object) -> Reader | None:
    """Return a reader for an event: a model, and what rtl_433 tells beside each.

    An ESP32 that runs rtl_433 (OpenMQTTGateway) has no clock; it tells how long the
    transmission was.
    """
    if type(body) is not dict or type(body.get("model")) is not str:
        return None
    if "time" in body:
        is_ours = "mic" in body or "id" in body or "protocol" in body
    else:
        is_ours = "protocol" in body and "duration" in body
    return read if is_ours else None


def read(payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of one event.

    Raises:
        RejectedMessage: It is no JSON object, or none of its numbers is one.
    """
    body = parse_object(payload)
    model = body.get("model")
    if type(model) is not str or body.get("type") == _TYRE:
        return Decoded(NAME)  # the stick's own state; a car that passed by
    kinds = _kinds(model, body, payload)
    device = _device(body)
    if not kinds:
        _refuse_bare_counts(device, body)
        return Decoded(NAME)
    found = Gathering(device, _taken_at(body.get("time"), zone))
    for name, kind in kinds:
        _add(found, kind, name, body[name], name)
    return found.decoded(NAME)


def _kinds(model: str, body: JsonObject, payload: bytes) -> tuple[tuple[str, Kind], ...]:
    is_usual = len(payload) <= _MOST_REMEMBERED_BYTES
    return (_remembered_kinds if is_usual else kinds_of)(model, tuple(body))


def _add(found: Gathering, kind: Kind, register: str, value: object, path: str) -> None:
    if kind.unit:
        found.add_text(kind, register, value, path)
    elif measured := number_with_unit(kind, value):
        found.keep(measured[0], register, measured[1], path)
    else:
        found.complain(path, "is no number with a unit that is known")


def _device(body: JsonObject) -> str:
    parts = []
    for name in _NAMING:
        value = body.get(name)
        if type(value) is int or (type(value) is str and value):
            parts.append(_UNSAFE.sub("_", str(value)[:_LONGEST_PART]))
    return "/".join(parts)


def _taken_at(time: object, zone: ZoneInfo) -> datetime | None:
    if type(time) is not str:
        return instants.from_any(time, zone, "time")
    if time.startswith("@"):
        return None  # a place in a recording, not an hour
    seconds = number_from_text(time)
    return instants.from_text(time, zone) if seconds is None else instants.from_epoch(seconds)


def _read_measured(device: str, field: str, kind: Kind, payload: bytes, _zone: ZoneInfo) -> Decoded:
    if not payload:
        return Decoded(NAME)
    found = Gathering(device, None)
    _add(found, kind, field, payload[: _LONGEST_NUMBER + 1].decode("ascii", "replace"), "")
    return found.decoded(NAME)


def _refuse_bare_counts(device: str, body: JsonObject) -> None:
    for name in body:
        if name in NO_UNIT:
            own_topic = f"rtl_433/+/devices/{device}/{name}"
            place = _without_unit(own_topic) if "time" in body else _without_unit(path=name)
            raise RejectedMessage(f"{name} {place}", code="no_unit")


def _refuse(field: str, payload: bytes, _zone: ZoneInfo) -> Decoded:
    if not payload:
        return Decoded(NAME)
    raise RejectedMessage(f"{field} {_without_unit()}", code="no_unit")


def _without_unit(topic: str = "this topic", path: str = "") -> str:
    return (
        "counts in a unit that only the meter itself tells; "
        f'a [[mappings]] table on {topic} with path = "{path}" can give it'
    )


FAMILY = Family(NAME, claim, recognise)
