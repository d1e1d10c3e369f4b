"""The expected course of a building's use, hour by hour, over a few weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from dashboard.queries.spans import DaySpan
from domain.events import Event, EventKind
from domain.meters import Commodity, Meter
from domain.periods import Period
from domain.sites import Building, Portfolio
from indicators.calendars import day_kind
from indicators.day_profiles import DayProfiles, profiles_of, total_of
from indicators.expected import HISTORY_DAYS, ExpectedDay, LikeDays
from storage.ports import ReadingStore, Step

_NOT_LIKE = frozenset({EventKind.WORKS, EventKind.EXAMS, EventKind.CLOSURE})
"""What happened on such a day tells nothing of an ordinary one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What was measured, and what each day was expected to be."""

    hours: pd.DataFrame
    """Roll-up columns by UTC hour, over the span asked for."""

    expected: dict[date, ExpectedDay]
    """Days that cannot be told are left out."""


def read_course(
    readings: ReadingStore,
    portfolio: Portfolio,
    building: Building,
    mains: Sequence[Meter],
    span: DaySpan,
    events: Sequence[Event] = (),
) -> Course:
    """Read the mains of one commodity and compare each day with days like it."""
    first = span.first - timedelta(days=HISTORY_DAYS)
    whole = Period.of_days(first, span.after_last, building.zone)
    frames = [readings.read_rollup(meter.id, Step.HOUR, whole) for meter in mains]
    total = total_of(frames)
    use = profiles_of(total, building.zone, first, span.after_last)
    warmth = _temperature(readings, portfolio, building, first, span.after_last)
    kinds = {
        day: day_kind(building, day, events)
        for day in _days(first, span.after_last)
        if not _is_odd(day, building, events)
    }
    like = LikeDays(use, kinds, warmth)
    expected: dict[date, ExpectedDay] = {}
    for day in _days(span.first, span.after_last):
        found = like.expect(
            day,
            day_kind(building, day, events),
            before=day,
            temperature=_mean_temperature(warmth, day),
        )
        if found is not None:
            expected[day] = found
    start = pd.Timestamp(span.period(building.zone).start)
    return Course(hours=total.loc[total.index >= start], expected=expected)


def _temperature(
    readings: ReadingStore, portfolio: Portfolio, building: Building, first: date, after_last: date
) -> DayProfiles | None:
    """Return outdoor temperatures: the building's own, else of its city."""
    cities = {b.id: b.city for b in portfolio.buildings}
    near = [
        meter
        for meter in portfolio.meters
        if meter.commodity is Commodity.OUTDOOR_TEMPERATURE
        and (meter.building_id == building.id or cities.get(meter.building_id) == building.city)
    ]
    if not near:
        return None
    chosen = min(near, key=lambda meter: meter.building_id != building.id)
    whole = Period.of_days(first, after_last, building.zone)
    hours = readings.read_rollup(chosen.id, Step.HOUR, whole)
    return profiles_of(hours, building.zone, first, after_last, summed=False)


def _mean_temperature(warmth: DayProfiles | None, day: date) -> float | None:
    row = None if warmth is None else warmth.row(day)
    mean = float(warmth.mean[row]) if warmth is not None and row is not None else float("nan")
    return None if mean != mean else mean


def _is_odd(day: date, building: Building, events: Sequence[Event]) -> bool:
    whole = Period.of_day(day, building.zone)
    return any(
        event.kind in _NOT_LIKE and event.start < whole.end and event.end > whole.start
        for event in events
    )


def _days(first: date, after_last: date) -> list[date]:
    return [date.fromordinal(n) for n in range(first.toordinal(), after_last.toordinal())]
