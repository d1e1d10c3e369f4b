"""Half-open spans of time that know local calendars."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start`, included, to `end`, excluded; both in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse naive instants and spans that run backwards."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a period needs instants with a zone")
        if self.end < self.start:
            raise ValueError(f"a period ends before it starts: {self.start} … {self.end}")

    @classmethod
    def of_days(cls, first: date, after_last: date, zone: ZoneInfo) -> Self:
        """Return the span from `first`'s local midnight to `after_last`'s, excluded."""
        return cls(_midnight(first, zone), _midnight(after_last, zone))

    @classmethod
    def of_day(cls, day: date, zone: ZoneInfo) -> Self:
        """Return the local calendar day: 23, 24 or 25 hours long.

        >>> Period.of_day(date(2026, 3, 29), ZoneInfo("Europe/Paris")).hours
        23.0
        """
        return cls.of_days(day, day + timedelta(days=1), zone)

    @classmethod
    def of_month(cls, year: int, month: int, zone: ZoneInfo) -> Self:
        """Return the local calendar month."""
        first = date(year, month, 1)
        return cls.of_days(first, (first + timedelta(days=32)).replace(day=1), zone)

    @classmethod
    def of_year(cls, year: int, zone: ZoneInfo) -> Self:
        """Return the local calendar year, leap or not."""
        return cls.of_days(date(year, 1, 1), date(year + 1, 1, 1), zone)

    @property
    def duration(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    @property
    def hours(self) -> float:
        """How long it lasts [h]."""
        return self.duration / HOUR

    def __contains__(self, instant: datetime) -> bool:
        """Tell whether `instant` falls inside; the end does not."""
        return self.start <= instant < self.end

    def overlap(self, other: "Period") -> "Period | None":
        """Return what both share, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def local_days(self, zone: ZoneInfo) -> Iterator[date]:
        """Yield each local calendar day that it touches."""
        day = self.start.astimezone(zone).date()
        while _midnight(day, zone) < self.end:
            yield day
            day += timedelta(days=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def floor_hour(instant: datetime) -> datetime:
    """Return the start of the UTC hour that holds `instant`."""
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
