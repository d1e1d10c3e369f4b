"""Devices that speak and belong to no meter yet."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from domain.commodities import QUANTITIES
from domain.meters import Commodity, Meter
from domain.registers import Accumulation, Quantity, Role

LONGEST_NAME = 200
"""A longer name [characters] is no device's: it is not remembered, nor cut into another's."""

MOST_REGISTERS = 40
"""What a device says beyond these is left out; a Linky in standard mode has about thirty."""

MOST_INSTANTS = 6
"""Enough for five gaps, whose median one late message does not move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRegister:
    """One number that a device sends, as it last sent it."""

    name: str
    quantity: Quantity

    unit: str
    """The device's own, as `domain.units` spells it."""

    accumulation: Accumulation
    role: Role

    value: float
    """The newest, in `unit`."""

    instants: tuple[datetime, ...]
    """When the newest values were taken [UTC], increasing; never empty."""

    path: str = ""
    """Where in the payload it stands."""

    @property
    def taken_at(self) -> datetime:
        """When the newest value was taken [UTC]."""
        return self.instants[-1]

    @property
    def is_counted(self) -> bool:
        """Tell whether a meter that names no register takes it."""
        return self.role in (Role.TOTAL, Role.LIVE)

    def with_news(self, other: "SeenRegister") -> "SeenRegister":
        """Return what is known from both, in whatever order they came."""
        newest = other if other.taken_at >= self.taken_at else self
        instants = sorted({*self.instants, *other.instants})
        return replace(newest, instants=tuple(instants[-MOST_INSTANTS:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDevice:
    """A device of no meter, and what it says."""

    family: str
    device: str

    topic: str
    """Where it last spoke."""

    first_at: datetime
    """When it was first heard [UTC]."""

    last_at: datetime
    """When it was last heard [UTC]."""

    messages: int
    """About how many came: a batch that has to be handled again counts again."""

    registers: tuple[SeenRegister, ...] = ()

    label: str = ""
    """What its owner calls it, where it or its gateway announces that; else empty."""

    ignored_by: str = ""
    """Who decided that nothing of it is wanted; empty: nobody did."""

    @property
    def cadence(self) -> timedelta | None:
        """How often it tells what it counts; None: not known yet."""
        counted = [r for r in self.registers if r.is_counted] or list(self.registers)
        # An index tells more of the device's habits than a power sent at each change of it.
        indexes = [r for r in counted if r.accumulation is not Accumulation.INSTANTANEOUS]
        gaps = [gap for gap in map(_usual_gap, indexes or counted) if gap is not None]
        return min(gaps, default=None)

    def registers_for(self, commodity: Commodity) -> tuple[SeenRegister, ...]:
        """Return those that may be stored for a commodity."""
        return tuple(r for r in self.registers if r.quantity in QUANTITIES[commodity])

    def with_news(self, other: "SeenDevice") -> "SeenDevice":
        """Return what is known from both, `other` being what came since."""
        known = {r.name: r for r in self.registers}
        for register in other.registers:
            before = known.get(register.name)
            known[register.name] = before.with_news(register) if before else register
        newest = other if other.last_at >= self.last_at else self
        return replace(
            self,
            topic=newest.topic,
            first_at=min(self.first_at, other.first_at),
            last_at=newest.last_at,
            messages=self.messages + other.messages,
            registers=bounded(tuple(known.values())),
            label=other.label or self.label,
        )


_FIRST = (Role.TOTAL, Role.LIVE, Role.PART, Role.OTHER)


def bounded(registers: Sequence[SeenRegister]) -> tuple[SeenRegister, ...]:
    """Return the registers that are remembered: what is counted before its parts."""
    short = [r for r in registers if len(r.name) <= LONGEST_NAME and len(r.path) <= LONGEST_NAME]
    return tuple(sorted(short, key=lambda r: _FIRST.index(r.role))[:MOST_REGISTERS])


def feeding(meters: Iterable[Meter]) -> AbstractSet[tuple[str, str]]:
    """Return family and case-free name of the devices that feed living meters.

    A DevEUI is written in capitals by some and not by others.
    """
    sources = [m.source for m in meters if m.source is not None and not m.retired]
    return frozenset((source.family, source.device.casefold()) for source in sources)


def undeclared(devices: Sequence[SeenDevice], meters: Iterable[Meter]) -> tuple[SeenDevice, ...]:
    """Return the devices that no living meter is fed by."""
    fed = feeding(meters)
    return tuple(d for d in devices if (d.family, d.device.casefold()) not in fed)


def _usual_gap(register: SeenRegister) -> timedelta | None:
    at = register.instants
    gaps = [(b - a).total_seconds() for a, b in pairwise(at)]
    return timedelta(seconds=median(gaps)) if gaps else None
