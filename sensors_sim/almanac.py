"""What kind of day it is for a building, and when it is open."""

from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache

import holidays

from domain.calendars import DayType, OpeningCalendar


@lru_cache(maxsize=32)
def public_holidays(year: int) -> frozenset[date]:
    """Return the French public holidays of a year."""
    return frozenset(holidays.country_holidays("FR", years=year))


@lru_cache(maxsize=32)
def school_holidays(zone: str, year: int) -> Mapping[date, str]:
    """Return the school holidays of a zone (A, B or C) in a year, each day with its name."""
    return dict(
        holidays.country_holidays("FR", years=year, subdiv=f"Zone {zone}", categories=("school",))
    )


def school_holiday_name(calendar: OpeningCalendar, day: date) -> str:
    """Name the school holiday that closes a building on `day`; empty when none does."""
    if calendar.school_zone is None:
        return ""
    return school_holidays(calendar.school_zone, day.year).get(day, "")


def day_type(calendar: OpeningCalendar, day: date) -> DayType:
    """Tell what kind of day it is for a building."""
    if any(closure.first <= day <= closure.last for closure in calendar.closures):
        return DayType.CLOSED
    if calendar.closed_on_public_holidays and day in public_holidays(day.year):
        return DayType.PUBLIC_HOLIDAY
    if not any(span.weekday == day.weekday() for span in calendar.spans):
        return DayType.WEEKEND
    return DayType.SCHOOL_HOLIDAY if school_holiday_name(calendar, day) else DayType.WORKING


def open_hours(calendar: OpeningCalendar, day: date) -> tuple[tuple[float, float], ...]:
    """Return when a building is open on `day`, as (start, end) [local h]; empty when closed."""
    if day_type(calendar, day) is not DayType.WORKING:
        return ()
    return tuple(
        (_hours(span.start), _hours(span.end))
        for span in calendar.spans
        if span.weekday == day.weekday()
    )


def _hours(clock: time) -> float:
    return clock.hour + clock.minute / 60.0
