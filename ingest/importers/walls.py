"""Many local times to UTC at once, on the two days that are not 24 h long too.

A day whose offset is the same at both its ends is shifted whole; only the two
others are read row by row, with the rules of `local_times`: the hour that
October repeats by order, the hour that March skips refused.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.importers.local_times import Stamp
from ingest.importers.stamps import DAY_US, Stamps

_EPOCH = datetime.fromisoformat("1970-01-01")
_MICROSECOND = timedelta(microseconds=1)
NO_ROW_BEFORE = -(1 << 62)


def utc_of(
    stamps: Stamps, zone: ZoneInfo, stamp: Stamp, previous_us: int = NO_ROW_BEFORE
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the instants of stamps, in the file's order, and which of them never were.

    Args:
        stamps: All of them good.
        zone: Where those without offset are local.
        stamp: What they stamp of their interval: one may end as March jumps, none starts then.
        previous_us: Instant of the row before the first [µs since 1970 UTC].
    """
    instants = stamps.wall_us - stamps.offset_us
    never = np.zeros(len(instants), np.bool_)
    naive = np.flatnonzero(~stamps.is_aware)
    if len(naive):
        instants[naive], never[naive] = _local(stamps.wall_us[naive], zone, stamp, previous_us)
    return instants, never


def day_bounds_us(day: int, zone: ZoneInfo) -> tuple[int, int]:
    """Return when a local day starts and ends [µs since 1970 UTC]; `day` counts from 1970."""
    start = day * DAY_US - _midnight_offset_us(day, zone)
    return start, (day + 1) * DAY_US - _midnight_offset_us(day + 1, zone)


def _local(
    walls: NDArray[np.int64], zone: ZoneInfo, stamp: Stamp, previous_us: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    steps = np.diff(walls)
    if np.count_nonzero(steps < 0) > np.count_nonzero(steps > 0):
        # The newest comes first: what follows in time comes before it in the file.
        instants, never = _local_rising(walls[::-1], zone, stamp, NO_ROW_BEFORE)
        return instants[::-1], never[::-1]
    return _local_rising(walls, zone, stamp, previous_us)


def _local_rising(
    walls: NDArray[np.int64], zone: ZoneInfo, stamp: Stamp, previous_us: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    days, place = np.unique(walls // DAY_US, return_inverse=True)
    at_start = np.array([_midnight_offset_us(int(day), zone) for day in days], np.int64)
    at_end = np.array([_midnight_offset_us(int(day) + 1, zone) for day in days], np.int64)
    instants = walls - at_start[place]
    never = np.zeros(len(walls), np.bool_)
    for row in np.flatnonzero((at_start != at_end)[place]):
        before = int(instants[row - 1]) if row else previous_us
        found = _placed(int(walls[row]), zone, stamp, before)
        never[row] = found is None
        instants[row] = before if found is None else found
    return instants, never


def _placed(wall_us: int, zone: ZoneInfo, stamp: Stamp, before_us: int) -> int | None:
    """Return the instant of one local time; None when clocks never showed it."""
    wall = _EPOCH + wall_us * _MICROSECOND
    first = wall_us - _offset_us(wall.replace(fold=0), zone)
    second = wall_us - _offset_us(wall.replace(fold=1), zone)
    if first <= second:
        return first if first > before_us or second < before_us else second
    at = _EPOCH.replace(tzinfo=UTC) + first * _MICROSECOND
    offsets = {(at - ago).astimezone(zone).utcoffset() for ago in (_MICROSECOND, timedelta())}
    ends_as_clocks_jump = stamp is Stamp.END and len(offsets) > 1
    return first if ends_as_clocks_jump else None


def _midnight_offset_us(day: int, zone: ZoneInfo) -> int:
    return _offset_us(
        datetime.combine(date.fromordinal(day + _EPOCH.toordinal()), datetime.min.time()), zone
    )


def _offset_us(wall: datetime, zone: ZoneInfo) -> int:
    offset = wall.replace(tzinfo=zone).utcoffset()
    return 0 if offset is None else offset // _MICROSECOND
