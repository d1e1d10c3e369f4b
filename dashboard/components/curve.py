"""A curve through hourly means that never overshoots them (Fritsch–Carlson, 1980)."""

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]


def tangents(points: Sequence[Point]) -> list[float]:
    """Return the slope at each point of the monotone cubic through `points`.

    `points` go strictly rightwards. Between two of them the curve stays
    within their two values.
    """
    if len(points) < 2:
        return [0.0] * len(points)
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    inner = [0.0 if a * b <= 0 else (a + b) / 2 for a, b in pairwise(slopes)]
    found = [slopes[0], *inner, slopes[-1]]
    for i, slope in enumerate(slopes):
        limit = 3 * abs(slope)
        for at in (i, i + 1):
            found[at] = max(-limit, min(limit, found[at]))
    return found


def path(points: Sequence[Point], *, start: str = "M") -> str:
    """Return SVG path data of the monotone curve; `start` is `M` or `L`."""
    if not points:
        return ""
    slopes = tangents(points)
    parts = [f"{start}{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (a, b), (at_a, at_b) in zip(pairwise(points), pairwise(slopes), strict=True):
        third = (b[0] - a[0]) / 3
        parts.append(
            f"C{a[0] + third:.1f} {a[1] + at_a * third:.1f} {b[0] - third:.1f}"
            f" {b[1] - at_b * third:.1f} {b[0]:.1f} {b[1]:.1f}"
        )
    return "".join(parts)


def mirrored(points: Sequence[Point]) -> str:
    """Return path data that runs back along the same curve, from right to left."""
    if not points:
        return ""
    slopes = tangents(points)
    parts = [f"L{points[-1][0]:.1f} {points[-1][1]:.1f}"]
    legs = list(zip(pairwise(points), pairwise(slopes), strict=True))
    for (a, b), (at_a, at_b) in reversed(legs):
        third = (b[0] - a[0]) / 3
        parts.append(
            f"C{b[0] - third:.1f} {b[1] - at_b * third:.1f} {a[0] + third:.1f}"
            f" {a[1] + at_a * third:.1f} {a[0]:.1f} {a[1]:.1f}"
        )
    return "".join(parts)


def height_at(points: Sequence[Point], x: float) -> float:
    """Return the straight-line height at `x`, the end's height beyond the ends."""
    if x <= points[0][0]:
        return points[0][1]
    for a, b in pairwise(points):
        if x <= b[0]:
            return a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0])
    return points[-1][1]
