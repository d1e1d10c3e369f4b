"""Queries in Flux, made so that storage does the filtering and picking.

`filter` on tags and fields, `last` and `first` straight after `range` are run
inside InfluxDB's storage engine; `pivot` is not, and triples the time of a
long read, so rows come back one field a line and are joined here.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from domain.periods import Period

EARLIEST = datetime(1678, 1, 1, tzinfo=UTC)
LATEST = datetime(2262, 1, 1, tzinfo=UTC)
"""InfluxDB counts nanoseconds in 64 bits: nothing can lie outside."""


def within(period: Period) -> Period | None:
    """Return the part of a period that InfluxDB can hold, None when empty."""
    return period.overlap(Period(EARLIEST, LATEST))


def rows(bucket: str, period: Period, **tags: str | Iterable[str]) -> str:
    """Return the opening of a query: rows of `period` that bear these tags.

    Args:
        bucket: Its name.
        period: Not empty, and inside what InfluxDB can hold.
        **tags: Encoded value, or encoded values any of which will do; the
            measurement and the field go under `_measurement` and `_field`.
    """
    conditions = " and ".join(_is(name, value) for name, value in tags.items())
    return (
        f"from(bucket: {text(bucket)}) |> range(start: {stamp(period.start)}, "
        f"stop: {stamp(period.end)}) |> filter(fn: (r) => {conditions})"
    )


def _is(name: str, value: str | Iterable[str]) -> str:
    values = [value] if isinstance(value, str) else list(value)
    return "(" + " or ".join(f"r.{name} == {text(v)}" for v in values) + ")"


def text(value: str) -> str:
    """Return a Flux string; `${…}` inside one would be an expression."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    return f'"{escaped}"'


def stamp(instant: datetime) -> str:
    """Return an instant as Flux writes it."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
