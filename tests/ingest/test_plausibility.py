from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import RejectedMessage
from domain.registers import Accumulation, Quantity
from ingest.plausibility import LONGEST_INTERVAL_S, Plausibility, check_interval, check_value
from tests.ingest.conftest import NOON

BOUNDS = Plausibility(earliest_year=2000, max_future_minutes=10)


@pytest.mark.parametrize(
    "taken_at",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2099, 1, 1, tzinfo=UTC),
        NOON + timedelta(minutes=11),
    ],
)
def test_a_clock_that_cannot_be_right_is_not_believed(taken_at: datetime) -> None:
    with pytest.raises(RejectedMessage, match="dated") as rejection:
        BOUNDS.settled(taken_at, NOON)
    assert rejection.value.code == "time_out_of_range"


@pytest.mark.parametrize(
    "taken_at", [datetime(2000, 1, 1, tzinfo=UTC), NOON, NOON + timedelta(minutes=9)]
)
def test_a_clock_a_little_fast_or_a_reading_years_late_is_believed(taken_at: datetime) -> None:
    assert BOUNDS.settled(taken_at, NOON) == taken_at


def test_a_meter_is_not_ahead_when_it_is_our_clock_that_was_set_back() -> None:
    set_back = timedelta(0)
    bounds = Plausibility(earliest_year=2000, max_future_minutes=10, set_back=lambda: set_back)
    tomorrow = NOON + timedelta(days=1)
    with pytest.raises(RejectedMessage, match="ahead of"):
        bounds.settled(tomorrow, NOON)
    set_back = timedelta(days=1)
    assert bounds.settled(tomorrow, NOON) == tomorrow
    with pytest.raises(RejectedMessage, match="ahead of"):
        bounds.settled(tomorrow + timedelta(minutes=11), NOON)


@pytest.mark.parametrize(
    ("received", "meant"), [("00:31", "00:30"), ("01:29", "01:30"), ("01:31", "01:30")]
)
def test_the_second_pass_of_octobers_hour_is_meant_once_it_has_come(
    received: str, meant: str
) -> None:
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC, fold=1)
    settled = BOUNDS.settled(twice, datetime.fromisoformat(f"2026-10-25T{received}Z"))
    assert settled == datetime.fromisoformat(f"2026-10-25T{meant}Z")
    assert settled.fold == 0


@pytest.mark.parametrize(
    ("value", "quantity", "accumulation"),
    [
        (float("nan"), Quantity.ENERGY, Accumulation.CUMULATIVE),
        (float("inf"), Quantity.POWER, Accumulation.INSTANTANEOUS),
        (1e300, Quantity.VOLUME, Accumulation.CUMULATIVE),
        (-1e15, Quantity.POWER, Accumulation.INSTANTANEOUS),
        (-0.5, Quantity.ENERGY, Accumulation.CUMULATIVE),
        (-300.0, Quantity.TEMPERATURE, Accumulation.INSTANTANEOUS),
    ],
)
def test_what_no_meter_can_show_is_refused(
    value: float, quantity: Quantity, accumulation: Accumulation
) -> None:
    with pytest.raises(RejectedMessage) as rejection:
        check_value(value, quantity, accumulation)
    assert rejection.value.code == "implausible_value"


def test_power_may_flow_back_and_winter_may_freeze() -> None:
    check_value(-3.2, Quantity.POWER, Accumulation.INSTANTANEOUS)
    check_value(-12.0, Quantity.TEMPERATURE, Accumulation.INSTANTANEOUS)
    check_value(0.0, Quantity.ENERGY, Accumulation.CUMULATIVE)


@pytest.mark.parametrize("duration_s", [-1.0, 7.4e9, float("inf"), float("nan")])
def test_an_interval_that_no_meter_counts_over_is_refused(duration_s: float) -> None:
    with pytest.raises(RejectedMessage, match="interval") as rejection:
        check_interval(duration_s)
    assert rejection.value.code == "implausible_value"


def test_a_month_may_be_counted_at_once() -> None:
    check_interval(0.0)
    check_interval(LONGEST_INTERVAL_S)
