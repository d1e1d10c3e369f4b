"""A series of InfluxDB's: a measurement and the tags that tell it from its sisters."""

from collections.abc import Iterable
from typing import NamedTuple

_NOT_IDENTIFYING = frozenset(("unit", "units", "host"))
_LONGEST_DEVICE = 200


class Series(NamedTuple):
    """What stands before the fields of a point."""

    measurement: str
    tags: tuple[tuple[str, str], ...]

    device: str
    """Measurement and tags in order, without `unit`, and without the `host` that
    Telegraf adds of itself unless it is the only tag."""

    unit: str | None
    """What a tag `unit` says."""


def series_of(measurement: str, tags: Iterable[tuple[str, str]]) -> Series:
    """Return the series of a measurement and its tags."""
    known = tuple(sorted(tags))
    has_only_host = len(known) == 1 and known[0][0] == "host"
    named = [
        f"{name}={value}" for name, value in known if has_only_host or name not in _NOT_IDENTIFYING
    ]
    unit = next((value for name, value in known if name in ("unit", "units")), None)
    device = ",".join((measurement, *named))[:_LONGEST_DEVICE]
    return Series(measurement, known, device, unit)
