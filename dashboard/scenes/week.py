"""Draws the week: each day a cloth as tall as expected, a thread as tall as measured."""

from dashboard.components.glyph import glyph_drawing
from dashboard.components.letters import LABEL, REM, Style, line, width
from dashboard.components.linen import pattern
from dashboard.scenes.sheet import Sheet, foot_line, whole
from dashboard.scenes.today import title, under_title
from dashboard.viewmodels.week import DayColumn, WeekView

_CLOTH = 0.56
"""Width of a cloth, as a share of its day."""


def draw(view: WeekView, sheet: Sheet) -> str:
    """Return the scene as SVG."""
    linen = f"linen-week-{sheet.shape.value}-{sheet.theme.value}"
    axis, top = (1380.0, 640.0) if sheet.upright else (735.0, 270.0)
    step = (sheet.right - sheet.left) / max(1, len(view.days))
    per = (axis - top) / view.top_kwh
    cloths, threads = [], []
    for index, day in enumerate(view.days):
        middle = sheet.left + (index + 0.5) * step
        cloths.append(_cloth(day, sheet, middle, axis, per, step * _CLOTH, linen))
        threads.append(_thread(day, sheet, middle, axis, per) + _foot(day, sheet, middle, axis))
    body = (
        pattern(linen, sheet.palette)
        + title(sheet, view.headline, view.total)
        + _percent(view, sheet)
        + "".join(cloths)
        + f'<path d="M{sheet.left:g} {axis:g}H{sheet.right:g}" stroke="{sheet.palette.ink}"'
        ' stroke-width="4"/>'
        + "".join(threads)
        + foot_line(sheet, view.place, view.age, view.state)
    )
    kwh = "" if view.measured_kwh is None else f' data-measured-kwh="{view.measured_kwh:.3f}"'
    label = f"{view.headline} {view.percent}. {view.total}. {view.age.text}"
    return whole(sheet, "week", body, label=label, data=kwh)


def _percent(view: WeekView, sheet: Sheet) -> str:
    if not view.percent:
        return ""
    style = Style(fill=sheet.palette.ink2)
    if sheet.upright:
        x = sheet.left + width(view.total, 1.25 * REM, LABEL) + 48
        return line(x, under_title(sheet, view.headline), view.percent, style)
    end = Style(fill=sheet.palette.ink2, anchor="end")
    return line(sheet.right, 157 + 1.25 * REM, view.percent, end)


def _cloth(
    day: DayColumn, sheet: Sheet, x: float, axis: float, per: float, wide: float, linen: str
) -> str:
    if day.expected_kwh is None:
        return ""
    palette, high = sheet.palette, day.expected_kwh * per
    edge = f'stroke="{palette.linen_edge}"'
    whole_day = (
        f'<rect x="{x - wide / 2:.1f}" y="{axis - high:.1f}" width="{wide:.1f}"'
        f' height="{high:.1f}" fill="url(#{linen})"/>'
        f'<path d="M{x - wide / 2:.1f} {axis:g}v{-high:.1f}h{wide:.1f}v{high:.1f}" fill="none"'
        f' {edge} stroke-width="3"/>'
        f'<path d="M{x - wide / 2 - 1.5:.1f} {axis - high:.1f}h{wide + 3:.1f}" {edge}'
        ' stroke-width="9"/>'
    )
    if day.expected_so_far_kwh is None:
        return whole_day
    so_far = axis - day.expected_so_far_kwh * per
    return whole_day + (
        f'<path class="so-far" d="M{x - wide / 2:.1f} {so_far:.1f}h{wide:.1f}"'
        f' stroke="{palette.ink2}" stroke-width="9" stroke-dasharray="20 12"/>'
    )


def _thread(day: DayColumn, sheet: Sheet, x: float, axis: float, per: float) -> str:
    palette = sheet.palette
    if day.measured_kwh is None:
        if day.state is None:
            return ""
        stub = f'<path d="M{x - 26:.1f} {axis - 14:g}h52" stroke="{palette.ink2}" stroke-width="9"'
        return stub + ' stroke-dasharray="12 8"/>'
    y = axis - day.measured_kwh * per
    up = f"M{x:.1f} {axis - 4:.1f}V{y:.1f}"
    return (
        f'<path d="{up}" stroke="{palette.ground}" stroke-width="27"/>'
        f'<path d="{up}" stroke="{palette.measured}" stroke-width="15"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="29" fill="{palette.measured}"'
        f' stroke="{palette.ground}" stroke-width="6"/>'
    )


def _foot(day: DayColumn, sheet: Sheet, x: float, axis: float) -> str:
    palette = sheet.palette
    weight = LABEL if day.is_today else 450
    ink = palette.ink if day.is_today else palette.ink2
    drawn = line(x, axis + 84, day.label, Style(weight=weight, fill=ink, anchor="middle"))
    if day.is_today:
        half = width(day.label, REM, LABEL) / 2
        drawn += (
            f'<path d="M{x - half:.1f} {axis + 104:g}h{2 * half:.1f}" stroke="{ink}"'
            ' stroke-width="6"/>'
        )
    if day.state is None:
        return drawn
    glyph = glyph_drawing(day.state, sheet.theme)
    place = f"translate({x:.1f} {axis + 150:g}) scale(.034)"
    return drawn + f'<g class="day {day.state.value}" transform="{place}">{glyph}</g>'
