"""The frames that stores take and give, in one place so that both agree.

The index is `time`, UTC, in microseconds, increasing.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from domain.errors import StorageRejected
from domain.periods import Period
from storage.instants import microseconds
from storage.ports import READING_COLUMNS, ROLLUP_COLUMNS

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NOT_RECEIVED = -(2**63)
"""Reception time of a reading that has none; what NumPy takes for `NaT`."""


def time_index(time_us: Integers) -> pd.DatetimeIndex:
    """Return UTC instants from microseconds since 1970."""
    return pd.DatetimeIndex(time_us.view("datetime64[us]"), name="time").tz_localize("UTC")


def instants_us(frame: pd.DataFrame) -> Integers:
    """Return the instants of a frame's rows [µs since 1970 UTC]."""
    return np.asarray(pd.DatetimeIndex(frame.index).as_unit("us").asi8, dtype=np.int64)


def readings_frame(
    time_us: Integers,
    value: Floats,
    duration_s: Floats,
    quality: Integers,
    received_us: Integers,
) -> pd.DataFrame:
    """Return a frame of readings; `NOT_RECEIVED` becomes `NaT`."""
    received = pd.DatetimeIndex(received_us.view("datetime64[us]")).tz_localize("UTC")
    columns = dict(zip(READING_COLUMNS, (value, duration_s, quality, received), strict=True))
    return pd.DataFrame(columns, index=time_index(time_us))


def rollup_frame(time_us: Integers, columns: Sequence[Floats]) -> pd.DataFrame:
    """Return a frame of roll-ups from its columns, in the order of `ROLLUP_COLUMNS`."""
    return pd.DataFrame(dict(zip(ROLLUP_COLUMNS, columns, strict=True)), index=time_index(time_us))


def rollup_rows(frame: pd.DataFrame, period: Period) -> tuple[Integers, Floats]:
    """Return starts [µs] and values, one row a step, of a roll-up to be kept.

    A row of which nothing at all is known is left out: it says no more than
    its absence.

    Raises:
        StorageRejected: A row lies outside `period`, twice, or is infinite.
    """
    values = frame[list(ROLLUP_COLUMNS)].to_numpy(dtype=np.float64)
    if frame.empty:
        return np.empty(0, dtype=np.int64), values
    if not isinstance(frame.index, pd.DatetimeIndex) or frame.index.tz is None:
        raise StorageRejected("a roll-up needs an index of instants with a zone")
    time_us = np.asarray(frame.index.tz_convert("UTC").as_unit("us").asi8, dtype=np.int64)
    first, after_last = microseconds(period.start), microseconds(period.end)
    if time_us.min() < first or time_us.max() >= after_last:
        raise StorageRejected(f"a roll-up has rows outside {period.start} … {period.end}")
    if len(np.unique(time_us)) != len(time_us):
        raise StorageRejected("a roll-up has the same step twice")
    if np.isinf(values).any():
        raise StorageRejected("a roll-up holds an infinite number")
    says_something = ~np.isnan(values).all(axis=1)
    return time_us[says_something], values[says_something]
