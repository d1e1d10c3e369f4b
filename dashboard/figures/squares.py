"""A meter, or one of its days, as a small square that says how it is."""

SIZE = 14
_EDGE, _CALM, _LATE, _INK = "#7A4B00", "#B7C7D6", "#E69F00", "#17212B"
_SHAPES = {
    "on_time": f'<rect x="1" y="1" width="12" height="12" rx="2.5" fill="{_CALM}"/>',
    "filed": (
        f'<rect x="1.5" y="1.5" width="11" height="11" rx="2" fill="none" stroke="{_CALM}"/>'
        f'<path d="M4 5.5h6M4 8.5h6" stroke="{_CALM}"/>'
    ),
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
    "slow": (
        f'<rect x="1" y="6.5" width="12" height="6.5" rx="2" fill="{_CALM}"/>'
        f'<path d="M1.5 4h11" stroke="{_CALM}"/>'
    ),
    "breach": (
        f'<path d="M7 .5l6.5 6.5L7 13.5.5 7z" fill="{_LATE}" stroke="{_EDGE}"/>'
        f'<path d="M7 3.8v3.6m0 1.6v1.2" stroke="{_INK}" stroke-width="1.6"/>'
    ),
    "none": '<circle cx="7" cy="7" r="1.4" fill="#CFC5B0"/>',
}
_SHAPES |= {"whole": _SHAPES["on_time"], "thin": _SHAPES["late"]}


def square(kind: str) -> str:
    """Return the drawing of a meter's freshness, or of the word for one of its days."""
    return f'<svg width="{SIZE}" height="{SIZE}" viewBox="0 0 14 14">{_SHAPES[kind]}</svg>'


def symbols() -> str:
    """Return every drawing once, hidden, for a page that shows hundreds of them."""
    drawn = "".join(
        f'<symbol id="square-{kind}" viewBox="0 0 14 14">{shape}</symbol>'
        for kind, shape in _SHAPES.items()
    )
    return f'<svg width="0" height="0" aria-hidden="true" class="symbols">{drawn}</svg>'
