"""The one annotation of a day's chart: words, and a bracket at the hour they are about."""

from dashboard.components.day_plot import DayPlot
from dashboard.components.letters import HEADLINE, Style, line, width
from dashboard.components.text_room import TextRoom
from dashboard.components.tokens import Palette
from dashboard.viewmodels.today import Note, TodayView


class DayNote:
    """What is said of one hour; nothing when the day has no note."""

    def __init__(self, view: TodayView, plot: DayPlot, palette: Palette, room: TextRoom) -> None:
        """Take where it stands and what room there is."""
        self._view = view
        self._plot = plot
        self._palette = palette
        self._room = room

    def text(self) -> str:
        """Return the words with the line that leads to what they are about."""
        note = self._view.note
        if note is None:
            return ""
        frame, palette = self._plot.frame, self._palette
        wide = width(note.text, frame.note, HEADLINE)
        inset = width(self._view.grid[-1][1], frame.text) + frame.text * 0.5 if frame.grid else 0.0
        x = min(max(self._plot.x(note.at), frame.left + inset + wide / 2), frame.right - wide / 2)
        y = self._plot.highest(x - wide / 2, x + wide / 2) - 0.42 * frame.note
        box = self._room.take(x - wide / 2, y, note.text, frame.note, HEADLINE)
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
        frame = self._plot.frame
        at, to = (
            self._plot.x(note.at),
            min(self._plot.y(note.expected_kw), self._plot.y(note.measured_kw)),
        )
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

    def bracket(self) -> str:
        """Return the mark from what was expected to what was measured."""
        note = self._view.note
        if note is None:
            return ""
        scale = self._plot.frame.scale
        x, expected, measured = (
            self._plot.x(note.at),
            self._plot.y(note.expected_kw),
            self._plot.y(note.measured_kw),
        )
        away = 14 * scale if measured > expected else -14 * scale
        arm = 20 * scale
        top = self._plot.highest(x - 1, x + 1)
        stem = f"M{x:.1f} {top - 0.18 * self._plot.frame.note:.1f}V{expected:.1f}"
        return (
            f'<path d="{stem if measured > expected else ""}" stroke="{self._palette.ink}"'
            f' stroke-width="{4 * scale:g}"/>'
            f'<path class="bracket" d="M{x - arm:.1f} {expected:.1f}h{2 * arm:g}" fill="none"'
            f' stroke="{self._palette.ink}" stroke-width="{7 * scale:g}"/>'
            f'<path d="M{x:.1f} {expected:.1f}V{measured - away:.1f}" stroke="{self._palette.ink}"'
            f' stroke-width="{9 * scale:g}"/>'
        )
