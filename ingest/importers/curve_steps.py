"""How long each interval of a load curve lasts, told from its stamps alone.

A distance between stamps is believed when it is one that meters record at and
the next or the previous distance is the same: a gap stands alone, a step that
changed goes on. Elsewhere the step known last holds.
"""

import numpy as np
from numpy.typing import NDArray

RECORDED_S = (300.0, 600.0, 900.0, 1800.0, 3600.0)
"""The steps at which meters record a curve [s]."""


def step_of_each_s(
    time_us: NDArray[np.int64], *, are_ends: bool, told_s: float = np.nan
) -> NDArray[np.float64]:
    """Return the length of the interval that each stamp belongs to [s]; NaN: unknown.

    Args:
        time_us: Stamps in any order, some perhaps twice; those of blanks too.
        are_ends: They are the ends of their intervals.
        told_s: What the file says it is; NaN when it does not.
    """
    rising, place = in_order(time_us)
    gaps = np.diff(rising) / 1e6
    if not len(gaps):
        return np.full(len(time_us), told_s)
    is_step = np.isin(gaps, RECORDED_S)
    again = np.flatnonzero(gaps[1:] == gaps[:-1])
    in_run = np.zeros(len(gaps), np.bool_)
    in_run[again] = in_run[again + 1] = True
    believed = np.where(is_step & in_run, gaps, np.nan)
    unknown = (np.nan,)
    after, before = np.append(believed, unknown), np.append(unknown, believed)
    own, other = (before, after) if are_ends else (after, before)
    steps = np.where(np.isnan(own), other, own)
    steps = _filled(steps, told_s if not np.isnan(told_s) else _commonest(gaps))
    ahead = np.append(np.inf, gaps) if are_ends else np.append(gaps, np.inf)
    result: NDArray[np.float64] = np.minimum(steps, ahead)[place]
    return result


def commonest_step_s(time_us: NDArray[np.int64]) -> float:
    """Return the distance most met between stamps [s]; NaN when they have none."""
    return _commonest(np.diff(in_order(time_us)[0]) / 1e6)


def in_order(time_us: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different stamps in their order, and the place of each given one in it."""
    if (np.diff(time_us) > 0).all():  # as nearly every file is: sorting is the dearest step
        return time_us, np.arange(len(time_us))
    return np.unique(time_us, return_inverse=True)


def _commonest(gaps: NDArray[np.float64]) -> float:
    counts = [np.count_nonzero(gaps == step) for step in RECORDED_S]
    return RECORDED_S[int(np.argmax(counts))] if any(counts) else float("nan")


def _filled(steps: NDArray[np.float64], otherwise: float) -> NDArray[np.float64]:
    """Put the step before it, else the first one after it, where a step is unknown."""
    known = ~np.isnan(steps)
    if not known.any():
        return np.full(len(steps), otherwise)
    last = np.maximum.accumulate(np.where(known, np.arange(len(steps)), -1))
    filled: NDArray[np.float64] = steps[np.where(last < 0, np.argmax(known), last)]
    return filled
