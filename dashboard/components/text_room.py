"""The room that texts of a drawing have taken, so that none lies on another or on a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components.letters import CAP_HEIGHT, width


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Tell whether two have a place in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class TextRoom:
    """What is taken already, and the lines that no text may cross."""

    def __init__(self, lines: Sequence[float]) -> None:
        """Take the heights of the lines."""
        self._lines = lines
        self._taken: list[Box] = []

    def take(self, x: float, y: float, text: str, size: float, weight: int) -> Box:
        """Return the box of a text that begins at (x, y), now taken."""
        box = Box(x, y - CAP_HEIGHT * size, x + width(text, size, weight), y + 0.2 * size)
        self._taken.append(box)
        return box

    def is_free(self, x: float, y: float, wide: float, size: float) -> bool:
        """Tell whether a text so wide may begin at (x, y)."""
        pad = 0.25 * size
        box = Box(x - pad, y - CAP_HEIGHT * size - pad, x + wide + pad, y + 0.2 * size + pad / 2)
        on_line = any(box.top < at < box.bottom for at in self._lines)
        return not on_line and not any(box.meets(other) for other in self._taken)
