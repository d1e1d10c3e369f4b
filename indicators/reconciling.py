"""How many readings a meter's day should have, and what it has.

A meter is judged by its own pace. That is the declared cadence, unless the day's
readings come steadily at another one: a device set to ten seconds that was
declared at ten minutes would seem whole with most of its readings gone.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from domain.meters import Meter
from domain.periods import Period
from domain.reconciliations import DayWord, Reconciliation
from domain.tallies import DayTally
from indicators.intervals import Micros, gap_limit, instants_us, micros

WHOLE_SHARE = 0.95
"""A day is whole with this share of its readings and no gap in its figures."""

_STEADY_SHARE, _STEADY_BAND = 0.75, 0.2
"""Three spacings out of four within a fifth of the median make a pace."""

_FEWEST_SPACINGS = 4
_SAME_PACE = 0.02
_RARE = timedelta(hours=6)
"""A meter that reports more rarely is not held to the hour of its report."""


def instants_of(frames: Sequence[pd.DataFrame]) -> Micros:
    """Return each instant of which some register has a reading, once [µs since 1970]."""
    if not frames:
        return np.empty(0, dtype=np.int64)
    return np.unique(np.concatenate([instants_us(frame.index) for frame in frames]))


def pace_of(instants: Micros, declared: timedelta) -> timedelta:
    """Return the spacing that the readings keep, or the declared one when they keep none."""
    spacings = np.diff(instants)
    if len(spacings) < _FEWEST_SPACINGS:
        return declared
    median = float(np.median(spacings))
    steady = float(np.mean(np.abs(spacings - median) <= _STEADY_BAND * median))
    kept = timedelta(microseconds=median)
    if steady < _STEADY_SHARE or abs(kept / declared - 1) <= _SAME_PACE:
        return declared
    return kept


def expected_readings(day: Period, pace: timedelta) -> int:
    """Return how many readings fit into a local day: 23, 24 or 25 hours."""
    return round(day.duration / pace)


def longest_gap(instants: Micros, day: Period) -> timedelta:
    """Return the longest silence between two readings of the day, or its edges."""
    heard = np.concatenate(([micros(day.start)], instants, [micros(day.end)]))
    return timedelta(microseconds=int(np.diff(heard).max()))


def reconcile(
    meter: Meter,
    day: date,
    period: Period,
    instants: Micros,
    *,
    last_before: datetime | None,
    tally: DayTally | None,
    made_at: datetime,
) -> Reconciliation | None:
    """Judge one local day of one meter.

    Args:
        meter: Whose day.
        day: The local day.
        period: The same, in UTC.
        instants: Of the readings taken in `period` [µs since 1970], increasing.
        last_before: The newest reading before `period`; only asked of a day without any.
        tally: What became of the day's messages; None when none came.
        made_at: Now [UTC].

    Returns:
        None for a meter of which nothing was heard yet.
    """
    pace = pace_of(instants, meter.cadence)
    refused = tally.dead_lettered if tally else 0
    if not len(instants) and last_before is None and not refused:
        return None
    expected, gap = expected_readings(period, pace), longest_gap(instants, period)
    return Reconciliation(
        day=day,
        meter_id=meter.id,
        word=_word(meter, period, len(instants), pace, gap, last_before, tally),
        expected=expected,
        measured=len(instants),
        received=tally.received if tally else 0,
        stored=tally.stored if tally else 0,
        duplicate=tally.duplicate if tally else 0,
        dead_lettered=refused,
        late=tally.late if tally else 0,
        longest_gap_s=gap.total_seconds() if len(instants) else None,
        made_at=made_at,
    )


def _word(
    meter: Meter,
    period: Period,
    measured: int,
    pace: timedelta,
    gap: timedelta,
    last_before: datetime | None,
    tally: DayTally | None,
) -> DayWord:
    expected = expected_readings(period, pace)
    if tally is not None and tally.unaccounted:
        return DayWord.BREACH
    if not measured and _nothing_was_due(meter, period, last_before):
        return DayWord.WHOLE
    missing = max(0, expected - measured)
    if measured and missing <= _may_miss(expected) and gap <= gap_limit(max(pace, meter.cadence)):
        return DayWord.SLOW if pace > gap_limit(meter.cadence) else DayWord.WHOLE
    if tally is not None and tally.dead_lettered and 2 * tally.dead_lettered >= missing:
        return DayWord.REFUSED
    return DayWord.THIN if measured else DayWord.SILENT


def _may_miss(expected: int) -> int:
    """One may have slipped over midnight."""
    return max(1, int((1 - WHOLE_SHARE) * expected + 1e-9))


def _nothing_was_due(meter: Meter, period: Period, last_before: datetime | None) -> bool:
    """A rare report of yesterday evening and one of tomorrow morning miss no day."""
    if meter.cadence < _RARE or last_before is None:
        return False
    return period.end - last_before <= 2 * meter.cadence
