"""Gathering a message's numbers: what is readable is kept, the rest is named."""

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import RejectedMessage
from domain.registers import Accumulation, Quantity
from ingest.decoders.decoded import Decoded, DecodedReading, Role
from ingest.decoders.json_body import kind_of

_HIGHEST = sys.float_info.max
_LOWEST = -_HIGHEST
_LONGEST_NAME = 120
_MOST_COMPLAINTS = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """What a register's numbers mean: a row of a family's table."""

    quantity: Quantity
    unit: str
    accumulation: Accumulation
    role: Role = Role.OTHER

    def as_role(self, role: Role) -> "Kind":
        """Return the same meaning with another role."""
        return replace(self, role=role)


def energy(unit: str, role: Role = Role.OTHER) -> Kind:
    """Return an energy index."""
    return Kind(Quantity.ENERGY, unit, Accumulation.CUMULATIVE, role)


def volume(unit: str, role: Role = Role.OTHER) -> Kind:
    """Return a volume index."""
    return Kind(Quantity.VOLUME, unit, Accumulation.CUMULATIVE, role)


def power(unit: str = "W", role: Role = Role.OTHER) -> Kind:
    """Return an active power."""
    return Kind(Quantity.POWER, unit, Accumulation.INSTANTANEOUS, role)


def apparent(unit: str = "VA") -> Kind:
    """Return an apparent power."""
    return Kind(Quantity.APPARENT_POWER, unit, Accumulation.INSTANTANEOUS)


def temperature(unit: str = "degC", role: Role = Role.OTHER) -> Kind:
    """Return a temperature."""
    return Kind(Quantity.TEMPERATURE, unit, Accumulation.INSTANTANEOUS, role)


def number_from_text(text: str) -> float | None:
    """Return the number a text spells (`12.5`, `1e3`), or None: not even NaN is one."""
    if not text.isascii() or "_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def last_of_each(readings: Iterable[DecodedReading]) -> tuple[DecodedReading, ...]:
    """Keep the last of those that would be the same row."""
    newest = {(reading.device, reading.register, reading.time): reading for reading in readings}
    return tuple(newest.values())


class Gathering:
    """The readings of one device at one instant, while they are picked."""

    __slots__ = ("complaints", "device", "label", "readings", "time")

    def __init__(self, device: str, time: datetime | None) -> None:
        """Start with nothing."""
        self.device = device
        self.label = ""
        self.time = time
        self.readings: list[DecodedReading] = []
        self.complaints: list[str] = []

    def call(self, name: object) -> None:
        """Take note of what its owner calls the device, where that is more than its number."""
        if isinstance(name, str) and name.strip().casefold() != self.device.casefold():
            self.label = name.strip()

    def add(self, kind: Kind, register: str, value: object, path: str) -> None:
        """Keep a JSON number, or complain that there is none."""
        if type(value) is float or type(value) is int:
            if _LOWEST <= value <= _HIGHEST:
                self.keep(kind, register, float(value), path)
            else:
                self.complain(path, f"is not finite ({value})")
        else:
            self.complain(path, f"is {kind_of(value)}, not a number")

    def add_text(self, kind: Kind, register: str, value: object, path: str) -> None:
        """Keep a number that the device writes as text, or as a number."""
        if isinstance(value, str):
            number = number_from_text(value)
            if number is None:
                self.complain(path, f"is {value[:40]!r}, not a number")
            else:
                self.keep(kind, register, number, path)
        else:
            self.add(kind, register, value, path)

    def complain(self, path: str, fault: str) -> None:
        """Name a number that was due and cannot be read."""
        if len(self.complaints) < _MOST_COMPLAINTS:
            self.complaints.append(f"{path[:_LONGEST_NAME] or 'the payload'} {fault}")

    def keep(self, kind: Kind, register: str, value: float, path: str) -> None:
        """Keep a finite number."""
        if len(register) > _LONGEST_NAME:
            self.complain(path, "has too long a name")
            return
        self.readings.append(
            DecodedReading(
                self.device,
                register,
                kind.quantity,
                value,
                kind.unit,
                kind.accumulation,
                self.time,
                path,
                kind.role,
            )
        )

    def decoded(self, family: str) -> Decoded:
        """Return what was gathered.

        Raises:
            RejectedMessage: Numbers were due and not one could be read, or they are nobody's.
        """
        if self.complaints and not self.readings:
            raise RejectedMessage("; ".join(self.complaints[:5]), code="no_number")
        if self.readings and not self.readings[0].device:
            raise RejectedMessage("neither topic nor payload names a device", code="no_device")
        return Decoded(
            family, tuple(self.readings), tuple(self.complaints), label=self.label[:_LONGEST_NAME]
        )
