"""How far off several expectations are when they are added up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

LEAST_COMMON_DAYS = 10
"""With fewer days on which both were tried, two errors are taken to go together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPart:
    """One expectation that enters a sum."""

    expected: float
    """[kWh]"""

    dead_band: float
    """Its own half-width [ratio]."""

    errors: Mapping[int, float]
    """Error made on each day it was tried on, by the day's ordinal [kWh]."""


def dead_band_of_sum(parts: Sequence[ExpectedPart], floor: float) -> float | None:
    """Return the half-width within which the deviation of a sum says nothing [ratio].

    The parts' half-widths add up as errors do: like the sides of a right
    angle when they have nothing in common, in a straight line when they err
    together, by the correlation found on the days both were tried on.

    Args:
        parts: At least one for the sum to have a band.
        floor: Never narrower than this [ratio].

    Returns:
        None when nothing is expected.
    """
    expected = sum(part.expected for part in parts)
    if expected <= 0:
        return None
    half = np.array([part.dead_band * part.expected for part in parts])
    shared = np.array([[_shared(one, other) for other in parts] for one in parts])
    return max(floor, float(np.sqrt(half @ shared @ half)) / expected)


def _shared(one: ExpectedPart, other: ExpectedPart) -> float:
    """Return the correlation of two parts' errors, never below 0."""
    if one is other:
        return 1.0
    days = sorted(one.errors.keys() & other.errors.keys())
    if len(days) < LEAST_COMMON_DAYS:
        return 1.0
    x = np.array([one.errors[day] for day in days])
    y = np.array([other.errors[day] for day in days])
    size = float(np.sqrt((x @ x) * (y @ y)))
    return min(max(float(x @ y) / size, 0.0), 1.0) if size > 0 else 1.0
