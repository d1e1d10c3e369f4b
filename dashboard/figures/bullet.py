"""A target and where the building stands, as one small rail."""

from dashboard.viewmodels.target_bullet import BulletView

WIDTH, HEIGHT = 98.0, 22.0
_MIDDLE = HEIGHT / 2
_RAIL, _INK, _TICK, _ZERO = "#E3DCCD", "#17212B", "#00568A", "#B9A987"


def bullet(view: BulletView) -> str:
    """Return the drawing: rail, what is expected, the bar, and the target's tick."""
    parts = [
        f'<rect x="0" y="{_MIDDLE - 3}" width="{WIDTH}" height="6" rx="3" fill="{_RAIL}"/>',
        f'<path d="M{WIDTH / 2} {_MIDDLE - 5}v10" stroke="{_ZERO}" stroke-width="1.2"/>',
    ]
    if view.bar_from is not None and view.bar_to is not None:
        start, end = _x(view.bar_from), _x(view.bar_to)
        width = max(2.0, end - start)
        parts.append(
            f'<rect x="{start:.1f}" y="{_MIDDLE - 3}" width="{width:.1f}" height="6"'
            f' fill="{_INK}"/>'
        )
    if view.target is not None:
        parts.append(
            f'<path d="M{_x(view.target):.1f} {_MIDDLE - 8}v16" stroke="{_TICK}"'
            ' stroke-width="2.2"/>'
        )
    return (
        f'<svg width="{WIDTH:g}" height="{HEIGHT:g}" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">'
        f"{''.join(parts)}</svg>"
    )


def _x(percent: float) -> float:
    return percent / 100 * WIDTH
