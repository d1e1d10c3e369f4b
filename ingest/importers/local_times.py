"""Times of a file, to UTC: with an offset or naive, on the two days that are not 24 h long.

A naive time in the hour that October repeats is read by order: the first pass
until the clock goes back, then the second. A naive time in the hour that March
skips never was, and is refused.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(.+))?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ]+(.+))?", re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:hH](\d{2})?)(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)


class Stamp(StrEnum):
    """What the time of an interval is."""

    START = "start"
    END = "end"


def text_of_stamp(cells: Sequence[str]) -> str:
    """Join a date cell and a time cell into one stamp."""
    return " ".join(cell.strip() for cell in cells)


class Clock:
    """Reads the stamps of one file in their order."""

    def __init__(self, zone: ZoneInfo, stamp: Stamp, *, descending: bool) -> None:
        """Read naive stamps in `zone`; `descending` files have their newest row first."""
        self._zone = zone
        self._stamp = stamp
        self._descending = descending
        self._previous: datetime | None = None

    def read(self, text: str, form: str = "") -> datetime:
        """Return the instant of the next stamp [UTC].

        Args:
            text: The stamp.
            form: Its form as `strptime` has it; empty: recognised.

        Raises:
            ValueError: It is no date, never was, or comes twice or out of order.
        """
        try:
            wall = parse_stamp(text, form)
            at = wall.astimezone(UTC) if wall.tzinfo is not None else self._place(wall, text)
        except OverflowError as error:
            raise ValueError(f"{text[:40]!r} is beyond any calendar") from error
        if self._previous is not None and not self._follows(at):
            order = "again" if at == self._previous else "out of order"
            raise ValueError(f"{text[:40]!r} comes {order}")
        self._previous = at
        return at

    def _follows(self, at: datetime) -> bool:
        previous = self._previous
        return previous is None or (at < previous if self._descending else at > previous)

    def _place(self, wall: datetime, text: str) -> datetime:
        first = wall.replace(tzinfo=self._zone, fold=0)
        second = wall.replace(tzinfo=self._zone, fold=1)
        if first.utcoffset() == second.utcoffset():
            return first.astimezone(UTC)
        early, late = first.astimezone(UTC), second.astimezone(UTC)
        if early > late:
            # March: the wall jumped over it. An interval may still end as it jumps.
            back = early.astimezone(self._zone).replace(tzinfo=None)
            ends_at_jump = self._stamp is Stamp.END and _is_jump(early, self._zone)
            if not ends_at_jump:
                raise ValueError(f"{text[:40]!r} never was: clocks went on to {back:%H:%M}")
            return early
        passes = (late, early) if self._descending else (early, late)
        return passes[0] if self._follows(passes[0]) else passes[1]


def _is_jump(at: datetime, zone: ZoneInfo) -> bool:
    """Tell whether clocks are put forward at that very instant."""
    just_before = at - timedelta(microseconds=1)
    return just_before.astimezone(zone).utcoffset() != at.astimezone(zone).utcoffset()


def parse_stamp(text: str, form: str = "") -> datetime:
    """Return the date and time of a stamp, aware only when it says its offset.

    `24:00` is the next day's midnight, as end-stamped files write it.

    Raises:
        ValueError: It is no date.
    """
    if form:
        return datetime.strptime(text, form)  # noqa: DTZ007 (its zone is the file's)
    if len(text) >= 16:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass  # not ISO 8601: one of the forms below, or none
    return _parse_by_form(text)


def _parse_by_form(text: str) -> datetime:
    found = _YEAR_FIRST.fullmatch(text.strip())
    if found:
        year, month, day = (int(part) for part in found.groups()[:3])
    else:
        found = _DAY_FIRST.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text[:40]!r} is not a date")
        day, month, year = (int(part) for part in found.groups()[:3])
    try:
        midnight = datetime.fromisoformat(date(year, month, day).isoformat())
        return midnight if found[4] is None else _on_clock(midnight, found[4])
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text[:40]!r} is not a date") from error


def _on_clock(midnight: datetime, text: str) -> datetime:
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError("no time of day")
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[:3])
    if minutes > 59 or seconds > 59 or hours > 24 or (hours == 24 and minutes + seconds > 0):
        raise ValueError("no time of day")
    wall = midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if found[4] is None:
        return wall
    offset = datetime.fromisoformat(f"2000-01-01T00:00{found[4]}").tzinfo
    return wall.replace(tzinfo=offset)
