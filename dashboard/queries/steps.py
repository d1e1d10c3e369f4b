"""The steps of a report, as spans on the local calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.periods import Period, floor_hour


class ReportStep(StrEnum):
    """How finely a report is cut."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


LONGEST_DAYS = {ReportStep.HOUR: 400, ReportStep.DAY: 4000, ReportStep.MONTH: 20_000}
"""The longest span of one request [days]: what a server can answer at once."""


def spans_of(step: ReportStep, period: Period, zone: ZoneInfo) -> Iterator[Period]:
    """Yield every span of `step` that starts in `period`, in order.

    Hours are those of UTC, days and months those of the local calendar, so a
    day has 23, 24 or 25 hours.
    """
    if step is ReportStep.HOUR:
        yield from _hours(period)
    elif step is ReportStep.DAY:
        for day in period.local_days(zone):
            span = Period.of_day(day, zone)
            if span.start in period:
                yield span
    else:
        yield from _months(period, zone)


def _hours(period: Period) -> Iterator[Period]:
    start = floor_hour(period.start)
    if start < period.start:
        start += timedelta(hours=1)
    while start < period.end:
        yield Period(start, start + timedelta(hours=1))
        start += timedelta(hours=1)


def _months(period: Period, zone: ZoneInfo) -> Iterator[Period]:
    first = period.start.astimezone(zone).date().replace(day=1)
    span = Period.of_month(first.year, first.month, zone)
    while span.start < period.end:
        if span.start in period:
            yield span
        first = next_month(first)
        span = Period.of_month(first.year, first.month, zone)


def next_month(day: date) -> date:
    """Return the first day of the month after `day`'s."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def months_of(period: Period) -> Iterator[Period]:
    """Yield `period` in pieces of at most about a month, so that memory stays bounded."""
    start = period.start.astimezone(UTC)
    while start < period.end:
        end = min(period.end, start + timedelta(days=31))
        yield Period(start, end)
        start = end


def until(period: Period, now: datetime) -> Period:
    """Return the part of `period` that has begun; possibly empty."""
    return Period(period.start, max(period.start, min(period.end, now)))
