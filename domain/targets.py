"""Targets and where a building stands against them (ISO 50001 energy target)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.meters import Commodity


class TargetState(StrEnum):
    """Where a target is in its life."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A reduction that a manager asks of a building over some days."""

    id: str
    building_id: str
    commodity: Commodity

    reduction: float
    """Share to save against what is expected [0..1]: 0.05 is minus five percent."""

    first_day: date
    last_day: date
    """Local days, both included."""

    note: str = ""
    version: int = 1
    """Grows at each edit; the history keeps every version."""

    ended_at: datetime | None = None
    """When somebody ended it early [UTC]."""

    author: str = ""
    changed_at: datetime | None = None

    def state_on(self, day: date) -> TargetState:
        """Tell where it is in its life on a local day."""
        if self.ended_at is not None or day > self.last_day:
            return TargetState.ENDED
        return TargetState.PLANNED if day < self.first_day else TargetState.RUNNING


class StandingWord(StrEnum):
    """The verdict in one word."""

    KEPT = "kept"
    CLOSE = "close"
    AT_RISK = "at_risk"
    WAITING = "waiting"
    """Not enough measured yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a building is against one target, so far."""

    target_id: str
    made_at: datetime
    word: StandingWord
    used_kwh: float | None
    allowed_kwh: float | None
    """What the target allows for the time elapsed [kWh]."""

    deviation: float | None
    """(used − expected) / expected [ratio]; compare with −reduction."""

    dead_band: float | None
    """Half-width within which the deviation says nothing [ratio]."""

    coverage: float
    elapsed: float
    """Share of the target's days gone by [0..1]."""
