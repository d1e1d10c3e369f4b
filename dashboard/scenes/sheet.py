"""The sheet that a scene is drawn on: 15 rem of short side, 72 units to a rem."""

from dataclasses import dataclass
from enum import StrEnum
from html import escape

from dashboard.components.glyph import glyph_drawing
from dashboard.components.letters import LABEL, REM, Style, line, width
from dashboard.components.tokens import PALETTES, Palette, Theme
from dashboard.viewmodels.glance import Age
from domain.snapshots import Verdict

UNIT = REM / 6
BRAND = "zaindu"
_BRAND_SIZE = 0.78 * REM
FAMILY = "'Atkinson Hyperlegible Next','Atkinson Hyperlegible Next Variable',sans-serif"


class Shape(StrEnum):
    """How the panel hangs."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Where and in which colours a scene is drawn."""

    shape: Shape = Shape.LANDSCAPE
    theme: Theme = Theme.DAY

    @property
    def upright(self) -> bool:
        """Tell whether the panel stands on its short side."""
        return self.shape is Shape.PORTRAIT

    @property
    def width(self) -> float:
        """Width [scene units]."""
        return 1080.0 if self.upright else 1920.0

    @property
    def height(self) -> float:
        """Height [scene units]."""
        return 1920.0 if self.upright else 1080.0

    @property
    def left(self) -> float:
        """Side margin: 8 units, 6 in portrait."""
        return 6 * UNIT if self.upright else 8 * UNIT

    @property
    def right(self) -> float:
        """Where the right margin starts."""
        return self.width - self.left

    @property
    def foot(self) -> float:
        """Baseline of the foot line."""
        return self.height - 68

    @property
    def palette(self) -> Palette:
        """The colours of its theme."""
        return PALETTES[self.theme]


def whole(
    sheet: Sheet, name: str, body: str, *, label: str, ground: str = "", data: str = ""
) -> str:
    """Return the scene as one SVG element.

    Args:
        sheet: Shape and theme.
        name: Which scene it is.
        body: What is drawn on it.
        label: The scene in one sentence, for whoever cannot see it.
        ground: Colour of the field; the theme's ground when empty.
        data: More attributes, already escaped.
    """
    field = ground or sheet.palette.ground
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="scene {name} {sheet.shape.value}"'
        f' data-scene="{name}" data-ground="{field}" viewBox="0 0 {sheet.width:g} {sheet.height:g}"'
        f' preserveAspectRatio="xMidYMid meet" font-family="{FAMILY}" role="group"'
        f' aria-label="{escape(label)}"{data}>'
        # Wider than the sheet: a panel of another ratio, and the burn-in shift, show its edges.
        f'<rect x="-600" y="-600" width="{sheet.width + 1200:g}" height="{sheet.height + 1200:g}"'
        f' fill="{field}"/>{body}</svg>'
    )


def brand(x: float, y: float, ink: str, glyph: str = "") -> str:
    """Return the word `zaindu` ending at `x`, with its glyph in front when given."""
    style = Style(size=_BRAND_SIZE, weight=LABEL, fill=ink, anchor="end")
    word = line(x, y, BRAND, style, attributes=' class="brand"')
    if not glyph:
        return word
    centre = x - width(BRAND, _BRAND_SIZE, LABEL) - 44
    return f'<g transform="translate({centre:.1f} {y - 20:.1f}) scale(.027)">{glyph}</g>{word}'


def foot_line(sheet: Sheet, place: str, age: Age, state: Verdict) -> str:
    """Return place, age and brand; the age stands under the place in portrait."""
    palette = sheet.palette
    shown = Verdict.UNKNOWN if age.stale else state
    drawn = brand(sheet.right, sheet.foot, palette.ink, glyph_drawing(shown, sheet.theme))
    above = REM * 1.25 if sheet.upright else 0.0
    drawn += line(sheet.left, sheet.foot - above, place, Style(fill=palette.ink))
    x = sheet.left if sheet.upright else sheet.left + width(place, REM) + 84
    return drawn + age_text(x, sheet.foot, age, palette.ink)


def age_text(x: float, y: float, age: Age, ink: str) -> str:
    """Return the age; bold once late. Its hour is kept for a screen without network."""
    if not age.text:
        return ""
    style = Style(fill=ink, weight=LABEL if age.stale else 450)
    hour = escape(age.hour, quote=True)
    return line(x, y, age.text, style, attributes=f' class="age" data-hour="{hour}"')
