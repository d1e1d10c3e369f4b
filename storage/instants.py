"""Instants as whole microseconds since 1970 UTC: what both stores keep.

Meters that sample faster than a second exist, and a Python `datetime` holds
exactly this much, so nothing is rounded on the way in or out.
"""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Return an aware instant as microseconds since 1970 UTC.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (instant - EPOCH) // _MICROSECOND


def instant_of(microseconds_utc: int) -> datetime:
    """Return the UTC instant of that many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=microseconds_utc)
