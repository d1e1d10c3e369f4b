"""Draws the race: lanes start at the linen and run right as a building uses less."""

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.components.glyph import glyph_drawing, medal
from dashboard.components.letters import HEADLINE, LABEL, REM, TEXT, Style, fitted, line, width
from dashboard.components.linen import pattern
from dashboard.scenes.sheet import Sheet, brand, whole
from dashboard.viewmodels.race import Lane, RaceView
from domain.snapshots import Verdict

_FULL = 0.11
"""The lane that runs to the end of the track [ratio], unless one runs further."""
_FLOWER = 58.0
_AIR = 26.0
"""Between a flower, or the edge of its linen, and the words after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Track:
    start: float
    per: float
    names: float
    first: float
    step: float
    runners: int
    """The first lanes, which have linen."""

    drop: float
    """More air before the lanes without linen: its word stands there in portrait."""

    def y(self, index: int) -> float:
        return self.first + index * self.step + (self.drop if index >= self.runners else 0.0)


def draw(view: RaceView, sheet: Sheet) -> str:
    """Return the scene as SVG."""
    track = _track(view, sheet)
    linen = f"linen-race-{sheet.shape.value}-{sheet.theme.value}"
    room = sheet.right - sheet.left
    size = fitted(view.headline, room, 1.5 * REM, HEADLINE, 1.1 * REM)
    title = Style(size=size, weight=HEADLINE, fill=sheet.palette.ink)
    rooms = _rooms(view, track, sheet)
    lanes = "".join(
        _lane(lane, i, room, track, sheet)
        for i, (lane, room) in enumerate(zip(view.lanes, rooms, strict=True))
    )
    body = (
        pattern(linen, sheet.palette, upright=True)
        + line(sheet.left - 2, 152, view.headline, title)
        + _cloth(view, track, sheet, linen)
        + lanes
        + _ranks(view, track, sheet)
        + _tiers(view, track, sheet)
        + _even(view, track, sheet)
        + _reasons(view, track, sheet)
        + line(sheet.left, sheet.foot, view.when, Style(fill=sheet.palette.ink2))
        + brand(
            sheet.right, sheet.foot, sheet.palette.ink, glyph_drawing(Verdict.BETTER, sheet.theme)
        )
    )
    said = "; ".join(f"{lane.name} {lane.percent or lane.reason}" for lane in view.lanes)
    return whole(sheet, "race", body, label=f"{view.headline}. {said}. {view.when}")


def _track(view: RaceView, sheet: Sheet) -> _Track:
    count = len(view.lanes)
    if sheet.upright:
        start, end, names = sheet.left, sheet.right - 300, sheet.left + 78
        step, drop = min(400.0, 1380 / count), 56.0
        first = max(440.0, 1000 - step * (count - 1) / 2)
    else:
        start, end, names = 848.0, 1379.0, 229.0
        step, drop = min(170.0, 645 / count), 0.0
        first = 600 - step * (count - 1) / 2
    rooms = [(sheet.right - start - beside) / share for share, beside in _reaches(view, sheet)]
    per = min((*rooms, (end - start) / _FULL))
    return _Track(
        start=start,
        per=per,
        names=names,
        first=first,
        step=step,
        runners=sum(lane.saved is not None for lane in view.lanes),
        drop=drop,
    )


def _reaches(view: RaceView, sheet: Sheet) -> Iterator[tuple[float, float]]:
    """How far each lane runs [ratio], and the room its words need after that [scene units]."""
    words = {i: g.tier for g in (*view.tiers, *view.even) for i in range(g.first, g.last + 1)}
    for index, lane in enumerate(view.lanes):
        if lane.saved is None:
            continue
        beside = _FLOWER + _AIR + width(lane.percent, REM, LABEL)
        if not sheet.upright:
            gap = 48.0 if lane.percent else 0.0
            beside += gap + width(words.get(index, ""), REM, LABEL if lane.percent else TEXT)
        yield max(lane.saved, lane.dead_band, 0.01), beside


def _cloth(view: RaceView, track: _Track, sheet: Sheet, linen: str) -> str:
    """Each building's own linen, as wide as its dead-band."""
    running = view.lanes[: track.runners]
    edges = [(*_span(i, track, sheet), _band(lane, track)) for i, lane in enumerate(running)]
    palette, x = sheet.palette, track.start
    cloth = "".join(
        f'<rect x="{x:g}" y="{top:.1f}" width="{right - x:.1f}" height="{bottom - top:.1f}"'
        f' fill="url(#{linen})"/>'
        for top, bottom, right in edges
    )
    # One woven edge down neighbouring lanes; in portrait each lane has its own.
    right_edge = "".join(
        (f"H{right:.1f}" if index and not sheet.upright else f"M{right:.1f} {top:.1f}")
        + f"V{bottom:.1f}"
        for index, (top, bottom, right) in enumerate(edges)
    )
    left_edge = "".join(f"M{x:g} {top:.1f}V{bottom:.1f}" for top, bottom, _ in edges)
    first, last = edges[0][0], edges[-1][1]
    baseline = last + 66 if sheet.upright else first - 24
    return (
        cloth
        + f'<path d="{right_edge}" fill="none" stroke="{palette.linen_edge}" stroke-width="9"/>'
        + f'<path d="{left_edge}" stroke="{palette.ink}" stroke-width="9"/>'
        + line(x - 4, baseline, view.expected_word, Style(fill=palette.ink2))
    )


