"""Many stamps at once: columns of characters to instants, without an object for each.

The forms that files write by the thousand (`2026-01-20`, `2026-01-20 00:30:00`,
`2026-01-20T00:30:00+01:00`) are read column by column; any other one by one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ingest.importers.local_times import parse_stamp

Characters = Callable[[int], NDArray[np.uint8]]
"""Gives the characters that stand at one position of every stamp."""

DAY_US = 86_400_000_000
_SECOND_US = 1_000_000
_YEARS = (1970, 2199)
"""A stamp outside these is a slip, and would overflow further on."""

_EPOCH = datetime.fromisoformat("1970-01-01")
_LENGTHS = (10, 19, 25)
"""A day; a day and a time; both and an offset."""


@dataclass(frozen=True, slots=True)
class Stamps:
    """What clocks showed, in columns of the same length."""

    wall_us: NDArray[np.int64]
    """What the clock showed [µs since 1970 of that clock]."""

    offset_us: NDArray[np.int64]
    """How far that clock was ahead of UTC, where `is_aware`."""

    is_aware: NDArray[np.bool_]
    is_good: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.wall_us)

    def at(self, rows: NDArray[np.int64]) -> "Stamps":
        """Return some of them."""
        return Stamps(
            self.wall_us[rows], self.offset_us[rows], self.is_aware[rows], self.is_good[rows]
        )

    def put(self, rows: NDArray[np.int64], others: "Stamps") -> None:
        """Put others in the place of some of them."""
        self.wall_us[rows] = others.wall_us
        self.offset_us[rows] = others.offset_us
        self.is_aware[rows] = others.is_aware
        self.is_good[rows] = others.is_good


def joined(parts: Sequence[Stamps]) -> Stamps:
    """Return several columns of stamps as one."""
    return Stamps(
        np.concatenate([part.wall_us for part in parts]),
        np.concatenate([part.offset_us for part in parts]),
        np.concatenate([part.is_aware for part in parts]),
        np.concatenate([part.is_good for part in parts]),
    )


def unread(count: int) -> Stamps:
    """Return a column of stamps none of which is read yet."""
    return Stamps(
        np.zeros(count, np.int64),
        np.zeros(count, np.int64),
        np.zeros(count, np.bool_),
        np.zeros(count, np.bool_),
    )


def read_stamps(texts: Sequence[str]) -> Stamps:
    """Read stamps of any form; those that are none are not `is_good`."""
    found = unread(len(texts))
    lengths = np.fromiter((len(text) for text in texts), np.int64, len(texts))
    for length in _LENGTHS:
        places = np.flatnonzero(lengths == length)
        if len(places):
            raw = "".join(texts[place] for place in places.tolist()).encode("ascii", "replace")
            table = np.frombuffer(raw, np.uint8).reshape(-1, length)
            found.put(places, read_fixed(_columns_of(table), length))
    for place in np.flatnonzero(~found.is_good).tolist():
        read_odd(found, place, texts[place])
    return found


def _columns_of(table: NDArray[np.uint8]) -> Characters:
    return lambda place: table[:, place]


def read_odd(found: Stamps, place: int, text: str) -> None:
    """Read one stamp of an unusual form into its place, if it is one."""
    try:
        stamp = parse_stamp(text)
    except ValueError:
        return
    offset = stamp.utcoffset()
    if not _YEARS[0] <= stamp.year <= _YEARS[1]:
        return
    microsecond = timedelta(microseconds=1)
    found.wall_us[place] = (stamp.replace(tzinfo=None) - _EPOCH) // microsecond
    found.offset_us[place] = 0 if offset is None else offset // microsecond
    found.is_aware[place] = offset is not None
    found.is_good[place] = True


def read_fixed(characters: Characters, length: int) -> Stamps:
    """Read stamps that all have one of the usual forms.

    Args:
        characters: Gives their characters.
        length: 10, 19 or 25 characters.
    """
    year, good = _number(characters, 0, 4)
    month, is_month = _number(characters, 5, 2)
    day, is_day = _number(characters, 8, 2)
    good &= is_month & is_day & _are(characters, (4, 7), "-")
    good &= (year >= _YEARS[0]) & (year <= _YEARS[1]) & (month >= 1) & (month <= 12)
    good &= (day >= 1) & (day <= _days_in(year, month))
    wall = _days_since_epoch(year, month, day).astype(np.int64) * DAY_US
    offset = np.zeros(len(wall), np.int64)
    if length >= 19:
        clock, is_clock = _clock(characters, 11, seconds=True)
        good &= is_clock & (_are(characters, (10,), "T") | _are(characters, (10,), " "))
        wall += clock
    if length >= 25:
        size, is_offset = _clock(characters, 20, seconds=False)
        is_ahead = _are(characters, (19,), "+")
        good &= is_offset & (is_ahead | _are(characters, (19,), "-"))
        offset = np.where(is_ahead, size, -size)
    return Stamps(wall, offset, np.full(len(wall), length >= 25), good)


def _clock(
    characters: Characters, at: int, *, seconds: bool
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Read `hh:mm` or `hh:mm:ss` [µs]; 24:00 is left to the slow way."""
    hour, good = _number(characters, at, 2)
    minute, is_minute = _number(characters, at + 3, 2)
    good &= is_minute & _are(characters, (at + 2,), ":") & (hour < 24) & (minute < 60)
    total = (hour * 60 + minute) * 60
    if seconds:
        second, is_second = _number(characters, at + 6, 2)
        good &= is_second & _are(characters, (at + 5,), ":") & (second < 60)
        total += second
    return total.astype(np.int64) * _SECOND_US, good


def _number(
    characters: Characters, at: int, width: int
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Read a number of a fixed width, and tell where it is one."""
    digit = characters(at) - np.uint8(ord("0"))  # what stands before "0" wraps beyond 9
    good = digit <= 9
    total = digit.astype(np.int32)
    for place in range(at + 1, at + width):
        digit = characters(place) - np.uint8(ord("0"))
        good &= digit <= 9
        total *= 10
        total += digit
    return total, good


def _are(characters: Characters, places: tuple[int, ...], mark: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = characters(places[0]) == ord(mark)
    for place in places[1:]:
        found &= characters(place) == ord(mark)
    return found


def _days_in(year: NDArray[np.int32], month: NDArray[np.int32]) -> NDArray[np.int32]:
    lengths = np.array((0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), np.int32)
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days: NDArray[np.int32] = lengths[np.clip(month, 0, 12)] + (is_leap & (month == 2))
    return days


def _days_since_epoch(
    year: NDArray[np.int32], month: NDArray[np.int32], day: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Count Gregorian days, in years that begin in March so that leap days come last."""
    is_early = month <= 2
    march_year = year - is_early
    march_month = month + np.where(is_early, 9, -3).astype(np.int32)
    leaps = march_year // 4 - march_year // 100 + march_year // 400
    return march_year * 365 + leaps + (153 * march_month + 2) // 5 + day - 719_469
