"""When the device says it measured: every form of time devices write, to UTC.

Naive local times are read in the zone of the installation. The hour that the
last Sunday of October repeats cannot be told from one message: it is given as
its first pass (summer time), with a `fold` of 1 for whoever knows when the
message came. The hour that the last Sunday of March skips is read with
winter's offset, which lands one hour later on the wall clock.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 48
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z
_MILLISECONDS_FROM = 100_000_000_000  # as seconds, the year 5138
_TIC_STAMP = re.compile(r"([HEhe ])(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})", re.ASCII)


def from_text(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant an ISO 8601 text names; without an offset it is in `zone`.

    Raises:
        RejectedMessage: It is no date.
    """
    if len(text) > _LONGEST:
        raise RejectedMessage(f"{text[:40]!r}… is not a date", code="bad_time")
    return _from_text(text, zone)


@lru_cache(maxsize=8192)
def _from_text(text: str, zone: ZoneInfo) -> datetime:
    # Meters send by the round minute: the same text comes from many of them.
    try:
        stamp = datetime.fromisoformat(_trimmed(text))
        return stamp.astimezone(UTC) if stamp.tzinfo else _from_local(stamp, zone)
    except (ValueError, OverflowError) as error:
        raise RejectedMessage(f"{text[:60]!r} is not a date", code="bad_time") from error


def _from_local(wall: datetime, zone: ZoneInfo) -> datetime:
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first.replace(fold=1) if second > first else first


def _trimmed(text: str) -> str:
    """Cut a fraction of a second to six digits: Go writes nine."""
    dot = text.find(".", 19)
    if dot < 0:
        return text
    end = dot + 1
    while end < len(text) and text[end].isdigit():
        end += 1
    return text[: min(end, dot + 7)] + text[end:]


def from_seconds(seconds: float) -> datetime:
    """Return the instant so many seconds after 1970-01-01T00:00Z.

    Raises:
        RejectedMessage: It falls outside the years 1 to 9999.
    """
    if not -62_135_596_800 <= seconds <= _LAST_SECOND:
        raise RejectedMessage(f"{seconds!r} seconds since 1970 is no date", code="bad_time")
    return _EPOCH + timedelta(seconds=seconds)


def from_epoch(value: float) -> datetime:
    """Return the instant of an epoch whose unit only its size tells: s or ms."""
    return from_seconds(value / 1000 if abs(value) >= _MILLISECONDS_FROM else value)


def from_sized_epoch(value: int) -> datetime:
    """Return the instant of an epoch in s, ms, us or ns, as its size tells.

    Each step of a thousand starts where the finer unit has reached 1973: no
    device's clock is right about both.
    """
    size = abs(value)
    seconds: float = value
    for limit in (_MILLISECONDS_FROM, _MILLISECONDS_FROM * 1000, _MILLISECONDS_FROM * 1_000_000):
        if size < limit:
            break
        seconds /= 1000
    return from_seconds(seconds)


def from_any(value: object, zone: ZoneInfo, name: str) -> datetime | None:
    """Return the instant of an ISO text or an epoch in s or ms; None for null.

    Raises:
        RejectedMessage: `name` holds something that is no date.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return from_text(value, zone)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return from_epoch(value)
    raise RejectedMessage(f"{name} is not a date", code="bad_time")


def from_wall_clock(wall: datetime, zone: ZoneInfo, *, winter: bool) -> datetime:
    """Return the instant of a local time whose season flag settles October's hour.

    Raises:
        RejectedMessage: It falls outside the years 1 to 9999.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    try:
        return (second if winter else first).astimezone(UTC)
    except OverflowError as error:
        raise RejectedMessage(f"{wall.isoformat()} is no date here", code="bad_time") from error


@lru_cache(maxsize=4096)
def from_tic(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant of a Linky stamp `SAAMMJJhhmmss`, S being H(iver) or E(té).

    Raises:
        RejectedMessage: It is no such stamp.
    """
    found = _TIC_STAMP.fullmatch(text)
    try:
        if found is None:
            raise ValueError("wrong form")
        year, month, day, hour, minute, second = (int(part) for part in found.groups()[1:])
        wall = datetime(2000 + year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError as error:
        raise RejectedMessage(f"{text[:20]!r} is no Linky date", code="bad_time") from error
    return from_wall_clock(wall, zone, winter=found[1] in "Hh")
