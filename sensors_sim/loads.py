"""What a building draws from the grid, by end use."""

import numpy as np

from domain.meters import EndUse
from domain.sites import BuildingUse
from sensors_sim.heat import HEAT_PUMP_COP, heat_demand_kw
from sensors_sim.noise import Floats
from sensors_sim.profiles import profile_of
from sensors_sim.surroundings import Surroundings
from sensors_sim.wastes import base_drift_kw, lights_left_on, ventilation_left_on

_ENOUGH_DAYLIGHT_W_M2 = 330.0
_SWITCHED_OFF_BY_DAY = 0.5
"""Share of the lamps that are off in full daylight; corridors stay lit."""

_COOLING_FROM_DEGC = 24.0
_HEATING_AUXILIARIES = 0.012
"""Pumps and burners, per unit of heat, where heat comes from a boiler."""


def electric_loads_kw(
    around: Surroundings, *, heats_with_electricity: bool
) -> dict[EndUse, Floats]:
    """Return the mean power of each end use over each step [kW].

    Together they are the whole of the building's electricity.
    """
    building, profile = around.building, profile_of(around.building.use)
    kw_per_w_m2 = building.floor_area_m2 / 1000.0
    heat = heat_demand_kw(around)
    dark = 1.0 - _SWITCHED_OFF_BY_DAY * np.minimum(
        1.0, around.daylight_w_m2 / _ENOUGH_DAYLIGHT_W_M2
    )
    lit = np.maximum(
        np.minimum(1.0, 1.15 * around.presence**0.6) * dark,
        lights_left_on(building, around.grid, around.seed),
    )
    # Screens and chargers asleep are a part of sockets that never leaves.
    plugged = 0.10 + 0.90 * around.presence
    ventilated = np.maximum(
        np.minimum(1.0, 1.6 * around.presence) * 0.9,
        ventilation_left_on(building, around.grid, around.seed),
    )
    too_warm = np.maximum(0.0, around.outdoor_degc - _COOLING_FROM_DEGC)
    habits = around.carelessness
    density = {
        EndUse.LIGHTING: profile.lighting_w_m2
        * lit
        * habits
        * around.unrest("light", 0.05, 3600.0),
        EndUse.SOCKETS: profile.sockets_w_m2
        * plugged
        * habits
        * around.unrest("sockets", 0.08, 2400.0),
        EndUse.VENTILATION: profile.ventilation_w_m2
        * ventilated
        * around.unrest("fans", 0.03, 7200.0),
        EndUse.COOLING: profile.cooling_w_m2_k
        * too_warm
        * np.minimum(1.0, around.presence)
        * habits,
        EndUse.COOKING: profile.cooking_w_m2 * _kitchen(around),
        EndUse.HOT_WATER: profile.hot_water_w_m2 * (0.15 + 1.1 * around.presence),
    }
    loads = {use: kw_per_w_m2 * watts for use, watts in density.items()}
    loads[EndUse.HEATING] = heat / HEAT_PUMP_COP if heats_with_electricity else _auxiliaries(heat)
    loads[EndUse.OTHER] = kw_per_w_m2 * profile.base_w_m2 * _base(around) + base_drift_kw(
        building, around.grid.middle_s, around.seed
    )
    return loads


def _auxiliaries(heat_kw: Floats) -> Floats:
    return np.asarray(_HEATING_AUXILIARIES * heat_kw)


def _base(around: Surroundings) -> Floats:
    """Return the base load's factor: refrigerators cycle and work harder in summer."""
    summer = 1.0 + 0.006 * (around.outdoor_degc - 14.0)
    lamps_outside = 0.12 * (around.daylight_w_m2 < 1.0)
    return np.asarray((summer + lamps_outside) * around.unrest("base", 0.04, 2700.0))


def _kitchen(around: Surroundings) -> Floats:
    """Return how busy a canteen is [0..1]: from nine to two when there are guests."""
    if around.building.use is not BuildingUse.SCHOOL:
        return np.zeros(len(around.presence))
    hour = around.grid.local_hour
    curve = np.interp(hour, [8.5, 10.0, 11.5, 12.8, 14.5], [0.0, 0.8, 1.0, 0.6, 0.0])
    return np.asarray(curve * (around.presence > 0.5) * around.unrest("kitchen", 0.12, 1800.0))
