"""What a building needs to stay warm: a change-point response to the weather."""

import numpy as np

from sensors_sim.noise import Floats
from sensors_sim.profiles import profile_of
from sensors_sim.surroundings import Surroundings

_BALANCE_OCCUPIED_DEGC = 16.0
_BALANCE_EMPTY_DEGC = 13.0
"""Above these, sun, people and machines suffice."""

_BOOST = 0.6
"""How much more is needed while the building is brought to temperature."""

HEAT_PUMP_COP = 1.9
"""Heat for one unit of electricity, over old convectors and newer heat pumps together."""

BOILER_EFFICIENCY = 0.87


def heat_demand_kw(around: Surroundings) -> Floats:
    """Return the heat asked for [kW]; 0 outside the heating season."""
    occupied = np.maximum(0.0, _BALANCE_OCCUPIED_DEGC - around.felt_degc)
    empty = np.maximum(0.0, _BALANCE_EMPTY_DEGC - around.felt_degc)
    kelvin = (
        around.comfort * occupied * (1.0 + _BOOST * around.preheat) + (1.0 - around.comfort) * empty
    )
    density = profile_of(around.building.use).heating_w_m2_k * around.building.floor_area_m2
    return np.asarray(
        density
        / 1000.0
        * kelvin
        * _season(around)
        * around.carelessness
        * around.unrest("heat", 0.04, 5400.0)
    )


def _season(around: Surroundings) -> Floats:
    """Return how far the heating is switched on, zone after zone in autumn and spring [0..1]."""
    day_of_year = (around.grid.epoch_s % int(365.2425 * 86_400)) / 86_400.0
    return np.asarray(np.interp(day_of_year, [115.0, 140.0, 255.0, 275.0], [1.0, 0.0, 0.0, 1.0]))
