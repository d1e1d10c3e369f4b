"""Readings of one register → intervals: what was used between two instants.

Everything here is local: an interval depends only on the readings at most
twice `gap_limit` away from it and on the reading just before. That is what
lets a late reading be healed by recomputing a few hours, not the whole past.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from domain.events import Event
from domain.readings import Quality
from indicators.jitter import without_jitter

Floats = npt.NDArray[np.float64]
Micros = npt.NDArray[np.int64]
"""Instants [µs since 1970 UTC]."""

Flags = npt.NDArray[np.bool_]

HOUR_US = 3_600_000_000

NEAR_ROLLOVER = 0.9
"""A register that falls from above this share of its limit, to below the rest
of it, went round; it was not reset."""

SHORTEST_RATE_US = HOUR_US // 4
"""A rate is judged over at least a quarter of an hour: a coarse index moves by
steps, and a step between two close readings is no giant power."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """What was used between instants, one element an interval, in time order."""

    start: Micros
    end: Micros
    quantity: Floats
    """In the meter's interval unit [kWh, m³; °C·h for temperature]; NaN: unknown."""

    estimated: Flags
    """The quantity rests on an estimate."""

    long: Flags
    """Longer than the gap limit: the quantity is known, the hours are not."""

    @property
    def hours(self) -> Floats:
        """How long each lasts [h]."""
        return (self.end - self.start) / HOUR_US

    def within(self, start: int, end: int) -> "Intervals":
        """Return those that lie wholly inside [start, end[ µs."""
        return self.only((self.start >= start) & (self.end <= end))

    def only(self, kept: Flags) -> "Intervals":
        """Return those flagged."""
        return Intervals(
            start=self.start[kept],
            end=self.end[kept],
            quantity=self.quantity[kept],
            estimated=self.estimated[kept],
            long=self.long[kept],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLimits:
    """What a register's meter can do; quantities in its interval unit."""

    gap_limit: timedelta
    rollover_at: float | None = None
    max_rate: float | None = None
    """Per hour."""


def gap_limit(cadence: timedelta) -> timedelta:
    """Return the longest silence over which use is spread evenly.

    Four missed reports, but never less than an hour: past it, we know how much
    was used and no longer when.
    """
    return max(4 * cadence, timedelta(hours=1))


def instants_us(index: pd.Index) -> Micros:
    """Return a frame's UTC instants [µs since 1970]."""
    return np.asarray(pd.DatetimeIndex(index).as_unit("us").asi8, dtype=np.int64)


def micros(instant: datetime) -> int:
    """Return an aware instant [µs since 1970 UTC].

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (instant - _EPOCH) // timedelta(microseconds=1)


def energy_between_readings(
    index: pd.DataFrame, limits: RegisterLimits, swaps: Sequence[Event] = ()
) -> Intervals:
    """Difference a cumulative register.

    Args:
        index: Readings in the interval unit (`value`, `quality`), by UTC instant.
        limits: What the meter can do.
        swaps: Meter replacements: nothing is carried across one.

    Returns:
        One interval between each pair of readings. NaN where the register was
        reset, replaced, or rose faster than the meter can count.
    """
    frame = _believed(index)
    at = instants_us(frame.index)
    value = frame["value"].to_numpy(np.float64)
    limit_us = _us(limits.gap_limit)
    used = np.full(max(len(at) - 1, 0), np.nan)
    cut = _cut_by(swaps, at)
    for first, after_last in _runs(cut, len(at)):
        smooth = without_jitter(at[first:after_last], value[first:after_last], limit_us)
        used[first : after_last - 1] = _differences(smooth, limits.rollover_at)
    length = np.diff(at)
    if limits.max_rate is not None:
        most = limits.max_rate * np.maximum(length, SHORTEST_RATE_US) / HOUR_US
        used[used > most] = np.nan
    guessed = frame["quality"].to_numpy() == Quality.ESTIMATED
    return Intervals(
        start=at[:-1],
        end=at[1:],
        quantity=used,
        estimated=guessed[:-1] | guessed[1:],
        long=length > limit_us,
    )


def energy_of_deltas(deltas: pd.DataFrame, limits: RegisterLimits) -> Intervals:
    """Turn "used since last time" into intervals.

    Args:
        deltas: Readings in the interval unit (`value`, `duration_s`, `quality`),
            by the UTC instant at which each interval started. A duration of 0
            means "since the reading before".
        limits: What the meter can do.

    Returns:
        The intervals as sent; the part that an earlier one already tells is cut
        off. NaN when negative or faster than the meter can count.
    """
    frame = _believed(deltas)
    at = instants_us(frame.index)
    length = (frame["duration_s"].to_numpy(np.float64) * 1e6).astype(np.int64)
    before = np.concatenate(([-1], at[:-1])).astype(np.int64)
    since = length == 0
    start, end = np.where(since, before, at), at + length
    previous_end = np.concatenate(([-1], end[:-1])).astype(np.int64)
    kept_start = np.maximum(start, np.minimum(previous_end, end))
    whole = np.maximum(end - start, 1)
    quantity = frame["value"].to_numpy(np.float64) * ((end - kept_start) / whole)
    quantity = np.where(quantity < 0, np.nan, quantity)
    if limits.max_rate is not None:
        most = limits.max_rate * np.maximum(end - kept_start, SHORTEST_RATE_US) / HOUR_US
        quantity[quantity > most] = np.nan
    intervals = Intervals(
        start=kept_start,
        end=end,
        quantity=quantity,
        estimated=frame["quality"].to_numpy() == Quality.ESTIMATED,
        long=(end - kept_start) > _us(limits.gap_limit),
    )
    return intervals.only((end > kept_start) & (start >= 0))


def integral_of_states(
    states: pd.DataFrame, limits: RegisterLimits, *, floor: float | None = None
) -> Intervals:
    """Integrate a power or a temperature over time, never across a gap.

    Args:
        states: Readings [kW or °C] (`value`, `quality`), by UTC instant.
        limits: What the meter can do.
        floor: States below it count as it (0 for power: export is no use).

    Returns:
        [kWh or °C·h] between each pair of readings no further apart than the
        gap limit: the mean of both, held over the time between.
    """
    frame = _believed(states)
    at = instants_us(frame.index)
    value = frame["value"].to_numpy(np.float64)
    if floor is not None:
        value = np.maximum(value, floor)
    length = np.diff(at)
    intervals = Intervals(
        start=at[:-1],
        end=at[1:],
        quantity=(value[:-1] + value[1:]) / 2 * (length / HOUR_US),
        estimated=frame["quality"].to_numpy()[1:] == Quality.ESTIMATED,
        long=np.zeros(len(length), dtype=np.bool_),
    )
    return intervals.only(length <= _us(limits.gap_limit))


def _believed(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out what is marked implausible, and what is not a number."""
    kept = (frame["quality"] != Quality.QUESTIONABLE) & np.isfinite(frame["value"])
    return frame if kept.all() else frame[kept]


def _differences(value: Floats, rollover_at: float | None) -> Floats:
    used = np.diff(value)
    if rollover_at is not None:
        near_end = value[:-1] > NEAR_ROLLOVER * rollover_at
        small_again = value[1:] < (1 - NEAR_ROLLOVER) * rollover_at
        used = np.where((used < 0) & near_end & small_again, used + rollover_at, used)
    used[used < 0] = np.nan
    return used


def _cut_by(swaps: Sequence[Event], at: Micros) -> Flags:
    """Flag the intervals between readings in which a meter was replaced."""
    cut = np.zeros(max(len(at) - 1, 0), dtype=np.bool_)
    for swap in swaps:
        first, last = micros(swap.start), micros(swap.end)
        if last > first:
            cut |= (at[:-1] < last) & (at[1:] > first)
        else:
            cut |= (at[:-1] < first) & (at[1:] >= first)
    return cut


def _runs(cut: Flags, count: int) -> list[tuple[int, int]]:
    """Return the half-open runs of readings that no cut separates."""
    edges = [0, *(np.flatnonzero(cut) + 1).tolist(), count]
    return [(a, b) for a, b in pairwise(edges) if b - a > 1]


def _us(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
