"""How fresh each meter is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.meters import Meter
from storage.ports import ReadingStore


class MeterHealth(StrEnum):
    """What the newest reading of a meter says of it."""

    ON_TIME = "on_time"
    FILED = "filed"
    """Filled from files: nothing is expected of it."""

    LATE = "late"
    SILENT = "silent"
    """Nothing for a day, or nothing ever."""


LATE_CADENCES = 4
LATE_AT_LEAST = timedelta(hours=1)
SILENT_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterState:
    """One meter, and when it was last heard."""

    meter: Meter
    newest_at: datetime | None
    health: MeterHealth


def read_health(
    readings: ReadingStore, meters: Iterable[Meter], now: datetime
) -> tuple[MeterState, ...]:
    """Return the state of each meter still in use, in the portfolio's order."""
    living = [meter for meter in meters if not meter.retired]
    newest: dict[str, datetime] = {}
    for (meter_id, _), reading in readings.latest([m.id for m in living]).items():
        newest[meter_id] = max(reading.taken_at, newest.get(meter_id, reading.taken_at))
    return tuple(
        MeterState(
            meter=meter,
            newest_at=newest.get(meter.id),
            health=health_of(meter, newest.get(meter.id), now),
        )
        for meter in living
    )


def health_of(meter: Meter, newest_at: datetime | None, now: datetime) -> MeterHealth:
    """Judge a meter by its own cadence; one that no device feeds is never late."""
    if not meter.is_published:
        return MeterHealth.FILED
    if newest_at is None:
        return MeterHealth.SILENT
    age = now - newest_at
    if age > max(SILENT_AFTER, LATE_CADENCES * meter.cadence):
        return MeterHealth.SILENT
    if age > max(LATE_AT_LEAST, LATE_CADENCES * meter.cadence):
        return MeterHealth.LATE
    return MeterHealth.ON_TIME
