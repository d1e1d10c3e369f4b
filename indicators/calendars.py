"""What kind of day a local day is for a building, and when it is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays
import numpy as np
import numpy.typing as npt
import pandas as pd

from domain.calendars import DayType, OpenSpan
from domain.events import Event, EventKind
from domain.periods import Period
from domain.sites import Building
from indicators.school_holidays import is_school_holiday

_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DayKind:
    """What two days must share before they are compared."""

    day_type: DayType
    hours: tuple[tuple[time, time], ...]
    """The opening spans, local time; a short Wednesday is no long Thursday."""


def is_public_holiday(day: date) -> bool:
    """Tell whether a day is one of the eleven national holidays of mainland France."""
    return day in _public_holidays(day.year)


def day_type(building: Building, day: date, events: Sequence[Event] = ()) -> DayType:
    """Return the kind of day, the strongest reason first.

    A closure that somebody declared or recorded, then public holidays, then
    week-ends (a day of the week without opening hours), then school holidays.
    """
    opening = building.opening
    if any(c.first <= day <= c.last for c in opening.closures) or _closed_by(building, day, events):
        return DayType.CLOSED
    if is_public_holiday(day) and opening.closed_on_public_holidays:
        return DayType.PUBLIC_HOLIDAY
    if not _spans_on(building, day):
        return DayType.WEEKEND
    if opening.school_zone is not None and is_school_holiday(day, opening.school_zone):
        return DayType.SCHOOL_HOLIDAY
    return DayType.WORKING


def day_kind(building: Building, day: date, events: Sequence[Event] = ()) -> DayKind:
    """Return what a day must share with another to be like it."""
    of_day = day_type(building, day, events)
    spans = _spans_on(building, day) if of_day is DayType.WORKING else ()
    return DayKind(day_type=of_day, hours=tuple((s.start, s.end) for s in spans))


def open_periods(building: Building, day: date, events: Sequence[Event] = ()) -> list[Period]:
    """Return when a building is open on a local day [UTC]; empty when closed."""
    if day_type(building, day, events) is not DayType.WORKING:
        return []
    return [
        Period(_at(building, day, span.start), _at(building, day, span.end))
        for span in _spans_on(building, day)
    ]


def open_share(
    building: Building, hours: pd.DatetimeIndex, events: Sequence[Event] = ()
) -> npt.NDArray[np.float64]:
    """Return the share [0..1] of each UTC hour during which the building is open."""
    local = hours.tz_convert(building.zone)
    share = np.zeros(len(hours))
    tables: dict[date, npt.NDArray[np.float64]] = {}
    for at, (day, hour) in enumerate(zip(local.date, local.hour, strict=True)):
        if day not in tables:
            tables[day] = _open_by_clock_hour(building, day, events)
        share[at] = tables[day][hour]
    return share


def next_opening(
    building: Building, after: datetime, events: Sequence[Event] = ()
) -> datetime | None:
    """Return when the building opens next [UTC], looking three weeks ahead."""
    day = after.astimezone(building.zone).date()
    for ahead in range(22):
        for period in open_periods(building, day + timedelta(days=ahead), events):
            if period.start > after:
                return period.start
    return None


def _open_by_clock_hour(
    building: Building, day: date, events: Sequence[Event]
) -> npt.NDArray[np.float64]:
    minutes = np.zeros(_MINUTES_A_DAY)
    if day_type(building, day, events) is DayType.WORKING:
        for span in _spans_on(building, day):
            minutes[_minute(span.start) : _minute(span.end)] = 1.0
    share: npt.NDArray[np.float64] = minutes.reshape(24, 60).mean(axis=1)
    return share


def _spans_on(building: Building, day: date) -> tuple[OpenSpan, ...]:
    return tuple(s for s in building.opening.spans if s.weekday == day.weekday())


def _closed_by(building: Building, day: date, events: Sequence[Event]) -> bool:
    """A closure recorded as an event closes the days it holds at noon."""
    noon = _at(building, day, time(12))
    return any(e.kind is EventKind.CLOSURE and e.start <= noon < e.end for e in events)


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _at(building: Building, day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=building.zone).astimezone(UTC)


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=year))
