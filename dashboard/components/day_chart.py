"""The day against its linen: wall and phone, one drawing at two scales."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.components.curve import Point, height_at, mirrored, path
from dashboard.components.letters import (
    CAP_HEIGHT,
    HEADLINE,
    LABEL,
    TEXT,
    Anchor,
    Style,
    line,
    width,
)
from dashboard.components.linen import pattern
from dashboard.components.tokens import Palette
from dashboard.viewmodels.today import Note, TodayView


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where the chart stands and how large its text and strokes are."""

    left: float
    right: float
    axis: float
    """y of the time axis."""

    top: float
    """y of the upper grid line."""

    text: float
    """Size of labels."""

    note: float
    """Size of the annotation."""

    scale: float = 1.0
    """Of strokes: 1 on the wall."""

    linen: str = "linen"
    """Id of the cloth's fill."""

    grid: bool = True
    bare_hours: bool = False
    """Only the first hour carries its unit: there is little width."""


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class DayChart:
    """One drawing of one day."""

    def __init__(self, view: TodayView, frame: Frame, palette: Palette) -> None:
        """Place every curve."""
        self._view = view
        self._frame = frame
        self._palette = palette
        self._highs = self._widened([self._at(h, high) for h, _, high in view.band])
        self._lows = self._widened([self._at(h, low) for h, low, _ in view.band])
        self._threads = [self._reaching([self._at(*p) for p in t]) for t in view.threads]
        self._taken: list[_Box] = []

    def draw(self) -> str:
        """Return the chart as SVG."""
        parts = [pattern(self._frame.linen, self._palette, scale=self._frame.scale)]
        if self._frame.grid:
            parts.append(self._grid())
        note = self._note_text()
        parts += [self._area(), self._cloth(), self._thread(), self._axis()]
        parts += [note, self._bracket(), self._labels()]
        return "".join(parts)

    # Placing

    def _x(self, hour: float) -> float:
        frame = self._frame
        return frame.left + (frame.right - frame.left) * hour / self._view.hours

    def _y(self, kw: float) -> float:
        frame = self._frame
        return frame.axis - (frame.axis - frame.top) * kw / self._view.grid[-1][0]

    def _at(self, hour: float, kw: float) -> Point:
        return self._x(hour), self._y(kw)

    def _widened(self, points: list[Point]) -> list[Point]:
        """Carry the first and last hour to the edges of the day."""
        if not points:
            return points
        half_hour = self._x(0.5) - self._x(0)
        first, last = points[0], points[-1]
        return [(first[0] - half_hour, first[1]), *points, (last[0] + half_hour, last[1])]

    def _reaching(self, points: list[Point]) -> list[Point]:
        if points[0][0] - self._x(0) < self._x(0.6) - self._x(0):
            return [(self._x(0), points[0][1]), *points]
        return points

    # Layers from back to front

    def _grid(self) -> str:
        frame, palette = self._frame, self._palette
        drawn = []
        for value, label in self._view.grid:
            y = self._y(value)
            drawn.append(
                f'<path d="M{frame.left:g} {y:.1f}H{frame.right:g}" stroke="{palette.linen_stripe}"'
                f' stroke-width="{3 * frame.scale:g}"/>'
            )
            base = y + frame.text * 0.95
            drawn.append(line(frame.left, base, label, self._style(palette.ink2)))
            self._take(frame.left, base, label, frame.text, TEXT)
        return "".join(drawn)

    def _area(self) -> str:
        palette = self._palette
        closed = "".join(
            f"{path(t)}V{self._frame.axis:.1f}H{t[0][0]:.1f}Z" for t in self._threads if len(t) > 1
        )
        colour = palette.measured if self._view.sure else palette.ink2
        return f'<path d="{closed}" fill="{colour}" fill-opacity="{palette.area_opacity}"/>'

    def _cloth(self) -> str:
        if not self._highs:
            return ""
        palette, stroke = self._palette, 3.2 * self._frame.scale
        closed = path(self._highs) + mirrored(self._lows) + "Z"
        return (
            f'<path d="{closed}" fill="url(#{self._frame.linen})"/>'
            f'<path d="{path(self._highs)}{path(self._lows)}" fill="none"'
            f' stroke="{palette.linen_edge}" stroke-width="{stroke:g}"/>'
        )

    def _thread(self) -> str:
        if not self._threads:
            return ""
        frame, palette = self._frame, self._palette
        colour = palette.measured if self._view.sure else palette.ink2
        drawn = "".join(path(t) for t in self._threads)
        x, y = self._threads[-1][-1]
        common = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
        return (
            f'<path d="{drawn}" {common} stroke="{palette.ground}"'
            f' stroke-width="{27 * frame.scale:g}"/>'
            f'<path class="thread" d="{drawn}" {common} stroke="{colour}"'
            f' stroke-width="{15 * frame.scale:g}"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{27 * frame.scale:g}" fill="{colour}"'
            f' stroke="{palette.ground}" stroke-width="{6 * frame.scale:g}"/>'
        )

    def _axis(self) -> str:
        frame, palette = self._frame, self._palette
        tick = 14 * frame.scale
        drawn = [f"M{frame.left:g} {frame.axis:g}H{frame.right:g}"]
        labels = []
        for index, (hour, label) in enumerate(self._view.ticks):
            x = self._x(hour)
            last = index == len(self._view.ticks) - 1
            drawn.append(f"M{x:.1f} {frame.axis:g}v{tick:g}")
            if self._frame.bare_hours and index:
                label = label.split("\u00a0")[0].split(":")[0]
            anchor: Anchor = "start" if index == 0 else "end" if last else "middle"
            style = Style(size=frame.text, fill=palette.ink, anchor=anchor)
            labels.append(line(x, frame.axis + 1.2 * frame.text, label, style))
        return (
            f'<path d="{"".join(drawn)}" stroke="{palette.ink}" stroke-width="{4 * frame.scale:g}"'
            f' stroke-linecap="square"/>' + "".join(labels)
        )

    # The one annotation

    def _note_text(self) -> str:
        note = self._view.note
        if note is None:
            return ""
        frame, palette = self._frame, self._palette
        wide = width(note.text, frame.note, HEADLINE)
        inset = width(self._view.grid[-1][1], frame.text) + frame.text * 0.5 if frame.grid else 0.0
        x = min(max(self._x(note.at), frame.left + inset + wide / 2), frame.right - wide / 2)
        y = self._highest(x - wide / 2, x + wide / 2) - 0.42 * frame.note
        box = self._take(x - wide / 2, y, note.text, frame.note, HEADLINE)
        pad = 0.28 * frame.note
        mask = (
            f'<rect x="{box.left - pad:.1f}" y="{box.top - pad / 2:.1f}"'
            f' width="{wide + 2 * pad:.1f}" height="{box.bottom - box.top + pad:.1f}"'
            f' fill="{palette.ground}"/>'
        )
        style = Style(size=frame.note, weight=HEADLINE, fill=palette.ink, anchor="middle")
        lead = self._leader(note, x, y, wide)
        return mask + lead + line(x, y, note.text, style)

    def _leader(self, note: Note, x: float, y: float, wide: float) -> str:
        frame = self._frame
        at, to = self._x(note.at), min(self._y(note.expected_kw), self._y(note.measured_kw))
        start = y + 0.24 * frame.note
        if abs(at - x) > wide / 2:
            middle = y - 0.3 * frame.note
            edge = x - wide / 2 - 12 * frame.scale if at < x else x + wide / 2 + 12 * frame.scale
            drawn = f"M{edge:.1f} {middle:.1f}H{at:.1f}V{to:.1f}"
        else:
            drawn = f"M{at:.1f} {start:.1f}V{to:.1f}"
        return (
            f'<path d="{drawn}" fill="none" stroke="{self._palette.ink}"'
            f' stroke-width="{4 * frame.scale:g}"/>'
        )

    def _bracket(self) -> str:
        note = self._view.note
        if note is None:
            return ""
        scale = self._frame.scale
        x, expected, measured = (
            self._x(note.at),
            self._y(note.expected_kw),
            self._y(note.measured_kw),
        )
        away = 14 * scale if measured > expected else -14 * scale
        arm = 20 * scale
        top = self._highest(x - 1, x + 1)
        stem = f"M{x:.1f} {top - 0.18 * self._frame.note:.1f}V{expected:.1f}"
        return (
            f'<path d="{stem if measured > expected else ""}" stroke="{self._palette.ink}"'
            f' stroke-width="{4 * scale:g}"/>'
            f'<path class="bracket" d="M{x - arm:.1f} {expected:.1f}h{2 * arm:g}" fill="none"'
            f' stroke="{self._palette.ink}" stroke-width="{7 * scale:g}"/>'
            f'<path d="M{x:.1f} {expected:.1f}V{measured - away:.1f}" stroke="{self._palette.ink}"'
            f' stroke-width="{9 * scale:g}"/>'
        )

    # Words on the things themselves

    def _labels(self) -> str:
        return self._measured_label() + self._expected_label()

    def _measured_label(self) -> str:
        if not self._threads:
            return ""
        frame, palette = self._frame, self._palette
        word = self._view.measured_word
        wide = width(word, frame.text, LABEL)
        ink = palette.measured_text if self._view.sure else palette.ink2
        spots = [
            (self._lowest(x, x + wide) + 1.15 * frame.text, x)
            for x in self._steps(wide)
            if self._covered(x, x + wide)
        ]
        under = [
            (y, x)
            for y, x in spots
            if y < frame.axis - 0.3 * frame.text and self._free(x, y, wide, frame.text)
        ]
        if under:
            y, x = min(under)
        else:
            found = self._above(wide, before_now=True)
            if found is None:
                return ""
            x, y = found
        self._take(x, y, word, frame.text, LABEL)
        return self._masked(x, y, word, ink)

    def _expected_label(self) -> str:
        word = self._view.expected_word
        if not word or not self._highs:
            return ""
        found = self._above(width(word, self._frame.text, LABEL))
        if found is None:
            return ""
        return self._masked(*found, word, self._palette.ink2)

    def _above(self, wide: float, *, before_now: bool = False) -> Point | None:
        """A free place over both curves: beside what was measured, or to the right of it."""
        frame = self._frame
        now = self._threads[-1][-1][0] + 40 * frame.scale if self._threads else frame.left
        spots = [
            (x, self._highest(x - 12 * frame.scale, x + wide) - 0.5 * frame.text)
            for x in self._steps(wide)
        ]
        free = [(x, y) for x, y in spots if self._free(x, y, wide, frame.text)]
        if before_now:
            before = [(x, y) for x, y in free if x + wide < now]
            return max(before or free, key=lambda p: p[1], default=None)
        after = [(x, y) for x, y in free if x > now + frame.text]
        if after:
            # Close to the cloth, before it sinks into the night.
            return min(after, key=lambda p: p[0] + 0.6 * p[1])
        return max(free, key=lambda p: p[0]) if free else None

    def _masked(self, x: float, y: float, word: str, ink: str) -> str:
        return line(x, y, word, Style(size=self._frame.text, weight=LABEL, fill=ink))

    # Where there is room

    def _steps(self, wide: float) -> Iterator[float]:
        frame = self._frame
        step = (frame.right - frame.left) / 96
        x = frame.left + step
        while x + wide < frame.right:
            yield x
            x += step

    def _curves(self) -> list[list[Point]]:
        return [c for c in (self._highs, *self._threads) if c]

    def _highest(self, left: float, right: float) -> float:
        tops = [y for curve in self._curves() for y in _heights(curve, left, right)]
        return min(tops, default=self._frame.axis)

    def _lowest(self, left: float, right: float) -> float:
        curves = [c for c in (self._lows, *self._threads) if c]
        return max((y for c in curves for y in _heights(c, left, right)), default=self._frame.axis)

    def _covered(self, left: float, right: float) -> bool:
        return any(t[0][0] <= left and right <= t[-1][0] for t in self._threads)

    def _style(self, ink: str) -> Style:
        return Style(size=self._frame.text, fill=ink)

    def _take(self, x: float, y: float, text: str, size: float, weight: int) -> _Box:
        box = _Box(x, y - CAP_HEIGHT * size, x + width(text, size, weight), y + 0.2 * size)
        self._taken.append(box)
        return box

    def _free(self, x: float, y: float, wide: float, size: float) -> bool:
        frame = self._frame
        pad = 0.25 * size
        box = _Box(x - pad, y - CAP_HEIGHT * size - pad, x + wide + pad, y + 0.2 * size + pad / 2)
        grid = [self._y(value) for value, _ in self._view.grid] if frame.grid else []
        on_line = any(box.top < g < box.bottom for g in grid)
        return not on_line and not any(box.meets(other) for other in self._taken)


def _heights(curve: Sequence[Point], left: float, right: float) -> Iterator[float]:
    if right < curve[0][0] or left > curve[-1][0]:
        return
    yield height_at(curve, max(left, curve[0][0]))
    yield height_at(curve, min(right, curve[-1][0]))
    yield from (y for x, y in curve if left <= x <= right)
