"""What no store could keep, refused alike by all of them."""

import math
from collections.abc import Sequence

from domain.errors import StorageRejected
from domain.indicators import IndicatorValue
from domain.readings import Reading

LONGEST_NAME = 1024
"""Longest id or register [characters]: InfluxDB bounds the names of a series."""


def is_nameable(text: str) -> bool:
    r"""Tell whether a store can keep `text` as a name.

    >>> is_nameable("energy.EAST"), is_nameable(""), is_nameable("half a \ud83d")
    (True, False, False)
    """
    return 0 < len(text) <= LONGEST_NAME and _is_unicode(text)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_name(text: str) -> None:
    """Raise `StorageRejected` for an id that no store can keep."""
    if not is_nameable(text):
        raise StorageRejected(f"{text[:100]!r} is not an id that a store can keep")


def part_refused(readings: Sequence[Reading]) -> tuple[Sequence[Reading], tuple[Reading, ...]]:
    """Return the readings that can be kept, and those that never can."""
    names = {name for r in readings for name in (r.meter_id, r.register)}
    poor_names = {name for name in names if not is_nameable(name)}
    poor_sources = {source for source in {r.source for r in readings} if not _is_unicode(source)}
    if not poor_names and not poor_sources:
        return readings, ()
    refused = tuple(
        r
        for r in readings
        if r.meter_id in poor_names or r.register in poor_names or r.source in poor_sources
    )
    lost = set(map(id, refused))
    return [r for r in readings if id(r) not in lost], refused


def reject_when_any(refused: Sequence[Reading], reason: str) -> None:
    """Raise `StorageRejected` with the readings that were refused, if any."""
    if refused:
        one = refused[0]
        raise StorageRejected(
            f"{len(refused)} readings refused ({reason}), "
            f"such as {one.meter_id!r} {one.register!r} at {one.taken_at.isoformat()}",
            refused,
        )


def check_indicators(values: Sequence[IndicatorValue]) -> None:
    """Raise `StorageRejected` for a number that is not finite, or an impossible id."""
    for v in values:
        check_name(v.building_id)
        check_name(v.unit)
        numbers = (v.coverage, v.estimated_share, 0.0 if v.value is None else v.value)
        if not all(map(math.isfinite, numbers)):
            raise StorageRejected(
                f"{v.name} of {v.building_id} on {v.first_day} is not a finite number"
            )
