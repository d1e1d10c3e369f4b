"""Small dips of an index that recover: noise, neither a reset nor use."""

import numpy as np
import numpy.typing as npt
import pandas as pd

SMALL_DIP = 0.1
"""A dip of more than this share of the index is a reset, however short."""


def without_jitter(
    at: npt.NDArray[np.int64], value: npt.NDArray[np.float64], window_us: int
) -> npt.NDArray[np.float64]:
    """Hold an index at its running maximum while it dips and comes back.

    Only maxima at most `window_us` away count, so a reading far away never
    changes what is said here.

    Args:
        at: Instants of the readings [µs], increasing.
        value: The index, in any unit.
        window_us: How soon it must have come back [µs].

    Returns:
        The index, dips replaced. A fall that does not recover is left as it is.
    """
    if len(value) < 2 or not (np.diff(value) < 0).any():
        return value
    behind = _rolling_maximum(at, value, window_us)
    ahead = _rolling_maximum(at[-1] - at[::-1], value[::-1], window_us)[::-1]
    dips = (behind > value) & (behind - value <= SMALL_DIP * behind) & (ahead >= behind)
    return np.where(dips, behind, value)


def _rolling_maximum(
    at: npt.NDArray[np.int64], value: npt.NDArray[np.float64], window_us: int
) -> npt.NDArray[np.float64]:
    """Return the maximum over [at − window, at] at each reading."""
    series = pd.Series(value, index=pd.DatetimeIndex(at.astype("datetime64[us]")))
    window = pd.Timedelta(microseconds=window_us)
    return series.rolling(window, closed="both").max().to_numpy(np.float64)
