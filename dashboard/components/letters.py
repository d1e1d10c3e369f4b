"""Lines of text in SVG, with their width known beforehand.

Sizes are in scene units: 72 to a rem.
"""

from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Literal

from dashboard.components.advances import ADVANCES, CHARACTERS

REM = 72.0
CAP_HEIGHT = 0.668
TEXT, LABEL, HEADLINE = 450, 700, 780
_TIGHT_ABOVE = 1.5 * REM
_TRACKING = -0.02
Anchor = Literal["start", "middle", "end"]


@cache
def _advances(weight: int) -> dict[str, int]:
    return dict(zip(CHARACTERS, ADVANCES[weight], strict=True))


def width(line: str, size: float, weight: int = TEXT) -> float:
    """Return how wide a line is set [scene units]."""
    table = _advances(weight)
    em = sum(table.get(character, 600) for character in line) / 1000
    return size * (em + _tracking(size) * len(line))


def _tracking(size: float) -> float:
    return _TRACKING if size >= _TIGHT_ABOVE else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a line is set."""

    size: float = REM
    weight: int = TEXT
    fill: str
    anchor: Anchor = "start"


def line(x: float, y: float, text: str, style: Style, *, attributes: str = "") -> str:
    """Return one line of SVG text whose baseline is `y`."""
    tracking = _tracking(style.size) * style.size
    extra = f' letter-spacing="{tracking:.2f}"' if tracking else ""
    anchor = "" if style.anchor == "start" else f' text-anchor="{style.anchor}"'
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{style.size:g}" font-weight="{style.weight}"'
        f' fill="{style.fill}"{anchor}{extra}{attributes}>{escape(text)}</text>'
    )


def broken(text: str, room: float, size: float, weight: int, most: int = 3) -> tuple[str, ...]:
    """Break `text` into the fewest lines that fit `room`, as even as can be.

    Words are never cut: with too little room the last line may run over.
    """
    words = text.split(" ")
    for count in range(1, most + 1):
        ways = [w for w in _ways(words, count) if _widest(w, size, weight) <= room]
        if ways:
            return min(ways, key=lambda w: _widest(w, size, weight))
    return min(_ways(words, min(most, len(words))), key=lambda w: _widest(w, size, weight))


def _ways(words: list[str], count: int) -> list[tuple[str, ...]]:
    if count == 1:
        return [(" ".join(words),)]
    return [
        (" ".join(words[:cut]), *rest)
        for cut in range(1, len(words) - count + 2)
        for rest in _ways(words[cut:], count - 1)
    ]


def _widest(lines: tuple[str, ...], size: float, weight: int) -> float:
    return max(width(part, size, weight) for part in lines)


def fitted(text: str, room: float, size: float, weight: int, least: float) -> float:
    """Return the largest size, `size` at most and `least` at least, at which `text` fits."""
    needed = width(text, size, weight)
    return size if needed <= room else max(least, size * room / needed)
