"""Realistic wastes, each with its season, so that there is something to find."""

from datetime import date

import numpy as np

from domain.calendars import DayType
from domain.sites import Building
from sensors_sim.almanac import day_type, school_holiday_name
from sensors_sim.grid import DAY_S, MonthGrid
from sensors_sim.noise import Floats, Integers, draw, stream

_DRIFT_BLOCK_S = 80 * DAY_S
_LEAK_BLOCK_S = 60 * DAY_S


def ventilation_left_on(building: Building, grid: MonthGrid, seed: int) -> Floats:
    """Return how fast ventilation runs although nobody is there [0..1].

    At two thirds of its speed, day and night, in a third of school holidays and
    one weekend in sixteen.
    """
    left_on = [_left_on(building, date.fromordinal(day), seed) for day in grid.days]
    return 0.65 * np.array(left_on, dtype=np.float64)[grid.local_day - grid.days.start]


def lights_left_on(building: Building, grid: MonthGrid, seed: int) -> Floats:
    """Return the share of the lighting forgotten from closing to the next morning [0..1].

    One night in thirty, a quarter of the lights.
    """
    night_of = np.where(grid.local_hour < 12.0, grid.local_day - 1, grid.local_day)
    first = int(night_of[0])
    nights = range(first, int(night_of[-1]) + 1)
    forgotten = np.array(
        [draw(stream(seed, "lights", building.id), night) < 1.0 / 30.0 for night in nights]
    )
    is_night = (grid.local_hour < 7.0) | (grid.local_hour > 18.0)
    return np.asarray(0.25 * (forgotten[night_of - first] & is_night))


def base_drift_kw(building: Building, epoch_s: Integers, seed: int) -> Floats:
    """Return the power of something switched on and forgotten for weeks [kW].

    About 1 kW for three to five weeks, in a third of the blocks of eighty days.
    """
    amount_kw = min(2.5, max(0.5, building.floor_area_m2 / 2600.0))
    return amount_kw * _episodes(
        stream(seed, "drift", building.id), epoch_s, _DRIFT_BLOCK_S, 0.3, (21 * DAY_S, 35 * DAY_S)
    )


def leak_l_per_h(building: Building, epoch_s: Integers, seed: int) -> Floats:
    """Return what a leaking cistern lets through [L/h]: 14 L/h for some days, now and then."""
    return 14.0 * _episodes(
        stream(seed, "leak", building.id), epoch_s, _LEAK_BLOCK_S, 0.45, (4 * DAY_S, 12 * DAY_S)
    )


def _left_on(building: Building, day: date, seed: int) -> bool:
    kind = day_type(building.opening, day)
    if kind is DayType.WORKING:
        return False
    holiday = school_holiday_name(building.opening, day)
    if holiday:
        # One decision a holiday; Christmas is decided in December for January too.
        season = day.year - (day.month == 1)
        return draw(stream(seed, "ventilation", building.id, holiday), season) < 1.0 / 3.0
    return draw(stream(seed, "ventilation-weekend", building.id), day.toordinal() // 7) < 1.0 / 16.0


def _episodes(
    stream_id: int, epoch_s: Integers, block_s: int, chance: float, length_s: tuple[int, int]
) -> Floats:
    """Return 1 during the episodes, at most one a block and wholly inside it, else 0."""
    active = np.zeros(len(epoch_s))
    for block in range(int(epoch_s[0]) // block_s, int(epoch_s[-1]) // block_s + 1):
        if draw(stream_id, 3 * block) >= chance:
            continue
        shortest, longest = length_s
        length = shortest + draw(stream_id, 3 * block + 1) * (longest - shortest)
        start = block * block_s + draw(stream_id, 3 * block + 2) * (block_s - length)
        active[(epoch_s >= start) & (epoch_s < start + length)] = 1.0
    return active
