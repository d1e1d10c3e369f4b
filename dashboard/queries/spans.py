"""The spans a manager looks at, counted back from today."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.periods import Period


class Look(StrEnum):
    """How far back a manage page looks."""

    WEEK = "7d"
    MONTH = "30d"
    YEAR = "12m"

    @classmethod
    def of(cls, text: str | None) -> "Look":
        """Return the look that an address names; the month when it names none."""
        return cls(text) if text in tuple(cls) else cls.MONTH


_DAYS = {Look.WEEK: 7, Look.MONTH: 30, Look.YEAR: 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySpan:
    """Complete local days: `first` included, `after_last` excluded."""

    first: date
    after_last: date

    def days(self) -> list[date]:
        """Return each of them."""
        first, after = self.first.toordinal(), self.after_last.toordinal()
        return [date.fromordinal(n) for n in range(first, after)]

    def period(self, zone: ZoneInfo) -> Period:
        """Return it as instants."""
        return Period.of_days(self.first, self.after_last, zone)


def complete_days(look: Look, now: datetime, zone: ZoneInfo) -> DaySpan:
    """Return the last complete days, up to yesterday."""
    today = now.astimezone(zone).date()
    return DaySpan(first=today - timedelta(days=_DAYS[look]), after_last=today)
