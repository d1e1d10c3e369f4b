from datetime import UTC, datetime

import numpy as np
import pytest

from domain.sites import Building, Portfolio
from sensors_sim.grid import MonthGrid, month_grid, month_number
from sensors_sim.wastes import (
    base_drift_kw,
    leak_l_per_h,
    lights_left_on,
    ventilation_left_on,
)

FOUR_YEARS = np.arange(1_672_531_200, 1_798_761_600, 3600, dtype=np.int64)


@pytest.fixture
def school(portfolio: Portfolio) -> Building:
    return portfolio.buildings[0]


def months(school: Building) -> list[MonthGrid]:
    first = month_number(datetime(2023, 1, 1, tzinfo=UTC))
    return [month_grid(month, school.zone) for month in range(first, first + 48)]


def test_ventilation_is_forgotten_in_some_school_holidays_and_whole_ones(school: Building) -> None:
    running = np.concatenate([ventilation_left_on(school, grid, 1) for grid in months(school)])
    assert 0.02 < float((running > 0).mean()) < 0.3
    # On at a holiday's first midnight, off at its end: as often as it starts it stops.
    starts = int(np.sum((running[1:] > 0) & (running[:-1] == 0)))
    assert 5 < starts < 60


def test_lights_are_forgotten_on_a_night_in_thirty_and_never_at_noon(school: Building) -> None:
    for grid in months(school)[:12]:
        lit = lights_left_on(school, grid, 1)
        assert not np.any(lit[(grid.local_hour > 8) & (grid.local_hour < 17)])
    nights = np.concatenate([lights_left_on(school, grid, 1) for grid in months(school)])
    assert 0.005 < float((nights > 0).mean()) < 0.04


def test_the_base_load_drifts_by_about_a_kilowatt_for_weeks(school: Building) -> None:
    drift = base_drift_kw(school, FOUR_YEARS, 1)
    assert set(np.round(np.unique(drift), 2)) == {0.0, 0.82}
    lengths = np.diff(np.flatnonzero(np.diff(np.concatenate(([0.0], drift, [0.0])))))[::2] / 24
    assert len(lengths) > 3
    assert np.all((lengths > 20) & (lengths < 36))


def test_a_cistern_leaks_for_some_days_now_and_then(school: Building) -> None:
    leak = leak_l_per_h(school, FOUR_YEARS, 1)
    assert 0.01 < float((leak > 0).mean()) < 0.15
    part = leak_l_per_h(school, FOUR_YEARS[5000:9000], 1)
    assert np.array_equal(part, leak[5000:9000])
