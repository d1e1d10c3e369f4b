"""Which time a register's intervals tell, so that those that come again are noticed.

A file may repeat its rows, and an archive hold deliveries that overlap. They are
one row once kept, but a sum taken while reading counts them twice.
"""

from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_MOST_SPANS = 5_000
"""A file in more pieces is not followed: it is no load curve."""


@dataclass(slots=True)
class Covered:
    """Spans of time, none of which touches another, in their order."""

    comes_again: bool = False
    """Some time was told twice."""

    _starts: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)

    def add(self, start_us: NDArray[np.int64], end_us: NDArray[np.int64]) -> None:
        """Take a run of intervals into account [µs since 1970 UTC], in any order."""
        if self.comes_again or len(self._starts) > _MOST_SPANS:
            return
        order = np.argsort(start_us, kind="stable")
        starts, ends = start_us[order], end_us[order]
        self.comes_again = bool((starts[1:] < ends[:-1]).any())
        gaps = np.flatnonzero(starts[1:] > ends[:-1])
        firsts, lasts = np.append(0, gaps + 1), np.append(gaps, len(starts) - 1)
        for first, last in zip(starts[firsts].tolist(), ends[lasts].tolist(), strict=True):
            self._insert(first, last)

    def _insert(self, start: int, end: int) -> None:
        at = bisect_right(self._starts, start)
        if (at and self._ends[at - 1] > start) or (
            at < len(self._starts) and self._starts[at] < end
        ):
            self.comes_again = True
        elif at and self._ends[at - 1] == start:
            self._ends[at - 1] = end
        else:
            self._starts.insert(at, start)
            self._ends.insert(at, end)
