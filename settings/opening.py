"""Opening hours and closures, as they are written in the file."""

import re
from datetime import date, time
from itertools import pairwise

from domain.calendars import Closure, OpeningCalendar, OpenSpan
from settings.model import OpeningSettings

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_SPAN = re.compile(r"(\d{2}):(\d{2})\s*-\s*(\d{2}):(\d{2})")
_CLOSURE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:/(\d{4}-\d{2}-\d{2}))?(?:\s+(.*))?")

HOURS_FORM = 'write "08:00-18:00" or "07:30-12:30, 13:30-18:00"'
CLOSURE_FORM = 'write "2027-05-07 Pont" or "2026-12-24/2026-12-31 Noël"'


def parse_hours(text: str, weekday: int) -> tuple[OpenSpan, ...]:
    """Read one weekday's opening spans; an empty text is a closed day.

    >>> [span.end.hour for span in parse_hours("07:30-12:30, 13:30-18:00", 0)]
    [12, 18]

    Raises:
        ValueError: It is not written that way, runs backwards or overlaps itself.
    """
    spans = sorted(
        (_parse_span(part, weekday) for part in text.split(",") if text.strip()),
        key=lambda span: span.start,
    )
    for earlier, later in pairwise(spans):
        if later.start < earlier.end:
            raise ValueError(f"{text!r} has spans that overlap")
    return tuple(spans)


def _parse_span(part: str, weekday: int) -> OpenSpan:
    found = _SPAN.fullmatch(part.strip())
    if found is None:
        raise ValueError(f"{part.strip()!r} is not a span of hours: {HOURS_FORM}")
    try:
        start = time(int(found[1]), int(found[2]))
        end = time(int(found[3]), int(found[4]))
    except ValueError:
        raise ValueError(
            f"{part.strip()!r} has an hour that no clock shows: {HOURS_FORM}"
        ) from None
    if end <= start:
        raise ValueError(
            f"{part.strip()!r} ends before it starts: a night is written on both its days, "
            'as "20:00-23:59" and "00:00-06:00"'
        )
    return OpenSpan(weekday=weekday, start=start, end=end)


def parse_closure(text: str) -> Closure:
    """Read closed days, both included, and their name.

    >>> parse_closure("2026-12-24/2026-12-31 Noël").name
    'Noël'

    Raises:
        ValueError: It is not written that way, or runs backwards.
    """
    found = _CLOSURE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a closure: {CLOSURE_FORM}")
    try:
        first = date.fromisoformat(found[1])
        last = date.fromisoformat(found[2] or found[1])
    except ValueError:
        raise ValueError(f"{text!r} has a day that no calendar shows: {CLOSURE_FORM}") from None
    if last < first:
        raise ValueError(f"{text!r} ends before it starts")
    return Closure(first=first, last=last, name=found[3] or "")


def calendar_of(opening: OpeningSettings) -> OpeningCalendar:
    """Return the calendar that a building declares."""
    return OpeningCalendar(
        spans=tuple(
            span
            for weekday, name in enumerate(WEEKDAYS)
            for span in parse_hours(getattr(opening, name), weekday)
        ),
        closed_on_public_holidays=opening.closed_on_public_holidays,
        school_zone=opening.school_zone or None,
        closures=tuple(parse_closure(text) for text in opening.closures),
    )
