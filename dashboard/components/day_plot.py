"""Where a day's hours and powers stand in its chart, and where the curves leave room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.components.curve import Point, height_at
from dashboard.viewmodels.today import TodayView


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


class DayPlot:
    """The curves of one day in their frame."""

    def __init__(self, view: TodayView, frame: Frame) -> None:
        """Place every curve."""
        self._view = view
        self.frame = frame
        self.highs = self._widened([self._at(h, high) for h, _, high in view.band])
        self.lows = self._widened([self._at(h, low) for h, low, _ in view.band])
        self.threads = [self._reaching([self._at(*p) for p in t]) for t in view.threads]

    def x(self, hour: float) -> float:
        """Return where an hour of the day stands."""
        frame = self.frame
        return frame.left + (frame.right - frame.left) * hour / self._view.hours

    def y(self, kw: float) -> float:
        """Return where a power stands [kW]."""
        frame = self.frame
        return frame.axis - (frame.axis - frame.top) * kw / self._view.grid[-1][0]

    def _at(self, hour: float, kw: float) -> Point:
        return self.x(hour), self.y(kw)

    def _widened(self, points: list[Point]) -> list[Point]:
        """Carry the first and last hour to the edges of the day."""
        if not points:
            return points
        half_hour = self.x(0.5) - self.x(0)
        first, last = points[0], points[-1]
        return [(first[0] - half_hour, first[1]), *points, (last[0] + half_hour, last[1])]

    def _reaching(self, points: list[Point]) -> list[Point]:
        if points[0][0] - self.x(0) < self.x(0.6) - self.x(0):
            return [(self.x(0), points[0][1]), *points]
        return points

    def steps(self, wide: float) -> Iterator[float]:
        """Yield from left to right where something so wide may begin."""
        frame = self.frame
        step = (frame.right - frame.left) / 96
        x = frame.left + step
        while x + wide < frame.right:
            yield x
            x += step

    def _curves(self) -> list[list[Point]]:
        return [c for c in (self.highs, *self.threads) if c]

    def highest(self, left: float, right: float) -> float:
        """Return the top of all curves between two places."""
        tops = [y for curve in self._curves() for y in _heights(curve, left, right)]
        return min(tops, default=self.frame.axis)

    def lowest(self, left: float, right: float) -> float:
        """Return the bottom of what was measured and of the cloth between two places."""
        curves = [c for c in (self.lows, *self.threads) if c]
        return max((y for c in curves for y in _heights(c, left, right)), default=self.frame.axis)

    def is_covered(self, left: float, right: float) -> bool:
        """Tell whether one thread goes the whole way between two places."""
        return any(t[0][0] <= left and right <= t[-1][0] for t in self.threads)


def _heights(curve: Sequence[Point], left: float, right: float) -> Iterator[float]:
    if right < curve[0][0] or left > curve[-1][0]:
        return
    yield height_at(curve, max(left, curve[0][0]))
    yield height_at(curve, min(right, curve[-1][0]))
    yield from (y for x, y in curve if left <= x <= right)
