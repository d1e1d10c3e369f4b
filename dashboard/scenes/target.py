"""Draws the way to the target: a lane from the linen to the goal, and the days gone by."""

from dashboard.components.flower import flower
from dashboard.components.letters import HEADLINE, LABEL, REM, Style, line, width
from dashboard.components.linen import pattern
from dashboard.scenes.sheet import Sheet, foot_line, whole
from dashboard.scenes.today import title
from dashboard.viewmodels.target import TargetView

_HALF_STRIP = 110.0


def draw(view: TargetView, sheet: Sheet) -> str:
    """Return the scene as SVG."""
    lane_y, time_y = (880.0, 1440.0) if sheet.upright else (470.0, 806.0)
    linen = f"linen-target-{sheet.shape.value}-{sheet.theme.value}"
    body = (
        pattern(linen, sheet.palette, upright=True)
        + title(sheet, view.headline, "")
        + _lane(view, sheet, lane_y, linen)
        + _days(view, sheet, time_y)
        + foot_line(sheet, view.place, view.age, view.state)
    )
    label = f"{view.headline} : {view.goal_word} {view.goal_text}, {view.percent}. {view.age.text}"
    return whole(sheet, "target", body, label=label)


def _lane(view: TargetView, sheet: Sheet, y: float, linen: str) -> str:
    palette = sheet.palette
    flower_r = 105.0
    start = sheet.left + flower_r
    # The cloth ends inside the lane: one that filled it would say nothing.
    most = max(view.goal * 1.3, (view.saved or 0.0) * 1.12, (view.dead_band or 0.0) * 1.15, 0.06)
    per = (sheet.right - start - (flower_r if sheet.upright else 260)) / most
    band = min((view.dead_band or 0.03) * per, sheet.right - start)
    strip = (
        f'<rect x="{start:g}" y="{y - _HALF_STRIP:g}" width="{band:.1f}"'
        f' height="{2 * _HALF_STRIP:g}" fill="url(#{linen})"/>'
        f'<path d="M{start:g} {y - _HALF_STRIP:g}v{2 * _HALF_STRIP:g}" stroke="{palette.ink}"'
        ' stroke-width="9"/>'
        f'<path d="M{start + band:.1f} {y - _HALF_STRIP:g}v{2 * _HALF_STRIP:g}"'
        f' stroke="{palette.linen_edge}" stroke-width="9"/>'
    )
    word = line(start - 4, y - _HALF_STRIP - 30, view.expected_word, Style(fill=palette.ink2))
    return (
        strip
        + word
        + _goal(view, sheet, start, per, y)
        + _stem(view, sheet, start, y, per, flower_r)
    )


def _goal(view: TargetView, sheet: Sheet, start: float, per: float, y: float) -> str:
    palette, x = sheet.palette, start + view.goal * per
    top, bottom = y - _HALF_STRIP - 8, y + _HALF_STRIP + 8
    text = f"{view.goal_word} {view.goal_text}"
    wide = width(text, REM, LABEL)
    at = min(max(x - wide / 2, sheet.left + 360), sheet.right - wide)
    after_cloth = start + width(view.expected_word, REM) + 40
    raised = 1.3 * REM if at < after_cloth else 0.0
    return (
        f'<path class="goal" d="M{x:.1f} {top:g}V{bottom:g}"'
        f' stroke="{palette.ink}" stroke-width="9"/>'
        f'<path d="M{x - 26:.1f} {top:g}h52M{x - 26:.1f} {bottom:g}h52"'
        f' stroke="{palette.ink}" stroke-width="9"/>'
        + line(at, y - _HALF_STRIP - 30 - raised, text, Style(weight=LABEL, fill=palette.ink))
    )


def _stem(view: TargetView, sheet: Sheet, start: float, y: float, per: float, radius: float) -> str:
    palette = sheet.palette
    if view.saved is None:
        return flower(view.state, start + radius + 20, y, radius, sheet.theme)
    end = start + max(0.0, view.saved) * per
    stem = ""
    if end - start > radius * 0.8:
        stem = (
            f'<path d="M{start + 6:g} {y:g}H{end:.1f}" stroke="{palette.ground}"'
            ' stroke-width="30"/>'
            f'<path d="M{start + 6:g} {y:g}H{end:.1f}" stroke="{palette.measured}"'
            ' stroke-width="18"/>'
        )
    size = 1.75 * REM
    wide = width(view.percent, size, HEADLINE)
    x = min(max(end - wide / 2, start), sheet.right - wide)
    figure = Style(size=size, weight=HEADLINE, fill=palette.ink)
    disc = f'<circle cx="{end:.1f}" cy="{y:g}" r="{radius:g}" fill="{palette.ground}"/>'
    return (
        stem
        + disc
        + _round(view, sheet, end, y, radius)
        + line(x, y + _HALF_STRIP + 124, view.percent, figure)
    )


def _round(view: TargetView, sheet: Sheet, x: float, y: float, radius: float) -> str:
    """The small flower of the state, on a disc of its own field."""
    ground = sheet.palette.fields[view.state].ground
    return f'<circle cx="{x:.1f}" cy="{y:g}" r="{radius:g}" fill="{ground}"/>' + flower(
        view.state, x, y, radius * 0.88, sheet.theme
    )


def _days(view: TargetView, sheet: Sheet, y: float) -> str:
    """First day, today, last day: the part gone by is a solid thread."""
    palette = sheet.palette
    left, right = sheet.left, sheet.right
    at = left + (right - left) * view.elapsed
    return (
        f'<path d="M{left:g} {y:g}H{right:g}" stroke="{palette.linen_stripe}" stroke-width="6"/>'
        f'<path d="M{left:g} {y:g}H{at:.1f}" stroke="{palette.ink2}" stroke-width="12"/>'
        f'<path d="M{left + 3:g} {y - 20:g}v40M{right - 3:g} {y - 20:g}v40" stroke="{palette.ink2}"'
        ' stroke-width="6"/>'
        f'<circle cx="{min(max(at, left + 22), right - 22):.1f}" cy="{y:g}" r="22"'
        f' fill="{palette.ink2}" stroke="{palette.ground}" stroke-width="6"/>'
        + line(left, y + 92, view.first, Style(fill=palette.ink2))
        + line(right, y + 92, view.last, Style(fill=palette.ink2, anchor="end"))
    )
