"""Draws the status scene: the field of the state, its flower, and the scale."""

from dashboard.components.flower import flower
from dashboard.components.letters import HEADLINE, LABEL, REM, Style, fitted, line, width
from dashboard.components.linen import strip
from dashboard.components.tokens import Field
from dashboard.scenes.sheet import Sheet, age_text, brand, whole
from dashboard.viewmodels.status import StatusView
from domain.snapshots import Verdict

_SCALES = (0.12, 0.24, 0.40, 0.80)
_CLOTH_AT_MOST = 0.7
_COLUMN = 832.0
_WORD, _PERCENT = 2.4 * REM, 1.75 * REM
_ROOM = {Verdict.BETTER: 846.0, Verdict.AS_EXPECTED: 905.0}


def draw(view: StatusView, sheet: Sheet) -> str:
    """Return the scene as SVG."""
    field = sheet.palette.fields[view.state]
    body = _flower(view, sheet) + (_upright if sheet.upright else _across)(view, sheet, field)
    kwh = "" if view.measured_kwh is None else f' data-measured-kwh="{view.measured_kwh:.3f}"'
    said = (*view.headline, view.percent, view.day_word, view.caption, view.live, view.age.text)
    return whole(
        sheet,
        "status",
        body,
        label=f"{view.place} : {' '.join(part for part in said if part)}",
        ground=field.ground,
        data=f' data-state="{view.state.value}"{kwh}',
    )


def _flower(view: StatusView, sheet: Sheet) -> str:
    if sheet.upright:
        return flower(view.state, 540, 300, 525, sheet.theme)
    return flower(view.state, 0.82 * sheet.width, 540, 8.3 * REM, sheet.theme)


def _across(view: StatusView, sheet: Sheet, field: Field) -> str:
    words = _headline(view, sheet, field, (338.0, 506.0), _ROOM.get(view.state, 960.0))
    top = line(sheet.left, 128, view.place, Style(fill=field.text))
    end = max(1025.0, sheet.left + width(view.place, REM) + 60 + 190)
    return (
        top
        + brand(end, 128, field.text)
        + words
        + _scale(view, sheet, field, 695)
        + _live(view, sheet, field, 1006)
    )


def _upright(view: StatusView, sheet: Sheet, field: Field) -> str:
    words = _headline(view, sheet, field, (1000.0, 1168.0), sheet.right - sheet.left)
    return (
        words
        + _scale(view, sheet, field, 1355)
        + _live(view, sheet, field, 1658)
        + line(sheet.left, sheet.foot, view.place, Style(fill=field.text))
        + brand(sheet.right, sheet.foot, field.text)
    )


def _headline(
    view: StatusView, sheet: Sheet, field: Field, baselines: tuple[float, float], room: float
) -> str:
    first, last = baselines
    lines = view.headline
    size = min(fitted(part, room, _WORD, HEADLINE, 1.5 * REM) for part in lines)
    lead = size * 0.97
    start = first if len(lines) < 3 else first - 30
    if size < 2.0 * REM and len(lines) == 2:
        start = (first + last) / 2 - lead / 2 + 24
    style = Style(size=size, weight=HEADLINE, fill=field.text)
    return "".join(
        line(sheet.left - 4, start + index * lead, part, style) for index, part in enumerate(lines)
    )


def scale_for(dead_band: float) -> float:
    """Return how far the scale goes [ratio]: ±12 %, or the next round width.

    A cloth that filled its scale would say nothing: a marker must be seen to
    stand beside it.
    """
    return next((s for s in _SCALES if dead_band <= _CLOTH_AT_MOST * s), _SCALES[-1])


