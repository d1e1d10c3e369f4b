"""Which spans of time the demo has filled, and which are left."""

import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from domain.periods import Period
from storage.ports import JobRecords

_NOTE_KEY = "demo.filled"


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the same time as few periods, oldest first."""
    result: list[Period] = []
    for period in sorted(periods, key=lambda p: p.start):
        if result and period.start <= result[-1].end:
            result[-1] = Period(result[-1].start, max(result[-1].end, period.end))
        elif period.start < period.end:
            result.append(period)
    return tuple(result)


def holes(wanted: Period, filled: Iterable[Period]) -> tuple[Period, ...]:
    """Return what of `wanted` is not filled, newest first."""
    left: list[Period] = []
    end = wanted.end
    inside = merged(part for period in filled if (part := wanted.overlap(period)) is not None)
    for period in reversed(inside):
        if period.end < end:
            left.append(Period(period.end, end))
        end = period.start
    if wanted.start < end:
        left.append(Period(wanted.start, end))
    return tuple(left)


def pieces(period: Period, first: timedelta, most: timedelta) -> Iterator[Period]:
    """Cut a period from its end backwards: a short piece, then each twice as long up to `most`."""
    end, length = period.end, first
    while end > period.start:
        start = max(period.start, end - length)
        yield Period(start, end)
        end, length = start, min(2 * length, most)


class Ledger:
    """What is filled, kept in the records; safe across threads."""

    def __init__(self, jobs: JobRecords) -> None:
        self._jobs = jobs
        self._lock = threading.Lock()

    def filled(self) -> tuple[Period, ...]:
        """Return what is filled, oldest first."""
        text = self._jobs.note(_NOTE_KEY) or "[]"
        return tuple(
            Period(datetime.fromisoformat(start), datetime.fromisoformat(end))
            for start, end in json.loads(text)
        )

    def add(self, period: Period) -> None:
        """Keep that a period is filled, once its readings are durable."""
        with self._lock:
            known: Sequence[Period] = merged([*self.filled(), period])
            text = json.dumps([[p.start.isoformat(), p.end.isoformat()] for p in known])
            self._jobs.set_note(_NOTE_KEY, text)
