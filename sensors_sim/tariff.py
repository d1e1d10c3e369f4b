"""When electricity is cheaper, for meters that keep one index for those hours."""

import numpy as np
from numpy.typing import NDArray

from sensors_sim.noise import Floats

_OFF_PEAK_H = ((2.0, 6.0), (13.0, 17.0))
"""Eight hours a day, at night and at the hours of the sun (2025 on) [local h]."""


def is_off_peak(local_hour: Floats) -> NDArray[np.bool_]:
    """Tell for each local hour [0..24) whether it is an off-peak one."""
    inside = [(local_hour >= start) & (local_hour < end) for start, end in _OFF_PEAK_H]
    return np.asarray(np.logical_or.reduce(inside))