def _scale(view: StatusView, sheet: Sheet, field: Field, baseline: float) -> str:
    """The percentage on its marker, the rail, the cloth and its caption."""
    known = view.deviation is not None and view.dead_band is not None
    rail = baseline + 70
    left, right = sheet.left, sheet.left + _COLUMN
    middle = (left + right) / 2
    scale = scale_for(view.dead_band or 0.03)
    per = _COLUMN / 2 / scale
    if not known and len(view.headline) > 2:
        rail += 25
    half = min(view.dead_band or 0.03, scale) * per
    breaks = [(middle - half - 8, middle + half + 8)]
    drawn = strip(middle - half, rail - 32, 2 * half, 64, field.linen, dashed=not known)
    if known and view.deviation is not None:
        at = middle + max(-scale, min(scale, view.deviation)) * per
        marker, gap = _marker(at, rail, half, middle, field, hollow=view.age.stale)
        breaks.append(gap)
        drawn = _rail(left, right, rail, breaks, field) + drawn + marker
        drawn += _percent(view, sheet, field, baseline, at, at < middle - half)
    else:
        drawn = _rail(left, right, rail, breaks, field) + drawn
    return drawn + _caption(view, sheet, field, rail + 115)


def _marker(
    at: float, rail: float, half: float, middle: float, field: Field, *, hollow: bool
) -> tuple[str, tuple[float, float]]:
    on_cloth = abs(at - middle) < half + 40
    halo = f'<circle cx="{at:.1f}" cy="{rail:g}" r="38" fill="{field.ground}"/>' if on_cloth else ""
    if hollow:
        round_ = (
            f'<circle cx="{at:.1f}" cy="{rail:g}" r="25" fill="{field.ground}"'
            f' stroke="{field.marker}" stroke-width="8"/>'
        )
    else:
        round_ = (
            f'<circle class="marker" cx="{at:.1f}" cy="{rail:g}" r="29" fill="{field.marker}"/>'
        )
    return halo + round_, (at - 38, at + 38)


def _rail(
    left: float, right: float, y: float, breaks: list[tuple[float, float]], field: Field
) -> str:
    pieces, start = [], left
    for gap_start, gap_end in sorted(breaks):
        if gap_start > start:
            pieces.append(f"M{start:.1f} {y:g}H{gap_start:.1f}")
        start = max(start, gap_end)
    if start < right:
        pieces.append(f"M{start:.1f} {y:g}H{right:.1f}")
    return f'<path d="{"".join(pieces)}" stroke="{field.text}" stroke-width="6"/>'


def _percent(view: StatusView, sheet: Sheet, field: Field, y: float, at: float, leads: bool) -> str:
    """The figure over its marker; the day follows it on the left, precedes it elsewhere."""
    left, right = sheet.left, sheet.left + _COLUMN
    figure = Style(size=_PERCENT, weight=HEADLINE, fill=field.text)
    word = Style(fill=field.text)
    wide, day, gap = width(view.percent, _PERCENT, HEADLINE), width(view.day_word, REM), 28
    if leads:
        x = max(left, min(at - 29, right - wide - gap - day))
        return line(x, y, view.percent, figure) + line(x + wide + gap, y, view.day_word, word)
    x = min(right, max(at + 29, left + day + gap + wide)) - wide
    return line(x - gap - day, y, view.day_word, word) + line(x, y, view.percent, figure)


def _caption(view: StatusView, sheet: Sheet, field: Field, y: float) -> str:
    if not view.caption:
        return ""
    size = fitted(view.caption, _COLUMN + (64 if sheet.upright else 36), REM, 450, 0.95 * REM)
    return line(sheet.left, y, view.caption, Style(size=size, fill=field.text))


def _live(view: StatusView, sheet: Sheet, field: Field, y: float) -> str:
    """Live power then age; once stale the age takes the place of live power."""
    if not view.live:
        return age_text(sheet.left, y, view.age, field.text)
    drawn = line(sheet.left, y, view.live, Style(weight=LABEL, fill=field.text))
    x = sheet.left + width(view.live, REM, LABEL) + 22
    if view.live_word:
        drawn += line(x, y, view.live_word, Style(fill=field.text))
        x += width(view.live_word, REM) + 60
    if sheet.upright:
        return drawn + age_text(sheet.left, y + 1.2 * REM, view.age, field.text)
    return drawn + age_text(x if view.live_word else x + 38, y, view.age, field.text)
