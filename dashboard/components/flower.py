"""The eguzkilore: open, half open, closed or outlined, by what was measured.

Drawn around the origin with a radius of 1000 units, then placed and scaled.
"""

from math import cos, pi, sin, sqrt, tau

from dashboard.components import flower_colours
from dashboard.components.flower_colours import Facets
from dashboard.components.petals import Petal, facets, outline, polar, ring_of
from dashboard.components.tokens import Theme
from domain.snapshots import Verdict

PETALS = 20
_GOLDEN = pi * (3 - sqrt(5))
_SEEDS = 180
_HEART = 0.37
_EDGE = 4.5


def flower(state: Verdict, x: float, y: float, radius: float, theme: Theme = Theme.DAY) -> str:
    """Return the flower of a state as an SVG group.

    Args:
        state: What was measured against what was expected.
        x: Centre [scene units].
        y: Centre [scene units].
        radius: R of the measures [scene units].
        theme: Day or night.
    """
    draw = {
        Verdict.BETTER: _open,
        Verdict.AS_EXPECTED: _half,
        Verdict.ABOVE: _closed,
    }.get(state, _unknown)
    return placed(draw(theme), x, y, radius, f"flower {state.value}")


def placed(drawn: str, x: float, y: float, radius: float, css_class: str = "flower") -> str:
    """Return something drawn at a radius of 1000 where and as large as wanted."""
    return (
        f'<g class="{css_class}" transform="translate({x:.1f} {y:.1f})'
        f' scale({radius / 1000:.5f})">{drawn}</g>'
    )


def open_petals(colours: Facets) -> str:
    """Return collar, back and front petals of the open flower."""
    quarter = tau / PETALS / 4
    collar = Petal(r0=0.30, r1=1.06, w=0.040, m=0.55)
    rings = "".join(
        facets(ring_of(collar, PETALS, turn), colours.collar, None) for turn in (-quarter, quarter)
    )
    back = ring_of(Petal(r0=0.30, r1=0.985, w=0.066), PETALS, tau / PETALS / 2)
    front = ring_of(Petal(r0=0.30, r1=0.83, w=0.068), PETALS, 0.0)
    return (
        f'<g class="collar">{rings}</g>'
        f'<g class="back">{facets(back, colours.back, colours.edge, _EDGE)}</g>'
        f'<g class="front">{facets(front, colours.front, colours.edge, _EDGE)}</g>'
    )


def _open(theme: Theme) -> str:
    colours = flower_colours.OPEN[theme]
    return open_petals(colours) + _heart(theme, colours.edge)


def _half(theme: Theme) -> str:
    colours = flower_colours.HALF[theme]
    half_step = tau / PETALS / 2
    collar = ring_of(Petal(r0=0.30, r1=0.94, w=0.034, m=0.58), PETALS, 0.0)
    back = ring_of(Petal(r0=0.26, r1=0.70, w=0.066, m=0.55), PETALS, half_step)
    front = ring_of(Petal(r0=0.26, r1=0.57, w=0.064, m=0.52), PETALS, 0.0)
    return (
        f'<g class="collar">{facets(collar, colours.collar, None)}</g>'
        f'<g class="back">{facets(back, colours.back, colours.edge, _EDGE)}</g>'
        f'<g class="front">{facets(front, colours.front, colours.edge, _EDGE)}</g>'
        + _heart(theme, colours.edge)
    )


def _closed(theme: Theme) -> str:
    colours = flower_colours.CLOSED[theme]
    collar = ring_of(Petal(r0=0.30, r1=0.80, w=0.034, m=0.62), PETALS, 0.0)
    return (
        f'<g class="collar">{facets(collar, colours.collar, None)}</g>'
        f'<g class="front">{_folded(colours)}</g>'
    )


def _folded(colours: Facets) -> str:
    """Fourteen curved pairs of facets from the rim to the centre."""
    count, rim = 14, 500.0
    step = tau / count
    light, shade, seams = [], [], []
    for index in range(count):
        start, middle, end = (index * step + part * step for part in (0.0, 0.52, 1.0))
        light.append(_fold(start, middle, rim))
        shade.append(_fold(middle, end, rim))
        x, y = polar(start, rim)
        seams.append(f"M{x:.0f} {y:.0f}{_inwards(start, rim)}")
    return (
        f'<path fill="{colours.front[1]}" d="{"".join(shade)}"/>'
        f'<path fill="{colours.front[0]}" d="{"".join(light)}"/>'
        f'<path fill="none" stroke="{colours.edge}" stroke-width="9" stroke-linecap="round"'
        f' d="{"".join(seams)}"/>'
        f'<circle r="{rim:.0f}" fill="none" stroke="{colours.edge}" stroke-width="9"/>'
    )


_TURNS = ((0.36, 0.30), (0.17, 0.80))
"""Where a fold's seam is pulled: (radius [R], angle [rad]) of its two handles."""


def _inwards(angle: float, rim: float) -> str:
    handles = [polar(angle + turn, radius / 0.5 * rim) for radius, turn in _TURNS]
    return "C" + " ".join(f"{x:.0f} {y:.0f}" for x, y in handles) + " 0 0"


def _outwards(angle: float, rim: float) -> str:
    handles = [polar(angle + turn, radius / 0.5 * rim) for radius, turn in reversed(_TURNS)]
    x, y = polar(angle, rim)
    return "C" + " ".join(f"{a:.0f} {b:.0f}" for a, b in handles) + f" {x:.0f} {y:.0f}"


def _fold(one: float, other: float, rim: float) -> str:
    x, y = polar(one, rim)
    start = f"{x:.0f} {y:.0f}"
    seams = _inwards(one, rim) + _outwards(other, rim)
    return f"M{start}{seams}A{rim:.0f} {rim:.0f} 0 0 0 {start}Z"


def _unknown(theme: Theme) -> str:
    ink = flower_colours.UNKNOWN[theme]
    petals = ring_of(Petal(r0=0.37, r1=0.83, w=0.062), PETALS, 0.0)
    return (
        f'<g class="front"><path fill="none" stroke="{ink}" stroke-width="12"'
        f' stroke-dasharray="34 22" d="{"".join(outline(*p) for p in petals)}"/></g>'
        f'<circle r="330" fill="none" stroke="{ink}" stroke-width="12" stroke-dasharray="34 22"/>'
    )


def _heart(theme: Theme, edge: str) -> str:
    disc, seed = flower_colours.HEART[theme]
    sizes: dict[int, list[str]] = {}
    for index in range(1, _SEEDS + 1):
        reach = sqrt(index / _SEEDS)
        radius = reach * _HEART * 1000 * 0.915
        angle = index * _GOLDEN
        x, y = radius * cos(angle), radius * sin(angle)
        sizes.setdefault(round(13 + 13 * reach), []).append(f"M{x:.0f} {y:.0f}h0")
    seeds = "".join(
        f'<path stroke="{seed}" stroke-linecap="round" stroke-width="{size}" d="{"".join(dots)}"/>'
        for size, dots in sorted(sizes.items())
    )
    return (
        f'<g class="heart"><circle r="{_HEART * 1000:.0f}" fill="{disc}" stroke="{edge}"'
        f' stroke-width="10"/>{seeds}</g>'
    )
