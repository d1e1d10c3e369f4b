"""What a roof full of panels gives."""

import numpy as np

from sensors_sim.noise import Floats
from sensors_sim.sun import roof_irradiance_w_m2
from sensors_sim.surroundings import Surroundings

_PEAK_W_PER_FLOOR_M2 = 18.0
_LARGEST_KW = 36.0
_PERFORMANCE = 0.80
"""What wiring, heat, dust and the inverter leave (IEC 61724 performance ratio)."""


def solar_kw(around: Surroundings) -> Floats:
    """Return the production of the roof during each step [kW]; 0 at night."""
    peak_kw = min(_LARGEST_KW, around.building.floor_area_m2 * _PEAK_W_PER_FLOOR_M2 / 1000.0)
    sun = roof_irradiance_w_m2(around.grid.middle_s, around.cloudiness) / 1000.0
    produced = peak_kw * _PERFORMANCE * sun * around.unrest("panels", 0.02, 3600.0)
    return np.asarray(np.clip(produced, 0.0, 0.96 * peak_kw))
