"""A meter as a small square that says how fresh it is."""

SIZE = 14
_EDGE, _CALM, _LATE, _INK = "#7A4B00", "#B7C7D6", "#E69F00", "#17212B"
_SHAPES = {
    "on_time": f'<rect x="1" y="1" width="12" height="12" rx="2.5" fill="{_CALM}"/>',
    "late": (
        '<rect x="1.5" y="1.5" width="11" height="11" rx="2" fill="#FDFCF9"/>'
        f'<path d="M12.5 1.5v9a2 2 0 0 1-2 2h-9z" fill="{_LATE}"/>'
        f'<rect x="1.5" y="1.5" width="11" height="11" rx="2" fill="none" stroke="{_EDGE}"/>'
    ),
    "silent": (
        '<rect x="1.5" y="1.5" width="11" height="11" rx="2" fill="none"'
        f' stroke="{_INK}" stroke-dasharray="2.6 2"/>'
    ),
    "refused": (
        f'<rect x="1" y="1" width="12" height="12" rx="2" fill="{_INK}"/>'
        '<path d="M4.5 4.5l5 5m0-5l-5 5" stroke="#FDFCF9" stroke-width="1.6"/>'
    ),
}


def square(kind: str) -> str:
    """Return the drawing of `on_time`, `late`, `silent` or `refused`."""
    return f'<svg width="{SIZE}" height="{SIZE}" viewBox="0 0 14 14">{_SHAPES[kind]}</svg>'
