"""Hours of a roll-up as a table: one row a local day, one column a clock hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from indicators.rollup import no_hours

Table = npt.NDArray[np.float64]

CLOCK_HOURS = 24

LEAST_HOUR_COVERAGE = 0.5
"""An hour less covered than this has no mean power worth learning from."""


@dataclass(frozen=True, kw_only=True)
class DayProfiles:
    """Mean rate in each clock hour of consecutive local days [kW, m³/h or °C].

    On the day with 25 hours the clock shows one hour twice: their mean stands
    there. On the day with 23 hours the hour that never was is NaN, as is every
    hour that was not measured.
    """

    first: date
    rate: Table

    @cached_property
    def mean(self) -> Table:
        """Mean of each day's known hours; NaN under half a day of them."""
        known = ~np.isnan(self.rate)
        count = known.sum(axis=1)
        total = np.where(known, self.rate, 0.0).sum(axis=1)
        return np.where(count >= CLOCK_HOURS // 2, total / np.maximum(count, 1), np.nan)

    @property
    def days(self) -> int:
        """How many days the table holds."""
        return len(self.rate)

    def row(self, day: date) -> int | None:
        """Return the row of a day, or None outside the table."""
        at = (day - self.first).days
        return at if 0 <= at < self.days else None

    def day(self, row: int) -> date:
        """Return the day of a row."""
        return self.first + timedelta(days=row)

    def of(self, day: date) -> Table:
        """Return the 24 rates of a day; NaN outside the table."""
        at = self.row(day)
        return np.full(CLOCK_HOURS, np.nan) if at is None else self.rate[at]


def profiles_of(
    hours: pd.DataFrame, zone: ZoneInfo, first: date, after_last: date, *, summed: bool = True
) -> DayProfiles:
    """Arrange a roll-up's hours by local day and clock hour.

    Args:
        hours: `value` and `coverage` by UTC hour.
        zone: The building's.
        first: First local day of the table.
        after_last: The day after its last.
        summed: False when `value` is a mean already (temperature).
    """
    count = (after_last - first).days
    covered = hours["coverage"].to_numpy(np.float64)
    value = hours["value"].to_numpy(np.float64)
    known = (covered >= LEAST_HOUR_COVERAGE) & ~np.isnan(value)
    rate = value[known] / covered[known] if summed else value[known]
    day, hour = clock_of(pd.DatetimeIndex(hours.index[known]), zone, first)
    inside = (day >= 0) & (day < count)
    cell = day[inside] * CLOCK_HOURS + hour[inside]
    size = count * CLOCK_HOURS
    total = np.bincount(cell, weights=rate[inside], minlength=size)
    times = np.bincount(cell, minlength=size)
    mean = np.where(times > 0, total / np.maximum(times, 1), np.nan)
    return DayProfiles(first=first, rate=mean.reshape(count, CLOCK_HOURS))


def clock_of(
    hours: pd.DatetimeIndex, zone: ZoneInfo, first: date
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return each UTC hour's local day, counted from `first`, and clock hour."""
    local = hours.tz_convert(zone).tz_localize(None)
    since = (local - pd.Timestamp(first)) // pd.Timedelta(hours=1)
    at = np.asarray(since, dtype=np.int64)
    return at // CLOCK_HOURS, at % CLOCK_HOURS


def total_of(meters: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Add the hours of several mains up.

    Returns:
        Roll-up columns by UTC hour. The sum is covered as long as the least
        covered of them: its value is that of the covered part.
    """
    if not meters:
        return no_hours()
    if len(meters) == 1:
        return meters[0]
    index = meters[0].index
    for frame in meters[1:]:
        index = index.union(frame.index)
    aligned = [frame.reindex(index) for frame in meters]
    covered = [frame["coverage"].fillna(0.0) for frame in aligned]
    least = pd.concat(covered, axis=1).min(axis=1)

    def scaled(column: str) -> pd.Series:
        parts = [f[column] / c for f, c in zip(aligned, covered, strict=True)]
        return pd.concat(parts, axis=1).sum(axis=1, skipna=False) * least

    gaps = pd.concat([frame["unplaced_from"] for frame in aligned], axis=1)
    return pd.DataFrame(
        {
            "value": scaled("value").where(least > 0),
            "coverage": least,
            "peak": pd.concat([f["peak"] for f in aligned], axis=1).sum(axis=1, skipna=False),
            "estimated": scaled("estimated").where(least > 0, 0.0),
            "unplaced": pd.concat([f["unplaced"] for f in aligned], axis=1).sum(axis=1),
            "unplaced_from": gaps.min(axis=1),
        }
    )
