"""The ten-minute grid of a UTC month, and what the local clock says on it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from sensors_sim.noise import Floats, Integers

STEP_S = 600
"""Loads are constant over one step [s]; an index grows evenly across it."""

DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MonthGrid:
    """Every step of one UTC month, seen from one time zone."""

    month: int
    """Months since January of year 0."""

    epoch_s: Integers
    """Start of each step [s since 1970 UTC]."""

    local_day: Integers
    """Proleptic ordinal of the local day of each step."""

    local_hour: Floats
    """Local clock at the middle of each step [h, 0..24)."""

    @property
    def middle_s(self) -> Integers:
        """Middle of each step [s since 1970 UTC]."""
        return self.epoch_s + STEP_S // 2

    @property
    def edges_s(self) -> Integers:
        """Start of each step, and the end of the last [s since 1970 UTC]."""
        return np.append(self.epoch_s, self.epoch_s[-1] + STEP_S)

    @property
    def weekday(self) -> Integers:
        """Local weekday of each step, 0 = Monday."""
        return (self.local_day - 1) % 7

    @property
    def days(self) -> range:
        """Ordinals of the local days it touches."""
        return range(int(self.local_day[0]), int(self.local_day[-1]) + 1)


def month_number(instant: datetime) -> int:
    """Return the number of the UTC month that holds `instant`."""
    utc = instant.astimezone(UTC)
    return utc.year * 12 + utc.month - 1


def month_start_s(month: int) -> int:
    """Return when a UTC month starts [s since 1970 UTC]."""
    return int(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp())


@lru_cache(maxsize=4)
def month_grid(month: int, zone: ZoneInfo) -> MonthGrid:
    """Return the grid of a UTC month, with the local clock of `zone`."""
    first, end = month_start_s(month), month_start_s(month + 1)
    epoch = np.arange(first, end, STEP_S, dtype=np.int64)
    hours = np.arange(first, end, 3600)
    # Offsets change on the hour everywhere that the tz database still describes.
    offsets = np.array([_offset_s(int(hour), zone) for hour in hours], dtype=np.int64)
    local = epoch + np.repeat(offsets, 3600 // STEP_S)
    return MonthGrid(
        month=month,
        epoch_s=epoch,
        local_day=local // DAY_S + date(1970, 1, 1).toordinal(),
        local_hour=(local % DAY_S + STEP_S // 2).astype(np.float64) / 3600.0,
    )


def _offset_s(epoch_s: int, zone: ZoneInfo) -> float:
    offset = datetime.fromtimestamp(epoch_s, tz=zone).utcoffset()
    return offset.total_seconds() if offset else 0.0
