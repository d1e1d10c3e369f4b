"""The generic mapping: the operator says where the numbers of a message stand.

The device is the literal given, else what `device_path` points to, else what
the topic's wildcards stand for, else the mapping's own name.
"""

import math
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.family import Reader
from ingest.decoders.gathering import Gathering, Kind, number_from_text
from ingest.decoders.json_body import kind_of, parse_json
from ingest.decoders.json_paths import find, steps_of
from ingest.decoders.plain_number import plain_number
from settings.model import MappingField, MappingSettings


class Mapping:
    """One `[[mappings]]` table, made ready."""

    def __init__(self, settings: MappingSettings) -> None:
        """Prepare the paths.

        Raises:
            ValueError: A path or the time zone cannot be read.
        """
        self.family = f"mapping:{settings.name}"
        self._pattern = tuple(settings.topic.split("/"))
        self._device = settings.device
        self._device_steps = steps_of(settings.device_path) if settings.device_path else None
        self._name = settings.name
        self._time_steps = steps_of(settings.time_path) if settings.time_path else None
        self._time_path = settings.time_path
        self._time_unit = settings.time_unit
        self._zone = ZoneInfo(settings.time_zone)
        self._is_plain = all(not field.path for field in settings.fields)
        self._fields = tuple(
            (field, _kind(field), steps_of(field.path)) for field in settings.fields
        )

    def claim(self, topic: str) -> Reader | None:
        """Return a reader when the topic fits the mapping's pattern."""
        wild = wildcards(self._pattern, topic)
        if wild is None:
            return None
        return partial(self._read, self._device or "/".join(wild) or self._name)

    def _read(self, device: str, payload: bytes, _zone: ZoneInfo) -> Decoded:
        body = self._body(payload)
        if self._device_steps is not None and not self._device:
            device = self._find_device(body)
        found = Gathering(device, self._taken_at(body))
        for field, kind, steps in self._fields:
            self._gather(found, field, kind, _at(body, steps))
        return found.decoded(self.family)

    def _body(self, payload: bytes) -> object:
        """Parse the message; a number alone need not be written as JSON has it, `007.50`."""
        number = plain_number(payload) if self._is_plain else None
        return parse_json(payload) if number is None else number

    def _gather(self, found: Gathering, field: MappingField, kind: Kind, value: object) -> None:
        if value is _NOTHING:
            found.complaints.append(f"there is no {field.path}")
            return
        if isinstance(value, str):
            number = number_from_text(value.strip())
            value = value if number is None else number
        if type(value) is not int and type(value) is not float:
            shown = repr(value[:40]) if isinstance(value, str) else kind_of(value)
            found.complaints.append(f"{field.path or 'the payload'} is {shown}, not a number")
            return
        scaled = value * field.scale if field.scale != 1.0 else float(value)
        if math.isfinite(scaled):
            found.keep(kind, field.register_name, scaled, field.path)
        else:
            found.complaints.append(f"{field.path or 'the payload'} times its scale is infinite")

    def _find_device(self, body: object) -> str:
        value = _at(body, self._device_steps or ())
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
        raise RejectedMessage("there is no device where device_path points", code="no_device")

    def _taken_at(self, body: object) -> datetime | None:
        if self._time_steps is None:
            return None
        value = _at(body, self._time_steps)
        if value is _NOTHING or value is None:
            raise RejectedMessage(f"there is no time at {self._time_path}", code="bad_time")
        if self._time_unit == "iso":
            if isinstance(value, str):
                return instants.from_text(value, self._zone)
        else:
            number = number_from_text(value) if isinstance(value, str) else value
            if type(number) is int or type(number) is float:
                return instants.from_seconds(number / (1000 if self._time_unit == "ms" else 1))
        raise RejectedMessage(f"{self._time_path} is no {self._time_unit} time", code="bad_time")


_NOTHING = object()


def _at(body: object, steps: tuple[str | int, ...]) -> object:
    try:
        return find(body, steps)
    except LookupError:
        return _NOTHING


def _kind(field: MappingField) -> Kind:
    """Take what was mapped as the device's total, and a power as its live power."""
    is_live = field.quantity in ("power", "temperature")
    is_counted = field.quantity in ("energy", "volume")
    role = Role.LIVE if is_live else Role.TOTAL if is_counted else Role.OTHER
    return Kind(field.quantity, field.unit, field.accumulation, role)


def wildcards(pattern: tuple[str, ...], topic: str) -> tuple[str, ...] | None:
    """Return what `+` and `#` stand for in a topic, or None when it does not fit.

    >>> wildcards(("site", "+", "meter", "#"), "site/roof/meter/1/data")
    ('roof', '1/data')
    """
    levels = topic.split("/")
    if topic.startswith("$") and pattern[0] in ("+", "#"):
        return None
    wild: list[str] = []
    for depth, wanted in enumerate(pattern):
        if wanted == "#":
            return (*wild, "/".join(levels[depth:]))
        if depth >= len(levels) or wanted not in ("+", levels[depth]):
            return None
        if wanted == "+":
            wild.append(levels[depth])
    return tuple(wild) if len(levels) == len(pattern) else None
