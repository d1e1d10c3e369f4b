"""When a building is meant to be occupied, as its manager declares it."""

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum


class DayType(StrEnum):
    """The kinds of day a fair comparison must not mix."""

    WORKING = "working"
    WEEKEND = "weekend"
    PUBLIC_HOLIDAY = "public_holiday"
    SCHOOL_HOLIDAY = "school_holiday"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSpan:
    """Open from `start` to `end`, local time, on one weekday (0 = Monday)."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Closed from `first` to `last` local day, both included."""

    first: date
    last: date
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningCalendar:
    """A week of opening spans, and the days that break it."""

    spans: tuple[OpenSpan, ...] = ()
    closed_on_public_holidays: bool = True

    school_zone: str | None = None
    """French school zone A, B or C; its holidays close the building when set."""

    closures: tuple[Closure, ...] = field(default=())
