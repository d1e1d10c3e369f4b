"""Draws the race: lanes start at the linen and run right as a building uses less."""

from dataclasses import dataclass

from dashboard.components.glyph import glyph_drawing, medal
from dashboard.components.letters import HEADLINE, LABEL, REM, Style, fitted, line, width
from dashboard.components.linen import pattern
from dashboard.scenes.sheet import Sheet, brand, whole
from dashboard.viewmodels.race import Lane, RaceView
from domain.snapshots import Verdict

_FULL = 0.11
"""The lane that runs to the end of the track [ratio], unless one runs further."""
_FLOWER = 58.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Track:
    start: float
    per: float
    names: float
    first: float
    step: float

    def y(self, index: float) -> float:
        return self.first + index * self.step


def draw(view: RaceView, sheet: Sheet) -> str:
    """Return the scene as SVG."""
    track = _track(view, sheet)
    linen = f"linen-race-{sheet.shape.value}-{sheet.theme.value}"
    title = Style(size=1.5 * REM, weight=HEADLINE, fill=sheet.palette.ink)
    lanes = "".join(_lane(lane, i, track, sheet) for i, lane in enumerate(view.lanes))
    body = (
        pattern(linen, sheet.palette, upright=True)
        + line(sheet.left - 2, 152, view.headline, title)
        + _cloth(view, track, sheet, linen)
        + lanes
        + _ranks(view, track, sheet)
        + _tiers(view, track, sheet)
        + line(sheet.left, sheet.foot, view.when, Style(fill=sheet.palette.ink2))
        + brand(
            sheet.right, sheet.foot, sheet.palette.ink, glyph_drawing(Verdict.BETTER, sheet.theme)
        )
    )
    said = "; ".join(f"{lane.name} {lane.percent or lane.reason}" for lane in view.lanes)
    return whole(sheet, "race", body, label=f"{view.headline}. {said}. {view.when}")


def _track(view: RaceView, sheet: Sheet) -> _Track:
    furthest = max((lane.saved for lane in view.lanes if lane.saved is not None), default=0.0)
    count = len(view.lanes)
    if sheet.upright:
        start, end, names = sheet.left, sheet.right - 300, sheet.left + 100
        step = min(290.0, 1400 / count)
        first = 460.0
    else:
        start, names = 848.0, 229.0
        end = min(1379.0, sheet.right - _beside(view))
        step = min(150.0, 645 / count)
        first = 334.0 if count >= 4 else 360.0
    return _Track(
        start=start, per=(end - start) / max(_FULL, furthest), names=names, first=first, step=step
    )


def _beside(view: RaceView) -> float:
    """The room that a flower, its figure and its tier need [scene units]."""
    figure = max((width(lane.percent, REM, LABEL) for lane in view.lanes), default=0.0)
    tier = {index: group.tier for group in view.tiers for index in (group.first, group.last)}
    first = width(tier.get(0, ""), REM, LABEL)
    return _FLOWER + 26 + figure + 48 + first


def _runners(view: RaceView) -> int:
    return sum(lane.saved is not None for lane in view.lanes)


def _cloth(view: RaceView, track: _Track, sheet: Sheet, linen: str) -> str:
    palette = sheet.palette
    wide = view.dead_band * track.per
    x, runners = track.start, _runners(view)
    if not runners:
        return ""
    above, below = (40.0, 66.0) if sheet.upright else (66.0, 66.0)
    bands = (
        [(track.y(i) - above, track.y(i) + below) for i in range(runners)]
        if sheet.upright
        else [(track.y(0) - above, track.y(runners - 1) + below)]
    )
    drawn = "".join(
        f'<rect x="{x:g}" y="{top:.1f}" width="{wide:.1f}" height="{bottom - top:.1f}"'
        f' fill="url(#{linen})"/>'
        f'<path d="M{x:g} {top:.1f}V{bottom:.1f}" stroke="{palette.ink}" stroke-width="9"/>'
        f'<path d="M{x + wide:.1f} {top:.1f}V{bottom:.1f}" stroke="{palette.linen_edge}"'
        ' stroke-width="9"/>'
        for top, bottom in bands
    )
    if sheet.upright:
        beside = Style(fill=palette.ink2)
        return drawn + line(x + wide + 24, bands[0][1] + 6, view.expected_word, beside)
    return drawn + line(x - 4, bands[0][0] - 24, view.expected_word, Style(fill=palette.ink2))


