"""The colours of the wall and phone by role, day and night."""

from dataclasses import dataclass
from enum import StrEnum

from domain.snapshots import Verdict

OPEN_BLUE = "#00568A"
LOGO_NIGHT = "#56B4E9"
ORANGE = "#E69F00"
ORANGE_EDGE = "#7A4B00"


class Theme(StrEnum):
    """Day or night."""

    DAY = "day"
    NIGHT = "night"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """The full field of a state: its ground, text and round marker."""

    ground: str
    text: str
    marker: str
    linen: str
    """Stripes of the dead-band on this field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Every role of one theme."""

    ground: str
    ink: str
    ink2: str
    measured: str
    measured_text: str
    area_opacity: float
    above: str
    above_text: str
    linen_ground: str
    linen_stripe: str
    linen_edge: str
    medal_word: str
    own: str
    """The reader's own building in a race."""
    stem: str
    """Stems of the other buildings."""
    fields: dict[Verdict, Field]


_DAY = Palette(
    ground="#F5F0E7",
    ink="#17212B",
    ink2="#4F4636",
    measured=OPEN_BLUE,
    measured_text="#00456E",
    area_opacity=0.09,
    above=ORANGE,
    above_text=ORANGE_EDGE,
    linen_ground="#E6DCC8",
    linen_stripe="#B9A987",
    linen_edge="#84775A",
    medal_word="#4F4636",
    own="#17212B",
    stem="#1F73A6",
    fields={
        Verdict.BETTER: Field(ground=OPEN_BLUE, text="#FFFFFF", marker="#F4E3B2", linen="#FFFFFF"),
        Verdict.AS_EXPECTED: Field(
            ground="#F0E8D9", text="#17212B", marker="#00456E", linen="#84775A"
        ),
        Verdict.ABOVE: Field(ground=ORANGE, text="#1C1404", marker="#1C1404", linen="#1C1404"),
        Verdict.UNKNOWN: Field(ground="#DDDCD8", text="#17212B", marker="#17212B", linen="#17212B"),
    },
)
_NIGHT = Palette(
    ground="#0C141B",
    ink="#EDE7DA",
    ink2="#B9C0C4",
    measured="#56B4E9",
    measured_text="#56B4E9",
    area_opacity=0.12,
    above=ORANGE,
    above_text="#F1DFA9",
    linen_ground="#1B242B",
    linen_stripe="#47555F",
    linen_edge="#8A949B",
    medal_word="#F1DFA9",
    own="#FFFFFF",
    stem="#3C8FC2",
    fields={
        Verdict.BETTER: Field(ground="#06283F", text="#EDE7DA", marker="#F1DFA9", linen="#EDE7DA"),
        Verdict.AS_EXPECTED: Field(
            ground="#1A1C1D", text="#EDE7DA", marker="#56B4E9", linen="#B9AC8F"
        ),
        Verdict.ABOVE: Field(ground="#3A2700", text="#EDE7DA", marker="#E69F00", linen="#EDE7DA"),
        Verdict.UNKNOWN: Field(ground="#202427", text="#EDE7DA", marker="#EDE7DA", linen="#EDE7DA"),
    },
)
PALETTES = {Theme.DAY: _DAY, Theme.NIGHT: _NIGHT}


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast ratio of two `#RRGGBB` colours [1..21]."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
