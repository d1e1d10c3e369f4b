"""What a building uses between closing and opening, and what thrift would save."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from domain.events import Event
from domain.periods import Period
from domain.sites import Building
from indicators.calendars import next_opening, open_periods
from indicators.totals import total_over

LEAST_COVERAGE = 0.95
LEAST_CLOSURES = 5
THRIFTY = 20
"""Percentile of past closures that counts as thrifty: done before, without effort."""

PAST_DAYS = 42


def saving_when_closed(
    building: Building,
    hours: pd.DataFrame,
    now: datetime,
    *,
    longer_than: timedelta,
    shorter_than: timedelta,
    events: Sequence[Event] = (),
) -> float | None:
    """Return what a thrifty closure saves against a usual one [kWh].

    Args:
        building: Whose opening calendar.
        hours: Roll-up columns by UTC hour of the end use.
        now: Only closures that ended before count.
        longer_than: Closures at most this long are of another kind.
        shorter_than: So are those longer than this.
        events: Closures the calendar does not know.

    Returns:
        None with fewer than five well-measured closures in six weeks, or when
        usual and thrifty are the same.
    """
    today = now.astimezone(building.zone).date()
    used = [
        total.value
        for period in _closures(building, today, now, events)
        if longer_than < period.duration <= shorter_than
        and (total := total_over(hours, period)).coverage >= LEAST_COVERAGE
        and total.value is not None
    ]
    if len(used) < LEAST_CLOSURES:
        return None
    saving = float(np.median(used) - np.percentile(used, THRIFTY))
    return saving if saving > 0 else None


def _closures(
    building: Building, today: date, now: datetime, events: Sequence[Event]
) -> list[Period]:
    closures = []
    for ago in range(PAST_DAYS, 0, -1):
        opened = open_periods(building, today - timedelta(days=ago), events)
        opening = next_opening(building, opened[-1].end, events) if opened else None
        if opening is not None and opening <= now:
            closures.append(Period(opened[-1].end, opening))
    return closures
