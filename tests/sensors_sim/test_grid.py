from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sensors_sim.grid import MonthGrid, month_grid, month_number

PARIS = ZoneInfo("Europe/Paris")


def grid(year: int, month: int) -> MonthGrid:
    return month_grid(month_number(datetime(year, month, 1, tzinfo=UTC)), PARIS)


@pytest.mark.parametrize(
    ("day", "steps"),
    [(date(2026, 3, 29), 138), (date(2026, 3, 28), 144), (date(2026, 10, 25), 150)],
)
def test_the_days_on_which_clocks_change_have_23_and_25_hours(day: date, steps: int) -> None:
    assert int(np.sum(grid(day.year, day.month).local_day == day.toordinal())) == steps


def test_the_hour_that_october_repeats_is_seen_twice_on_the_local_clock() -> None:
    october = grid(2026, 10)
    on_that_day = october.local_day == date(2026, 10, 25).toordinal()
    assert int(np.sum(np.floor(october.local_hour[on_that_day]) == 2.0)) == 12


def test_february_of_a_leap_year_has_its_29th() -> None:
    assert len(grid(2024, 2).epoch_s) == 29 * 144
    assert date(2024, 2, 29).toordinal() in grid(2024, 2).days


def test_weekdays_are_those_of_the_calendar() -> None:
    first_step = grid(2026, 11)
    assert date.fromordinal(int(first_step.local_day[0])).weekday() == int(first_step.weekday[0])
