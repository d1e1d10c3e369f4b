"""How long each interval of a file lasts, told from the times of its rows.

The difference to the neighbouring row is the length, unless rows are missing
there: a difference is believed when it is usual in the file. Steps may change
inside a file, and days last 23, 24 or 25 hours.
"""

from collections import Counter
from datetime import datetime, timedelta

from ingest.importers.local_times import Stamp

_DISTINCT = 1000
_USUAL_TIMES = 3
_USUAL_SHARE = 0.02
_DAY_S = 86_400.0
_SLACK = 0.12
"""Days and months differ by up to this share from one another."""


class Steps:
    """The lengths of intervals in one file."""

    def __init__(self, fixed: timedelta | None) -> None:
        """Take the length that somebody gave, or None to find it."""
        self._fixed_s = None if fixed is None else fixed.total_seconds()
        self._seen: Counter[float] = Counter()
        self._previous: datetime | None = None

    def see(self, at: datetime) -> None:
        """Note the time of the next row."""
        if self._previous is not None:
            difference = abs((at - self._previous).total_seconds())
            if difference in self._seen or len(self._seen) < _DISTINCT:
                self._seen[difference] += 1
        self._previous = at

    @property
    def are_unknown(self) -> bool:
        """Tell whether nothing says how long an interval lasts."""
        return self._fixed_s is None and not self._seen

    def length_s(
        self, at: datetime, before: datetime | None, after: datetime | None, stamp: Stamp
    ) -> float:
        """Return the length of the interval stamped `at` [s].

        Args:
            at: Its stamp.
            before: The stamp of the file's row before it.
            after: The stamp of the file's row after it.
            stamp: Whether stamps are starts or ends.
        """
        if self._fixed_s is not None:
            return self._fixed_s
        earlier, later = _gap_s(at, before, after)
        own, other = (later, earlier) if stamp is Stamp.START else (earlier, later)
        for difference in (own, other):
            if difference is not None and self._is_usual(difference):
                return difference
        return self._commonest_s()

    def _commonest_s(self) -> float:
        return self._seen.most_common(1)[0][0]

    def _is_usual(self, difference: float) -> bool:
        commonest = self._commonest_s()
        if min(difference, commonest) >= _DAY_S * (1 - _SLACK):
            return abs(difference - commonest) <= _SLACK * commonest
        times = self._seen[difference]
        is_frequent = times >= _USUAL_TIMES and times >= _USUAL_SHARE * self._seen.total()
        return is_frequent or difference == commonest


def _gap_s(
    at: datetime, before: datetime | None, after: datetime | None
) -> tuple[float | None, float | None]:
    """Return the distance to the earlier and to the later neighbour [s]."""
    earlier = later = None
    for neighbour in (before, after):
        if neighbour is not None and neighbour < at:
            earlier = (at - neighbour).total_seconds()
        elif neighbour is not None:
            later = (neighbour - at).total_seconds()
    return earlier, later
