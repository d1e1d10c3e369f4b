"""Local days are as long as the clocks make them."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import Period, floor_hour

PARIS = ZoneInfo("Europe/Paris")


def test_the_spring_day_has_23_hours_and_the_autumn_day_25() -> None:
    assert Period.of_day(date(2026, 3, 29), PARIS).hours == 23
    assert Period.of_day(date(2026, 10, 25), PARIS).hours == 25
    assert Period.of_day(date(2026, 11, 23), PARIS).hours == 24


def test_a_leap_year_has_one_day_more() -> None:
    assert Period.of_year(2028, PARIS).hours == 366 * 24
    assert Period.of_year(2027, PARIS).hours == 365 * 24
    assert Period.of_month(2028, 2, PARIS).hours == 29 * 24


def test_december_ends_in_january() -> None:
    assert Period.of_month(2026, 12, PARIS).end == datetime(2026, 12, 31, 23, tzinfo=UTC)


def test_the_end_of_a_period_is_the_next_ones() -> None:
    day = Period.of_day(date(2026, 11, 23), PARIS)
    assert day.start in day
    assert day.end not in day


def test_naive_and_backward_periods_are_refused() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        Period(noon.replace(tzinfo=None), noon)
    with pytest.raises(ValueError, match="ends before"):
        Period(noon, noon - timedelta(seconds=1))


def test_periods_that_only_touch_share_nothing() -> None:
    monday = Period.of_day(date(2026, 11, 23), PARIS)
    tuesday = Period.of_day(date(2026, 11, 24), PARIS)
    assert monday.overlap(tuesday) is None
    assert monday.overlap(Period(monday.start, tuesday.end)) == monday


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 400))
def test_the_days_of_a_span_join_without_hole_or_overlap(first: date, days: int) -> None:
    span = Period.of_days(first, first + timedelta(days=days), PARIS)
    each = [Period.of_day(day, PARIS) for day in span.local_days(PARIS)]
    assert len(each) == days
    assert each[0].start == span.start
    assert each[-1].end == span.end
    assert all(a.end == b.start for a, b in itertools.pairwise(each))


def test_an_hour_starts_on_the_hour_whatever_the_zone() -> None:
    late = datetime(2026, 11, 23, 0, 59, 59, tzinfo=PARIS)
    assert floor_hour(late) == datetime(2026, 11, 22, 23, tzinfo=UTC)
