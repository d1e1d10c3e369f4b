"""Spans of whole UTC hours."""

from collections.abc import Iterable
from datetime import datetime

from domain.periods import HOUR, floor_hour

Hours = tuple[datetime, datetime]
"""Half-open, from one whole UTC hour to another."""


def whole_hours(start: datetime, end: datetime) -> Hours:
    """Return the whole hours that [start, end[ touches."""
    after = floor_hour(end)
    return floor_hour(start), after if after == end else after + HOUR


def merged(spans: Iterable[Hours]) -> list[Hours]:
    """Join the spans that touch or overlap, oldest first."""
    joined: list[Hours] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
