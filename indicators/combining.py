"""Several registers of one meter → one series of intervals.

A meter that counts peak and off-peak hours apart has used the sum of both.
Where one of them is missing the sum is unknown: not covered, never smaller.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indicators.intervals import HOUR_US, Flags, Floats, Intervals, Micros

FOREVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One register's intervals, and when the total needs it [µs]."""

    intervals: Intervals
    needed_from: int = 0
    needed_until: int = FOREVER


def sum_of(parts: Sequence[Part]) -> Intervals:
    """Add registers up over the spans that all those needed then cover.

    Returns:
        Intervals cut at every instant at which one of the registers was read.
        A silence of one of them makes a single long interval, which holds what
        all of them counted in it, when that is known.
    """
    if len(parts) == 1 and parts[0].needed_from == 0 and parts[0].needed_until == FOREVER:
        return parts[0].intervals
    edges = _edges(parts)
    if len(edges) < 2:
        return _none()
    start, end = edges[:-1], edges[1:]
    rate, long, estimated = np.zeros(len(start)), _flags(start), _flags(start)
    needed_any, common_edge = _flags(start), np.ones(len(start), dtype=np.bool_)
    for part in parts:
        of = part.intervals
        needed = (start >= part.needed_from) & (end <= part.needed_until)
        at, covered = _holding(of, start, end)
        own = np.where(covered, (of.quantity / of.hours)[at], np.nan) if len(at) else np.nan
        rate = np.where(needed, rate + own, rate)
        long |= needed & covered & of.long[at] if len(of.long) else False
        estimated |= needed & covered & of.estimated[at] if len(of.long) else False
        common_edge &= ~needed | np.isin(start, of.start)
        needed_any |= needed
    pieces = Intervals(
        start=start,
        end=end,
        quantity=np.where(needed_any, rate, np.nan) * ((end - start) / HOUR_US),
        estimated=estimated,
        long=long,
    )
    return _in_order(
        pieces.only(~long & ~np.isnan(pieces.quantity)), _silences(pieces, common_edge)
    )


def _silences(pieces: Intervals, common_edge: Flags) -> Intervals:
    """Join the long pieces that follow each other into whole silences."""
    at = np.flatnonzero(pieces.long)
    if not len(at):
        return pieces.only(pieces.long)
    breaks = np.ones(len(at), dtype=np.bool_)
    breaks[1:] = (np.diff(at) > 1) | common_edge[at[1:]]
    first = np.flatnonzero(breaks)
    last = np.concatenate((first[1:], [len(at)])) - 1
    return Intervals(
        start=pieces.start[at[first]],
        end=pieces.end[at[last]],
        quantity=np.add.reduceat(pieces.quantity[at], first),
        estimated=np.logical_or.reduceat(pieces.estimated[at], first),
        long=np.ones(len(first), dtype=np.bool_),
    )


def _holding(of: Intervals, start: Micros, end: Micros) -> tuple[Micros, Flags]:
    """Return which interval holds each piece, and whether one does."""
    if not len(of.start):
        return np.zeros(len(start), dtype=np.int64)[:0], _flags(start)
    at = np.searchsorted(of.start, start, side="right") - 1
    covered = (at >= 0) & (end <= of.end[np.maximum(at, 0)])
    return np.maximum(at, 0), covered


def _edges(parts: Sequence[Part]) -> Micros:
    of_intervals = [x for p in parts for x in (p.intervals.start, p.intervals.end)]
    low = min((int(x.min()) for x in of_intervals if len(x)), default=0)
    high = max((int(x.max()) for x in of_intervals if len(x)), default=0)
    lives = [t for p in parts for t in (p.needed_from, p.needed_until) if low < t < high]
    return np.unique(np.concatenate([*of_intervals, np.asarray(lives, dtype=np.int64)]))


def _in_order(first: Intervals, second: Intervals) -> Intervals:
    order = np.argsort(np.concatenate((first.start, second.start)), kind="stable")

    def woven(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.concatenate((a, b))[order]

    return Intervals(
        start=woven(first.start, second.start),
        end=woven(first.end, second.end),
        quantity=woven(first.quantity, second.quantity),
        estimated=woven(first.estimated, second.estimated),
        long=woven(first.long, second.long),
    )


def _flags(like: Micros) -> Flags:
    return np.zeros(len(like), dtype=np.bool_)


def _none() -> Intervals:
    nothing: Floats = np.zeros(0)
    return Intervals(
        start=np.zeros(0, dtype=np.int64),
        end=np.zeros(0, dtype=np.int64),
        quantity=nothing,
        estimated=nothing.astype(np.bool_),
        long=nothing.astype(np.bool_),
    )
