"""The day against its linen: wall and phone, one drawing at two scales."""

from dashboard.components.curve import Point, mirrored, path
from dashboard.components.day_note import DayNote
from dashboard.components.day_plot import DayPlot, Frame
from dashboard.components.letters import LABEL, TEXT, Anchor, Style, line, width
from dashboard.components.linen import pattern
from dashboard.components.text_room import TextRoom
from dashboard.components.tokens import Palette
from dashboard.viewmodels.today import TodayView


class DayChart:
    """One drawing of one day."""

    def __init__(self, view: TodayView, frame: Frame, palette: Palette) -> None:
        """Place every curve."""
        self._view = view
        self._palette = palette
        self._plot = DayPlot(view, frame)
        grid = [self._plot.y(value) for value, _ in view.grid] if frame.grid else []
        self._room = TextRoom(grid)
        self._note = DayNote(view, self._plot, palette, self._room)

    def draw(self) -> str:
        """Return the chart as SVG."""
        parts = [pattern(self._plot.frame.linen, self._palette, scale=self._plot.frame.scale)]
        if self._plot.frame.grid:
            parts.append(self._grid())
        note = self._note.text()
        parts += [self._area(), self._cloth(), self._thread(), self._axis()]
        parts += [note, self._note.bracket(), self._labels()]
        return "".join(parts)

    # Layers from back to front

    def _grid(self) -> str:
        frame, palette = self._plot.frame, self._palette
        drawn = []
        for value, label in self._view.grid:
            y = self._plot.y(value)
            drawn.append(
                f'<path d="M{frame.left:g} {y:.1f}H{frame.right:g}" stroke="{palette.linen_stripe}"'
                f' stroke-width="{3 * frame.scale:g}"/>'
            )
            base = y + frame.text * 0.95
            drawn.append(line(frame.left, base, label, self._style(palette.ink2)))
            self._room.take(frame.left, base, label, frame.text, TEXT)
        return "".join(drawn)

    def _area(self) -> str:
        palette = self._palette
        closed = "".join(
            f"{path(t)}V{self._plot.frame.axis:.1f}H{t[0][0]:.1f}Z"
            for t in self._plot.threads
            if len(t) > 1
        )
        colour = palette.measured if self._view.sure else palette.ink2
        return f'<path d="{closed}" fill="{colour}" fill-opacity="{palette.area_opacity}"/>'

    def _cloth(self) -> str:
        if not self._plot.highs:
            return ""
        palette, stroke = self._palette, 3.2 * self._plot.frame.scale
        closed = path(self._plot.highs) + mirrored(self._plot.lows) + "Z"
        return (
            f'<path d="{closed}" fill="url(#{self._plot.frame.linen})"/>'
            f'<path d="{path(self._plot.highs)}{path(self._plot.lows)}" fill="none"'
            f' stroke="{palette.linen_edge}" stroke-width="{stroke:g}"/>'
        )

    def _thread(self) -> str:
        if not self._plot.threads:
            return ""
        frame, palette = self._plot.frame, self._palette
        colour = palette.measured if self._view.sure else palette.ink2
        drawn = "".join(path(t) for t in self._plot.threads)
        x, y = self._plot.threads[-1][-1]
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
        frame, palette = self._plot.frame, self._palette
        tick = 14 * frame.scale
        drawn = [f"M{frame.left:g} {frame.axis:g}H{frame.right:g}"]
        labels = []
        for index, (hour, label) in enumerate(self._view.ticks):
            x = self._plot.x(hour)
            last = index == len(self._view.ticks) - 1
            drawn.append(f"M{x:.1f} {frame.axis:g}v{tick:g}")
            if self._plot.frame.bare_hours and index:
                label = label.split("\u00a0")[0].split(":")[0]
            anchor: Anchor = "start" if index == 0 else "end" if last else "middle"
            style = Style(size=frame.text, fill=palette.ink, anchor=anchor)
            labels.append(line(x, frame.axis + 1.2 * frame.text, label, style))
        return (
            f'<path d="{"".join(drawn)}" stroke="{palette.ink}" stroke-width="{4 * frame.scale:g}"'
            f' stroke-linecap="square"/>' + "".join(labels)
        )

    # Words on the things themselves

    def _labels(self) -> str:
        return self._measured_label() + self._expected_label()

    def _measured_label(self) -> str:
        if not self._plot.threads:
            return ""
        frame, palette = self._plot.frame, self._palette
        word = self._view.measured_word
        wide = width(word, frame.text, LABEL)
        ink = palette.measured_text if self._view.sure else palette.ink2
        spots = [
            (self._plot.lowest(x, x + wide) + 1.15 * frame.text, x)
            for x in self._plot.steps(wide)
            if self._plot.is_covered(x, x + wide)
        ]
        under = [
            (y, x)
            for y, x in spots
            if y < frame.axis - 0.3 * frame.text and self._room.is_free(x, y, wide, frame.text)
        ]
        if under:
            y, x = min(under)
        else:
            found = self._above(wide, before_now=True)
            if found is None:
                return ""
            x, y = found
        self._room.take(x, y, word, frame.text, LABEL)
        return self._masked(x, y, word, ink)

    def _expected_label(self) -> str:
        word = self._view.expected_word
        if not word or not self._plot.highs:
            return ""
        found = self._above(width(word, self._plot.frame.text, LABEL))
        if found is None:
            return ""
        return self._masked(*found, word, self._palette.ink2)

    def _above(self, wide: float, *, before_now: bool = False) -> Point | None:
        """A free place over both curves: beside what was measured, or to the right of it."""
        frame = self._plot.frame
        now = self._plot.threads[-1][-1][0] + 40 * frame.scale if self._plot.threads else frame.left
        spots = [
            (x, self._plot.highest(x - 12 * frame.scale, x + wide) - 0.5 * frame.text)
            for x in self._plot.steps(wide)
        ]
        free = [(x, y) for x, y in spots if self._room.is_free(x, y, wide, frame.text)]
        if before_now:
            before = [(x, y) for x, y in free if x + wide < now]
            return max(before or free, key=lambda p: p[1], default=None)
        after = [(x, y) for x, y in free if x > now + frame.text]
        if after:
            # Close to the cloth, before it sinks into the night.
            return min(after, key=lambda p: p[0] + 0.6 * p[1])
        return max(free, key=lambda p: p[0]) if free else None

    def _masked(self, x: float, y: float, word: str, ink: str) -> str:
        return line(x, y, word, Style(size=self._plot.frame.text, weight=LABEL, fill=ink))

    # Where there is room

    def _style(self, ink: str) -> Style:
        return Style(size=self._plot.frame.text, fill=ink)
