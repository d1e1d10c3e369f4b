"""Time cut into spans that are handled at once, and the instants in them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sensors_sim.dialects.device import Instant, instant_of
from sensors_sim.grid import DAY_S, month_number


class Span(NamedTuple):
    """At most one UTC day."""

    first_s: int
    """Included [s since 1970 UTC]."""

    end_s: int
    """Excluded [s since 1970 UTC]."""

    month: int


def spans_of(start: datetime, end: datetime) -> Iterator[Span]:
    """Cut a half-open period into UTC days; nothing when it is empty."""
    first, last = _ceil_s(start), _ceil_s(end)
    while first < last:
        next_day = (first // DAY_S + 1) * DAY_S
        yield Span(first, min(next_day, last), _month_of(first))
        first = next_day


@lru_cache(maxsize=16)
def instants_of(span: Span, every_s: int, zone: ZoneInfo) -> tuple[Instant, ...]:
    """Return the whole multiples of `every_s` in a span; remembered, for meters share them."""
    first = -(-span.first_s // every_s) * every_s
    return tuple(instant_of(epoch_s, zone) for epoch_s in range(first, span.end_s, every_s))


def _ceil_s(instant: datetime) -> int:
    """Return the first whole second that is not before `instant`."""
    whole = int(instant.timestamp())
    return whole + (instant.microsecond > 0)


@lru_cache(maxsize=64)
def _month_of(epoch_s: int) -> int:
    return month_number(datetime.fromtimestamp(epoch_s, tz=UTC))
