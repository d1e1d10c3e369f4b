"""Draws the nudge: the act in the heart of an open flower, its sentence, its code."""

from dataclasses import dataclass

from dashboard.components import flower_colours
from dashboard.components.flower import open_petals, placed
from dashboard.components.glyph import glyph_drawing
from dashboard.components.letters import (
    HEADLINE,
    LABEL,
    REM,
    Style,
    broken,
    fitted,
    line,
    width,
)
from dashboard.components.pictograms import pictogram
from dashboard.components.qr import plate
from dashboard.components.tokens import Theme
from dashboard.scenes.sheet import UNIT, Sheet, brand, whole
from dashboard.viewmodels.nudge import NudgeView
from domain.nudges import Act
from domain.snapshots import Verdict

_PLATE = 5.2 * REM
_WORD = 2.35 * REM
_LEAST = 1.3 * REM
_RADIUS = 525.0
_INK = "#17212B"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    left: float
    room: float
    first: float
    """Baseline of the first line at full size."""

    lead: float
    effect: float
    plate: float
    flower: tuple[float, float]


_UPRIGHT = _Layout(
    left=72, room=936, first=976, lead=165, effect=1420, plate=1485, flower=(540.0, 291.0)
)
_ACROSS = _Layout(
    left=954, room=870, first=196, lead=152, effect=606, plate=650, flower=(330.0, 540.0)
)


def draw(view: NudgeView, sheet: Sheet) -> str:
    """Return the scene as SVG."""
    layout = _UPRIGHT if sheet.upright else _ACROSS
    body = (
        act_flower(view.act, *layout.flower, _RADIUS, sheet.theme)
        + _sentence(view, sheet, layout)
        + _effect(view, sheet, layout)
        + _invitation(view, sheet, layout)
    )
    label = f"{view.moment} {view.sentence} {view.effect_before} {view.effect} {view.effect_after}"
    return whole(sheet, "nudge", body, label=label.strip(), data=f' data-nudge="{view.nudge_id}"')


def act_flower(act: Act, x: float, y: float, radius: float, theme: Theme) -> str:
    """Return the open blue flower with an act's pictogram in its heart."""
    colours = flower_colours.ACT[theme]
    heart = "#FFFFFF" if theme is Theme.DAY else "#F1DFA9"
    disc = f'<circle r="377" fill="{heart}" stroke="{colours.edge}" stroke-width="10"/>'
    petals = placed(open_petals(colours) + disc, x, y, radius, "flower act")
    return petals + pictogram(act, x, y, radius * 0.56, _INK)


def _sentence(view: NudgeView, sheet: Sheet, layout: _Layout) -> str:
    lines, size = _set(view, layout.room)
    lead = layout.lead * size / _WORD
    last = layout.first + 2 * layout.lead
    start = last - (len(lines) - 1) * lead - (3 - len(lines)) * 30
    if size < _WORD * 0.8:
        start = layout.first + (2 * layout.lead - (len(lines) - 1) * lead) / 2
    style = Style(size=size, weight=HEADLINE, fill=sheet.palette.ink)
    return "".join(
        line(layout.left - 4, start + i * lead, part, style) for i, part in enumerate(lines)
    )


def _set(view: NudgeView, room: float) -> tuple[tuple[str, ...], float]:
    """Set the sentence in three lines at most, as large as the room allows."""
    tries = []
    for most in (1, 2):
        lines = (view.moment, *broken(view.sentence, room, _WORD, HEADLINE, most=most))
        size = min(fitted(part, room, _WORD, HEADLINE, _LEAST) for part in lines)
        tries.append((size, -len(lines), lines))
    size, _, lines = max(tries)
    return lines, size


def _effect(view: NudgeView, sheet: Sheet, layout: _Layout) -> str:
    ink = sheet.palette.measured_text
    x, drawn = layout.left, ""
    for text, weight in (
        (view.effect_before, 450),
        (view.effect, LABEL),
        (view.effect_after, 450),
    ):
        if text:
            drawn += line(x, layout.effect, text, Style(weight=weight, fill=ink))
            x += width(text + " ", REM, weight)
    return drawn


def _invitation(view: NudgeView, sheet: Sheet, layout: _Layout) -> str:
    palette = sheet.palette
    glyph = glyph_drawing(Verdict.BETTER, sheet.theme)
    if not view.phone_url:
        return brand(sheet.right, sheet.foot, palette.ink, glyph)
    x = layout.left + _PLATE + 52
    room = sheet.right - x
    size = fitted(view.question, room, REM, HEADLINE, 0.8 * REM)
    style = Style(size=size, weight=HEADLINE, fill=palette.ink)
    end = x + 52 + width("zaindu", 0.78 * REM, LABEL) + 18
    return (
        plate(view.phone_url, layout.left, layout.plate, _PLATE, UNIT)
        + line(x, layout.plate + 66, view.question, style)
        + line(x, layout.plate + 156, view.scan, Style(fill=palette.ink))
        + brand(end, layout.plate + _PLATE - 14, palette.ink, glyph)
    )