def _lane(lane: Lane, index: int, track: _Track, sheet: Sheet) -> str:
    palette, y = sheet.palette, track.y(index)
    ink = palette.own if lane.own else palette.ink
    weight = HEADLINE if lane.own else 450
    baseline = y - 70 if sheet.upright else y + 25
    room = sheet.width if sheet.upright else track.start - track.names - 40
    size = fitted(lane.name, room, REM, weight, 0.8 * REM)
    name = line(track.names, baseline, lane.name, Style(size=size, weight=weight, fill=ink))
    if lane.saved is None:
        return name + _reason(lane, y, track, sheet)
    end = max(track.start + lane.saved * track.per, track.start + _FLOWER + 10)
    stem = ""
    if end - _FLOWER > track.start + 20:
        stem = (
            f'<path class="stem" d="M{track.start + 8:g} {y:.1f}H{end - _FLOWER + 6:.1f}"'
            f' stroke="{palette.measured if lane.own else palette.stem}"'
            f' stroke-width="{18 if lane.own else 12}"/>'
        )
    figure = Style(weight=LABEL, fill=ink)
    return (
        name
        + stem
        + _head(lane, end, y, sheet)
        + line(end + _FLOWER + 26, y + 25, lane.percent, figure)
    )


def _head(lane: Lane, x: float, y: float, sheet: Sheet) -> str:
    if lane.medal is not None:
        drawn = medal(lane.medal, sheet.theme)
    else:
        drawn = glyph_drawing(Verdict.AS_EXPECTED, sheet.theme)
    scale = _FLOWER / 1000 if lane.medal is not None else 0.048
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_FLOWER:g}" fill="{sheet.palette.ground}"/>'
        f'<g transform="translate({x:.1f} {y:.1f}) scale({scale:g})">{drawn}</g>'
    )


def _reason(lane: Lane, y: float, track: _Track, sheet: Sheet) -> str:
    palette = sheet.palette
    ring = (
        f'<circle cx="{track.start + 50:g}" cy="{y:.1f}" r="40" fill="none"'
        f' stroke="{palette.ink2}" stroke-width="6" stroke-dasharray="18 13"/>'
        if lane.refused
        else ""
    )
    x = track.start + (128 if lane.refused else 8)
    return ring + line(x, y + 25, lane.reason, Style(fill=palette.ink2))


def _ranks(view: RaceView, track: _Track, sheet: Sheet) -> str:
    palette = sheet.palette
    drawn = []
    number = Style(fill=palette.ink2)
    for group in view.ranks:
        top, bottom = track.y(group.first), track.y(group.last)
        if sheet.upright:
            places = range(group.first, group.last + 1)
            drawn += [line(sheet.left, track.y(i) - 70, str(group.rank), number) for i in places]
            continue
        drawn.append(line(sheet.left, (top + bottom) / 2 + 25, str(group.rank), number))
        if group.last > group.first:
            x = sheet.left + 66
            drawn.append(
                f'<path d="M{x + 24:g} {top:.1f}h-24V{bottom:.1f}h24" fill="none"'
                f' stroke="{palette.ink}" stroke-width="6"/>'
            )
    return "".join(drawn)


def _tiers(view: RaceView, track: _Track, sheet: Sheet) -> str:
    style = Style(weight=LABEL, fill=sheet.palette.medal_word, anchor="end")
    drawn = []
    for group in view.tiers:
        middle = (track.y(group.first) + track.y(group.last)) / 2
        baseline = track.y(group.first) - 70 if sheet.upright else middle + 25
        drawn.append(line(sheet.right, baseline, group.tier, style))
    return "".join(drawn)
