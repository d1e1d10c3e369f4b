"""What became of the messages of one day: every one is in one place."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

ANY_METER = "*"
"""All messages of a worker, each counted once, whatever meters it fed."""

NO_METER = ""
"""Messages of no meter known: nobody's device, or nothing that could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTally:
    """Messages that one worker took from the broker on one day, for one meter.

    A message counts on the day it was received even when the store has it days
    later, so that a day's sum holds for good. One that feeds two meters counts
    at both, and once at `ANY_METER`.
    """

    day: date
    """When the messages were received [UTC day]."""

    meter_id: str
    """A meter, `ANY_METER` or `NO_METER`."""

    worker: str

    received: int = 0
    stored: int = 0
    duplicate: int = 0
    dead_lettered: int = 0
    without_reading: int = 0

    spooled: int = 0
    """On disk, waiting for the store; taken off again when they are settled."""

    late: int = 0
    """Among the stored: those that told of an hour already gone by."""

    readings: int = 0
    """Rows written."""

    last_at: datetime | None = None
    """When the newest of them was received [UTC]."""

    @property
    def unaccounted(self) -> int:
        """Messages of which nobody knows what became; always 0."""
        settled = self.stored + self.duplicate + self.dead_lettered + self.without_reading
        return self.received - settled - self.spooled

    def plus(self, other: "DayTally") -> "DayTally":
        """Return both together, under this one's day, meter and worker."""
        return replace(
            self,
            received=self.received + other.received,
            stored=self.stored + other.stored,
            duplicate=self.duplicate + other.duplicate,
            dead_lettered=self.dead_lettered + other.dead_lettered,
            without_reading=self.without_reading + other.without_reading,
            spooled=self.spooled + other.spooled,
            late=self.late + other.late,
            readings=self.readings + other.readings,
            last_at=_later(self.last_at, other.last_at),
        )


def added_up(tallies: Iterable[DayTally]) -> tuple[DayTally, ...]:
    """Return one tally for each day, meter and worker, in that order."""
    sums: dict[tuple[date, str, str], DayTally] = {}
    for tally in tallies:
        key = (tally.day, tally.meter_id, tally.worker)
        sums[key] = sums[key].plus(tally) if key in sums else tally
    return tuple(sums[key] for key in sorted(sums))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)


def over_workers(tallies: Iterable[DayTally]) -> dict[tuple[date, str], DayTally]:
    """Return one tally for each day and meter, all workers together."""
    together = added_up(replace(tally, worker="") for tally in tallies)
    return {(tally.day, tally.meter_id): tally for tally in together}
