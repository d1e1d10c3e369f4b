"""What a building takes from the mains."""

import numpy as np

from sensors_sim.grid import STEP_S
from sensors_sim.noise import Floats
from sensors_sim.profiles import profile_of
from sensors_sim.surroundings import Surroundings
from sensors_sim.wastes import leak_l_per_h

_FULL_HOURS = 8.5
"""A working day is worth about so many hours of a full building [h]."""

_AREA_PER_PERSON_M2 = 20.0
"""Where the head count is not declared."""


def water_l(around: Surroundings) -> Floats:
    """Return the water drawn during each step [L]: breaks and lunch, and leaks at night."""
    building = around.building
    people = building.people or building.floor_area_m2 / _AREA_PER_PERSON_M2
    per_hour = people * profile_of(building.use).litres_per_person / _FULL_HOURS
    hour = around.grid.local_hour
    breaks = 0.7 + 0.9 * (np.abs(hour - 10.25) < 0.3) + 1.1 * (np.abs(hour - 13.0) < 0.8)
    # A cleaner, a cistern: a trickle that no calendar explains.
    trickle = 0.4 * np.maximum(0.0, around.unrest("trickle", 0.9, 3600.0))
    flow = per_hour * around.presence * breaks * np.maximum(0.0, around.unrest("taps", 0.35, 900.0))
    return np.asarray(
        (flow + trickle + leak_l_per_h(building, around.grid.middle_s, around.seed))
        * STEP_S
        / 3600.0
    )
