"""The flower at 14 to 40 px, and the medals of the race."""

from html import escape
from math import tau

from dashboard.components import flower_colours
from dashboard.components.petals import Petal, facets, outline, ring_of
from dashboard.components.tokens import LOGO_NIGHT, OPEN_BLUE, ORANGE, ORANGE_EDGE, Theme
from domain.snapshots import Medal, Verdict

_HALF_INK = {Theme.DAY: "#7B6D50", Theme.NIGHT: "#B9AC8F"}
_DASH_INK = {Theme.DAY: "#5A626A", Theme.NIGHT: "#B9C0C4"}


def glyph(
    state: Verdict, size_px: float, theme: Theme = Theme.DAY, label: str | None = None
) -> str:
    """Return the flower as a small SVG of its own.

    Args:
        state: What was measured against what was expected.
        size_px: Width and height [px].
        theme: Day or night.
        label: Its accessible name; None where its word stands beside it.
    """
    named = f' role="img" aria-label="{escape(label)}"' if label else ' aria-hidden="true"'
    return (
        f'<svg class="glyph" width="{size_px:g}" height="{size_px:g}"'
        f' viewBox="-1000 -1000 2000 2000"{named}>{glyph_drawing(state, theme)}</svg>'
    )


def glyph_drawing(state: Verdict, theme: Theme = Theme.DAY, ink: str | None = None) -> str:
    """Return the glyph around the origin at a radius of 1000; `ink` recolours the open one."""
    if state is Verdict.BETTER:
        return _vesicas(0.36, 1.0, 0.125, ink or _blue(theme), disc=250)
    if state is Verdict.AS_EXPECTED:
        colour = _HALF_INK[theme]
        ring = f'<circle r="430" fill="none" stroke="{colour}" stroke-width="120"/>'
        return _vesicas(0.54, 0.90, 0.115, colour, disc=230) + ring
    if state is Verdict.ABOVE:
        return _shut()
    return (
        f'<circle r="820" fill="none" stroke="{_DASH_INK[theme]}" stroke-width="150"'
        ' stroke-dasharray="330 185"/>'
    )


def _blue(theme: Theme) -> str:
    return OPEN_BLUE if theme is Theme.DAY else LOGO_NIGHT


def _vesicas(r0: float, r1: float, w: float, colour: str, disc: int) -> str:
    petals = ring_of(Petal(r0=r0, r1=r1, w=w, m=0.5), 12, 0.0)
    return (
        f'<path fill="{colour}" d="{"".join(outline(*p) for p in petals)}"/>'
        f'<circle r="{disc}" fill="{colour}"/>'
    )


def _shut() -> str:
    petals = "".join(outline(*p) for p in ring_of(Petal(r0=0.12, r1=0.62, w=0.10, m=0.55), 6, 0.0))
    return (
        f'<circle r="860" fill="{ORANGE}" stroke="{ORANGE_EDGE}" stroke-width="130"/>'
        f'<path fill="#FFF6DF" stroke="{ORANGE_EDGE}" stroke-width="40" d="{petals}"/>'
    )


def medal(tier: Medal, theme: Theme) -> str:
    """Return the flower of a tier around the origin at a radius of 1000."""
    colours = flower_colours.MEDAL[theme]
    heart = flower_colours.HEART[theme][0] if theme is Theme.DAY else "#F1DFA9"
    disc = f'<circle r="320" fill="{heart}" stroke="{colours.edge}" stroke-width="60"/>'
    if tier is Medal.GOLD:
        back = ring_of(Petal(r0=0.2, r1=1.0, w=0.115, m=0.6), 16, tau / 32)
        front = ring_of(Petal(r0=0.2, r1=0.80, w=0.105, m=0.6), 16, 0.0)
        return (
            facets(back, colours.back, colours.edge, 18)
            + facets(front, colours.front, colours.edge, 18)
            + disc
        )
    if tier is Medal.SILVER:
        ring = ring_of(Petal(r0=0.2, r1=1.0, w=0.155, m=0.55), 12, 0.0)
        return facets(ring, colours.front, colours.edge, 18) + disc
    ring = ring_of(Petal(r0=0.0, r1=1.0, w=0.235, m=0.55), 6, 0.0)
    return facets(ring, colours.front, colours.edge, 18)
