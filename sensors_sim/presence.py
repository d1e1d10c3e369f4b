"""How full a building is, and when its heating prepares for it."""

from collections.abc import Callable
from datetime import date

import numpy as np

from domain.calendars import DayType
from domain.sites import Building, BuildingUse
from sensors_sim.almanac import day_type, open_hours
from sensors_sim.grid import MonthGrid
from sensors_sim.noise import Floats, normal, stream

_AT_LUNCH: dict[BuildingUse, float] = {BuildingUse.SCHOOL: 0.85, BuildingUse.OFFICE: 0.5}
_AT_LUNCH_ELSEWHERE = 0.6

_PREHEAT_H = 2.5
_COAST_H = 0.75
"""Heating starts before the first and stops before the last occupants [h]."""

_CARETAKER = 0.06
"""Somebody is in a closed school on a weekday morning."""


def presence(building: Building, grid: MonthGrid, seed: int) -> Floats:
    """Return how full the building is at each step [0..about 1.1]."""
    chance = normal(stream(seed, "attendance", building.id), np.array(grid.days, dtype=np.int64))
    return _day_by_day(
        grid,
        lambda ordinal, hour: _presence_of_day(
            building, date.fromordinal(ordinal), hour, float(chance[ordinal - grid.days.start])
        ),
    )


def heating_schedule(building: Building, grid: MonthGrid) -> tuple[Floats, Floats]:
    """Return how far comfort is asked for [0..1], and how far the building is being brought to it.

    The second is 1 at the start of the preheating and fades to 0 as the first occupants settle.
    """
    comfort = _day_by_day(grid, lambda day, hour: _comfort(building, date.fromordinal(day), hour))
    preheat = _day_by_day(grid, lambda day, hour: _preheat(building, date.fromordinal(day), hour))
    return comfort, preheat


def _day_by_day(grid: MonthGrid, curve: Callable[[int, Floats], Floats]) -> Floats:
    result = np.zeros(len(grid.epoch_s))
    bounds = np.searchsorted(grid.local_day, np.array([*grid.days, grid.days.stop]))
    for day, first, end in zip(grid.days, bounds[:-1], bounds[1:], strict=True):
        result[first:end] = curve(day, grid.local_hour[first:end])
    return result


def _presence_of_day(building: Building, day: date, hour: Floats, chance: float) -> Floats:
    spans = open_hours(building.opening, day)
    if not spans:
        is_manned = day_type(building.opening, day) is DayType.SCHOOL_HOLIDAY
        return np.asarray(_CARETAKER * is_manned * ((hour > 8.5) & (hour < 12.0)))
    lunch = _AT_LUNCH.get(building.use, _AT_LUNCH_ELSEWHERE)
    attendance = 1.0 + 0.02 * float(np.clip(chance, -2.5, 2.5)) - 0.03 * (day.weekday() == 4)
    shift_h = 0.12 * float(np.clip(chance, -2.0, 2.0))
    filled = np.zeros(len(hour))
    for start, end in spans:
        filled = np.maximum(filled, _filling(hour - shift_h, start, end, lunch))
    return np.asarray(attendance * filled)


def _filling(hour: Floats, start: float, end: float, lunch: float) -> Floats:
    knots = [(start - 0.7, 0.0), (start, 0.35), (start + 0.6, 0.95)]
    if start < 11.0 and end > 14.5:
        knots += [(12.0, 1.0), (12.4, lunch), (13.4, lunch), (14.0, 1.0)]
    knots += [(end - 1.2, 0.95), (end, 0.3), (end + 0.3, 0.12), (end + 1.4, 0.05), (end + 1.8, 0.0)]
    x, y = zip(*sorted(knots), strict=True)
    return np.asarray(np.interp(hour, x, y, left=0.0, right=0.0))


def _comfort(building: Building, day: date, hour: Floats) -> Floats:
    spans = open_hours(building.opening, day)
    if not spans:
        return np.zeros(len(hour))
    first, last = spans[0][0] - _PREHEAT_H, spans[-1][1] - _COAST_H
    return np.asarray(np.interp(hour, [first, first + 0.3, last - 0.5, last + 0.5], [0, 1, 1, 0]))


def _preheat(building: Building, day: date, hour: Floats) -> Floats:
    spans = open_hours(building.opening, day)
    if not spans:
        return np.zeros(len(hour))
    first = spans[0][0] - _PREHEAT_H
    since_weekend = 1.15 if day.weekday() == 0 else 1.0
    curve = np.interp(hour, [first, first + 0.3, first + 1.2, first + 3.0], [0, 1, 0.8, 0])
    return np.asarray(since_weekend * curve)
