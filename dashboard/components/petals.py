"""Lancet petals, split along their ridge into a light and a shaded facet.

All lengths are shares of R; paths come out at R = 1000.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, sin, tau


@dataclass(frozen=True, slots=True, kw_only=True)
class Petal:
    """A lancet: base half-width w/4, widest w at m of its length, sharp tip."""

    r0: float
    r1: float
    w: float
    m: float = 0.42


Placed = tuple[Petal, float]


def polar(angle: float, radius: float) -> tuple[float, float]:
    """Return the point at `angle` clockwise from the top."""
    return radius * sin(angle), -radius * cos(angle)


def ring_of(petal: Petal, count: int, turn: float) -> tuple[Placed, ...]:
    """Return `count` petals around the centre, the first at `turn` from the top."""
    return tuple((petal, turn + index * tau / count) for index in range(count))


def _side(petal: Petal, side: int) -> list[tuple[float, float]]:
    """Points (radius, offset) of one edge: base, then two cubics to the tip."""
    length = petal.r1 - petal.r0
    rise, fall = petal.m * length, (1 - petal.m) * length
    widest, w = petal.r0 + rise, petal.w * side
    return [
        (petal.r0, w / 4),
        (petal.r0 + 0.38 * rise, w * 0.72),
        (widest - 0.36 * rise, w),
        (widest, w),
        (widest + 0.36 * fall, w),
        (petal.r1 - 0.34 * fall, w * 0.40),
        (petal.r1, 0.0),
    ]


def _turned(points: Iterable[tuple[float, float]], angle: float) -> Iterator[str]:
    for radius, offset in points:
        x, y = 1000 * offset, -1000 * radius
        yield f"{x * cos(angle) - y * sin(angle):.0f} {x * sin(angle) + y * cos(angle):.0f}"


def outline(petal: Petal, angle: float) -> str:
    """Return the closed outline of one petal as path data."""
    right = list(_turned(_side(petal, 1), angle))
    left = list(_turned(reversed(_side(petal, -1)), angle))
    return f"M{right[0]}C{' '.join(right[1:])}C{' '.join(left[1:])}Z"


def half(petal: Petal, angle: float, side: int) -> str:
    """Return one facet, from the ridge to an edge, as path data."""
    points = list(_turned(_side(petal, side), angle))
    (base,) = _turned([(petal.r0, 0.0)], angle)
    return f"M{base}L{points[0]}C{' '.join(points[1:])}Z"


def facets(
    petals: Iterable[Placed], colours: tuple[str, str], edge: str | None, stroke: float = 0.0
) -> str:
    """Return a ring of petals: light facets, shaded facets, and their edge if any."""
    petals = tuple(petals)
    drawn = "".join(
        f'<path fill="{colour}" d="{"".join(half(p, a, side) for p, a in petals)}"/>'
        for colour, side in zip(colours, (-1, 1), strict=True)
    )
    if edge is None:
        return drawn
    edges = "".join(outline(p, a) for p, a in petals)
    return (
        drawn + f'<path fill="none" stroke="{edge}" stroke-width="{stroke:g}"'
        f' stroke-linejoin="round" d="{edges}"/>'
    )
