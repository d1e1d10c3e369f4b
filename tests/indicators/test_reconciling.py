"""How a meter's day came in, judged by its own pace."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.meters import Commodity, Meter
from domain.periods import Period
from domain.reconciliations import DayWord, Reconciliation
from domain.tallies import DayTally
from indicators.intervals import Micros, micros
from indicators.reconciling import expected_readings, longest_gap, pace_of, reconcile

PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 2, 3)
NOW = datetime(2026, 2, 4, 0, 10, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)


def _meter(cadence: timedelta = TEN_MINUTES) -> Meter:
    return Meter(
        id="m", building_id="b", name="M", commodity=Commodity.ELECTRICITY, cadence=cadence
    )


def _every(step: timedelta, day: date = DAY, *, without: slice = slice(0, 0)) -> Micros:
    period = Period.of_day(day, PARIS)
    count = -(-period.duration // step)
    instants = [micros(period.start + n * step) for n in range(count)]
    del instants[without]
    return np.asarray(instants, dtype=np.int64)


def _judged(
    instants: Micros,
    meter: Meter | None = None,
    day: date = DAY,
    *,
    last_before: datetime | None = None,
    **counts: int,
) -> Reconciliation:
    tally = DayTally(day=day, meter_id="m", worker="", **counts) if counts else None
    found = reconcile(
        meter or _meter(),
        day,
        Period.of_day(day, PARIS),
        instants,
        last_before=last_before,
        tally=tally,
        made_at=NOW,
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("day", "readings"),
    [(date(2026, 3, 29), 138), (DAY, 144), (date(2026, 10, 25), 150)],
)
def test_a_day_of_twenty_three_or_five_hours_expects_as_many_readings(
    day: date, readings: int
) -> None:
    judged = _judged(_every(TEN_MINUTES, day), day=day)
    assert (judged.expected, judged.measured, judged.word) == (readings, readings, DayWord.WHOLE)
    assert judged.longest_gap_s == 600


def test_a_meter_faster_than_declared_is_held_to_its_own_pace() -> None:
    ten_s = timedelta(seconds=10)
    whole = _judged(_every(ten_s))
    assert (whole.expected, whole.measured, whole.word) == (8640, 8640, DayWord.WHOLE)
    half = _judged(_every(ten_s, without=slice(4000, 8640)))
    assert (half.expected, half.word) == (8640, DayWord.THIN)


def test_a_pace_so_slow_that_each_interval_is_a_gap_is_said() -> None:
    hourly = _judged(_every(timedelta(hours=1)))
    assert (hourly.expected, hourly.measured, hourly.word) == (24, 24, DayWord.WHOLE)
    four_hourly = _judged(_every(timedelta(hours=4)))
    assert (four_hourly.expected, four_hourly.measured) == (6, 6)
    assert four_hourly.word is DayWord.SLOW


def test_readings_lost_at_random_are_no_slower_pace() -> None:
    kept = np.random.default_rng(3).random(144) < 0.5
    judged = _judged(_every(TEN_MINUTES)[kept])
    assert (judged.expected, judged.word) == (144, DayWord.THIN)


def test_a_clock_that_drifts_is_no_other_pace() -> None:
    assert pace_of(_every(timedelta(seconds=601)), TEN_MINUTES) == TEN_MINUTES


def test_a_hole_in_the_figures_makes_a_thin_day_however_many_readings_came() -> None:
    steady = _every(timedelta(minutes=1), without=slice(100, 165))
    judged = _judged(steady, _meter(timedelta(minutes=1)))
    assert judged.measured / judged.expected > 0.95
    assert judged.word is DayWord.THIN
    assert judged.longest_gap_s == 66 * 60


def test_one_reading_that_slipped_over_midnight_is_not_missed() -> None:
    hourly = _every(timedelta(hours=1), without=slice(0, 1))
    assert _judged(hourly, _meter(timedelta(hours=1))).word is DayWord.WHOLE


def test_a_day_without_a_reading_is_silent_after_the_meter_was_heard() -> None:
    nothing = np.empty(0, dtype=np.int64)
    heard = datetime(2026, 2, 1, tzinfo=UTC)
    judged = _judged(nothing, last_before=heard)
    assert (judged.word, judged.measured, judged.longest_gap_s) == (DayWord.SILENT, 0, None)
    period = Period.of_day(DAY, PARIS)
    assert (
        reconcile(_meter(), DAY, period, nothing, last_before=None, tally=None, made_at=NOW) is None
    )


def test_a_daily_report_between_two_days_misses_none_of_them() -> None:
    nothing, daily = np.empty(0, dtype=np.int64), _meter(timedelta(days=1))
    start = Period.of_day(DAY, PARIS).start
    assert _judged(nothing, daily, last_before=start - TEN_MINUTES).word is DayWord.WHOLE
    two_days = timedelta(days=2)
    assert _judged(nothing, daily, last_before=start - two_days).word is DayWord.SILENT


def test_messages_that_could_not_be_read_explain_a_missing_day() -> None:
    nothing = np.empty(0, dtype=np.int64)
    judged = _judged(nothing, received=144, dead_lettered=144)
    assert (judged.word, judged.dead_lettered) == (DayWord.REFUSED, 144)
    few = _judged(
        _every(TEN_MINUTES, without=slice(0, 70)), received=75, stored=74, dead_lettered=1
    )
    assert few.word is DayWord.THIN
    none_missing = _judged(_every(TEN_MINUTES), received=145, stored=144, dead_lettered=1)
    assert none_missing.word is DayWord.WHOLE


def test_a_message_unaccounted_for_is_said_before_anything_else() -> None:
    judged = _judged(_every(TEN_MINUTES), received=145, stored=144)
    assert judged.word is DayWord.BREACH


@given(st.sets(st.integers(0, 86_399), max_size=300))
def test_a_gap_is_never_longer_than_the_day_nor_shorter_than_its_share(seconds: set[int]) -> None:
    period = Period.of_day(DAY, PARIS)
    instants = np.asarray(
        [micros(period.start + timedelta(seconds=s)) for s in sorted(seconds)], dtype=np.int64
    )
    gap = longest_gap(instants, period)
    assert period.duration / (len(instants) + 1) <= gap <= period.duration
    assert expected_readings(period, pace_of(instants, TEN_MINUTES)) >= 0
