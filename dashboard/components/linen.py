"""Striped cloth: whatever was expected."""

from dashboard.components.tokens import Palette

_REPEAT = 36
_STRIPES = ((0, 9), (16, 3), (26, 3))


def pattern(name: str, palette: Palette, *, upright: bool = False, scale: float = 1.0) -> str:
    """Return the cloth as a fill called `name`: stripes of 9, 3 and 3 in 36.

    Args:
        name: Id of the fill, unique in the page.
        palette: Day or night.
        upright: Stripes run upwards instead of across.
        scale: 1 on the wall.
    """
    bars = "".join(
        f'<rect {"x" if upright else "y"}="{at}" {"height" if upright else "width"}="{_REPEAT}"'
        f' {"width" if upright else "height"}="{thick}" fill="{palette.linen_stripe}"/>'
        for at, thick in _STRIPES
    )
    return (
        f'<defs><pattern id="{name}" width="{_REPEAT}" height="{_REPEAT}"'
        f' patternUnits="userSpaceOnUse" patternTransform="scale({scale:g})">'
        f'<rect width="{_REPEAT}" height="{_REPEAT}" fill="{palette.linen_ground}"/>'
        f"{bars}</pattern></defs>"
    )


def strip(
    x: float, y: float, width: float, height: float, ink: str, *, dashed: bool = False
) -> str:
    """Return a small piece of cloth on a field of colour: two hems and thin threads."""
    hem = 8.0
    threads = 6
    gap = (height - 2 * hem) / (threads + 1)
    dash = ' stroke-dasharray="22 14"' if dashed else ""
    lines = [(y + hem / 2, hem), (y + height - hem / 2, hem)]
    lines += [(y + hem + gap * (i + 1), 3.2) for i in range(threads)]
    return "".join(
        f'<path d="M{x:.1f} {at:.1f}h{width:.1f}" stroke="{ink}" stroke-width="{thick:g}"{dash}/>'
        for at, thick in lines
    )
