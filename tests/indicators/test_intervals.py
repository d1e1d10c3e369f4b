"""What a register's readings say was used, and what they do not say."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import Event, EventKind
from domain.readings import Quality
from indicators.intervals import (
    RegisterLimits,
    energy_between_readings,
    energy_of_deltas,
    gap_limit,
    integral_of_states,
)

START = datetime(2026, 1, 5, tzinfo=UTC)
LIMITS = RegisterLimits(gap_limit=timedelta(hours=1), max_rate=1000.0)


def _readings(
    values: Sequence[float],
    minutes: Sequence[int] | None = None,
    durations_s: float | Sequence[float] = 0.0,
    quality: Sequence[int] | int = Quality.VALID,
) -> pd.DataFrame:
    at = minutes if minutes is not None else range(0, 10 * len(values), 10)
    index = pd.DatetimeIndex([START + timedelta(minutes=m) for m in at], name="time").as_unit("us")
    columns = {"value": np.asarray(values, float), "duration_s": durations_s, "quality": quality}
    return pd.DataFrame(columns, index=index)


def _swap(start_minute: float, end_minute: float | None = None) -> Event:
    start = START + timedelta(minutes=start_minute)
    end = START + timedelta(minutes=start_minute if end_minute is None else end_minute)
    return Event(
        id="s", building_id="b", kind=EventKind.METER_SWAP, start=start, end=end, text="new meter"
    )


def test_use_is_the_difference_of_the_index() -> None:
    used = energy_between_readings(_readings([10, 12.5, 12.5, 20]), LIMITS)
    assert used.quantity.tolist() == [2.5, 0.0, 7.5]
    assert not used.long.any()


def test_a_replaced_meter_leaves_a_hole_not_a_negative_bar() -> None:
    used = energy_between_readings(_readings([5000, 5001, 3, 4]), LIMITS)
    assert used.quantity[0] == 1
    assert np.isnan(used.quantity[1])
    assert used.quantity[2] == 1


@pytest.mark.parametrize("swap", [_swap(15), _swap(20), _swap(12, 18)])
def test_a_recorded_replacement_hides_a_new_meter_that_counts_higher(swap: Event) -> None:
    used = energy_between_readings(_readings([5000, 5001, 5040, 5041]), LIMITS, [swap])
    assert np.isnan(used.quantity[1])
    assert used.quantity[[0, 2]].tolist() == [1, 1]


def test_a_register_that_rolls_over_goes_on_counting() -> None:
    limits = RegisterLimits(gap_limit=timedelta(hours=1), rollover_at=1000.0)
    used = energy_between_readings(_readings([990, 998, 5, 9]), limits)
    assert used.quantity.tolist() == [8, 7, 4]


def test_a_fall_from_the_middle_is_no_rollover() -> None:
    limits = RegisterLimits(gap_limit=timedelta(hours=1), rollover_at=1000.0)
    used = energy_between_readings(_readings([500, 5, 9]), limits)
    assert np.isnan(used.quantity[0])


def test_jitter_is_neither_negative_nor_counted_twice() -> None:
    used = energy_between_readings(_readings([100, 101, 100.9, 100.95, 102]), LIMITS)
    assert used.quantity.tolist() == [1, 0, 0, 1]


def test_a_small_fall_that_does_not_come_back_is_a_reset() -> None:
    used = energy_between_readings(_readings([100, 101, 99] + [99.1] * 8), LIMITS)
    assert np.isnan(used.quantity[1])


def test_a_jump_that_no_meter_can_count_is_unknown() -> None:
    used = energy_between_readings(_readings([100, 101, 90_000, 90_001]), LIMITS)
    assert np.isnan(used.quantity[1])
    assert used.quantity[[0, 2]].tolist() == [1, 1]


def test_a_step_between_two_close_readings_is_no_giant_power() -> None:
    index = _readings([100, 101], [0, 1])
    index.index = pd.DatetimeIndex([START, START + timedelta(seconds=2)]).as_unit("us")
    assert energy_between_readings(index, LIMITS).quantity.tolist() == [1]


def test_a_silence_keeps_its_quantity_and_loses_its_hours() -> None:
    used = energy_between_readings(_readings([100, 130, 131], [0, 180, 190]), LIMITS)
    assert used.long.tolist() == [True, False]
    assert used.quantity.tolist() == [30, 1]


def test_an_implausible_reading_is_not_believed() -> None:
    used = energy_between_readings(
        _readings([100, 150, 102], quality=[0, Quality.QUESTIONABLE, 0]), LIMITS
    )
    assert used.quantity.tolist() == [2]


def test_what_rests_on_an_estimate_says_so() -> None:
    used = energy_between_readings(
        _readings([100, 101, 102, 103], quality=[0, Quality.ESTIMATED, 0, 0]), LIMITS
    )
    assert used.estimated.tolist() == [True, True, False]


def test_deltas_are_taken_as_they_are() -> None:
    used = energy_of_deltas(_readings([2.0, 3.0], [0, 30], 1800.0), LIMITS)
    assert used.quantity.tolist() == [2.0, 3.0]
    assert used.hours.tolist() == [0.5, 0.5]


def test_a_delta_without_duration_runs_from_the_one_before() -> None:
    used = energy_of_deltas(_readings([9.0, 3.0, 2.0]), LIMITS)
    assert used.quantity.tolist() == [3.0, 2.0]
    assert used.hours.tolist() == pytest.approx([1 / 6, 1 / 6])


def test_what_two_deltas_tell_twice_is_counted_once() -> None:
    used = energy_of_deltas(_readings([6.0, 6.0], [0, 20], 1800.0), LIMITS)
    assert used.quantity.tolist() == pytest.approx([6.0, 4.0])


def test_power_is_never_integrated_across_a_gap() -> None:
    used = integral_of_states(_readings([6.0, 6.0, 6.0, 6.0], [0, 10, 100, 110]), LIMITS)
    assert used.quantity.tolist() == pytest.approx([1.0, 1.0])


def test_export_is_no_use() -> None:
    used = integral_of_states(_readings([-5.0, -5.0]), LIMITS, floor=0.0)
    assert used.quantity.tolist() == [0.0]


def test_four_missed_reports_make_a_gap_but_never_less_than_an_hour() -> None:
    assert gap_limit(timedelta(minutes=1)) == timedelta(hours=1)
    assert gap_limit(timedelta(hours=6)) == timedelta(hours=24)


@given(
    st.lists(st.integers(0, 50), min_size=2, max_size=60),
    st.lists(st.integers(1, 59), min_size=60, max_size=60),
    st.integers(0, 3),
)
def test_intervals_sum_to_what_the_index_grew_whatever_the_steps_and_the_jitter(
    growth: list[int], steps: list[int], dip_every: int
) -> None:
    index = 1000.0 + np.cumsum(growth)
    at = np.cumsum(steps[: len(growth)])
    shaken = index.copy()
    if dip_every and len(index) > 2:
        inner = np.arange(1, len(index) - 1)
        shaken[inner[inner % (dip_every + 1) == 0]] -= 0.5
    limits = RegisterLimits(gap_limit=timedelta(hours=2))
    used = energy_between_readings(_readings(shaken.tolist(), at.tolist()), limits)
    known = used.quantity[~np.isnan(used.quantity)]
    assert (known >= 0).all()
    if not np.isnan(used.quantity).any():
        assert known.sum() == pytest.approx(index[-1] - index[0])