def _span(index: int, track: _Track, sheet: Sheet) -> tuple[float, float]:
    """Top and bottom of a lane's linen."""
    y, half = track.y(index), track.step / 2
    if sheet.upright:
        return y - 40, y + 66
    ends = min(half, 70.0)
    last = index == track.runners - 1
    return y - (ends if index == 0 else half), y + (ends if last else half)


def _band(lane: Lane, track: _Track) -> float:
    return track.start + lane.dead_band * track.per


def _rooms(view: RaceView, track: _Track, sheet: Sheet) -> list[float]:
    """The room of each name: in portrait its tier stands at the end of the same line."""
    if not sheet.upright:
        return [track.start - 40 - track.names] * len(view.lanes)
    tiers = {group.first: width(group.tier, REM, LABEL) for group in view.tiers}
    tiers |= {group.first: width(group.tier, REM) for group in view.even}
    return [
        sheet.right - track.names - (tiers[i] + 30 if i in tiers else 0.0)
        for i in range(len(view.lanes))
    ]


def _lane(lane: Lane, index: int, room: float, track: _Track, sheet: Sheet) -> str:
    palette, y = sheet.palette, track.y(index)
    ink = palette.own if lane.own else palette.ink
    weight = HEADLINE if lane.own else 450
    baseline = y - 70 if sheet.upright else y + 25
    size = fitted(lane.name, room, REM, weight, 0.8 * REM)
    name = line(track.names, baseline, lane.name, Style(size=size, weight=weight, fill=ink))
    if lane.saved is None:
        return name + (_ring(y, track, sheet) if lane.refused else "")
    end = _end(lane, track)
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
        + (line(end + _FLOWER + _AIR, y + 25, lane.percent, figure) if lane.percent else "")
    )


def _end(lane: Lane, track: _Track) -> float:
    """Where the flower stands: on its start at least."""
    return track.start + max((lane.saved or 0.0) * track.per, _FLOWER + 10)


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


def _ring(y: float, track: _Track, sheet: Sheet) -> str:
    """Not measured well enough: the flower's dashed outline."""
    return (
        f'<circle cx="{_ring_at(track, sheet):g}" cy="{y:.1f}" r="{_ring_radius(sheet):g}"'
        f' fill="none" stroke="{sheet.palette.ink2}" stroke-width="6" stroke-dasharray="18 13"/>'
    )


def _ring_radius(sheet: Sheet) -> float:
    return 30.0 if sheet.upright else 40.0


def _ring_at(track: _Track, sheet: Sheet) -> float:
    return track.start + _ring_radius(sheet) + (0 if sheet.upright else 10)


def _reasons(view: RaceView, track: _Track, sheet: Sheet) -> str:
    """Why some are not run: said once, beside the bracket of those it is about."""
    style = Style(fill=sheet.palette.ink2)
    drawn = []
    for group in view.reasons:
        top, bottom = track.y(group.first), track.y(group.last)
        is_refused = view.lanes[group.first].refused
        if sheet.upright:
            drawn.append(line(track.names, top + 25, group.tier, style))
            if group.last > group.first and not is_refused:  # their rings hold the others together
                drawn.append(_bracket(sheet.left + 20, top - 95, bottom - 95, -24, sheet))
            continue
        x = track.start + 8
        if is_refused:
            x = _ring_at(track, sheet) + _ring_radius(sheet) + 38
        if group.last > group.first:
            drawn.append(_bracket(x + 24, top, bottom, 24, sheet))
            x += 66
        drawn.append(line(x, (top + bottom) / 2 + 25, group.tier, style))
    return "".join(drawn)


def _bracket(x: float, top: float, bottom: float, reach: float, sheet: Sheet) -> str:
    """Return what holds lanes together; its ends reach towards them."""
    return (
        f'<path d="M{x - reach:g} {top:.1f}h{reach:g}V{bottom:.1f}h{-reach:g}" fill="none"'
        f' stroke="{sheet.palette.ink}" stroke-width="6"/>'
    )


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
            drawn.append(_bracket(sheet.left + 66, top, bottom, -24, sheet))
    return "".join(drawn)


def _tiers(view: RaceView, track: _Track, sheet: Sheet) -> str:
    style = Style(weight=LABEL, fill=sheet.palette.medal_word, anchor="end")
    drawn = []
    for group in view.tiers:
        middle = (track.y(group.first) + track.y(group.last)) / 2
        baseline = track.y(group.first) - 70 if sheet.upright else middle + 25
        drawn.append(line(sheet.right, baseline, group.tier, style))
    return "".join(drawn)


def _even(view: RaceView, track: _Track, sheet: Sheet) -> str:
    """As expected: said once beside the linen of those who are, or after the first name."""
    drawn = []
    for group in view.even:
        if sheet.upright:
            style = Style(fill=sheet.palette.ink2, anchor="end")
            drawn.append(line(sheet.right, track.y(group.first) - 70, group.tier, style))
            continue
        lanes = [view.lanes[i] for i in range(group.first, group.last + 1)]
        x = max(max(_band(lane, track), _end(lane, track) + _FLOWER) for lane in lanes) + _AIR
        middle = (track.y(group.first) + track.y(group.last)) / 2
        drawn.append(line(x, middle + 25, group.tier, Style(fill=sheet.palette.ink2)))
    return "".join(drawn)
