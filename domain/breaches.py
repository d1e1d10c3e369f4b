"""Messages of which nobody knows what became: there should never be one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.ingest_counters import IngestCounters
from domain.tallies import ANY_METER, DayTally


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """received ≠ stored + duplicate + dead-lettered + without reading + spooled."""

    worker: str
    day: date | None
    """None: in what the worker counted since it started."""

    messages: int
    """Received and not accounted for; negative when more was accounted for."""

    def __str__(self) -> str:
        """Say it in a line of a log."""
        where = "since its start" if self.day is None else f"on {self.day}"
        return f"worker {self.worker} {where}: {self.messages}"


def breaches_of(
    counters: Iterable[IngestCounters], tallies: Iterable[DayTally]
) -> tuple[Breach, ...]:
    """Return what does not add up, of the workers now and of the days of `ANY_METER`."""
    now = [Breach(worker=c.worker, day=None, messages=c.unaccounted) for c in counters]
    days = [
        Breach(worker=t.worker, day=t.day, messages=t.unaccounted)
        for t in tallies
        if t.meter_id == ANY_METER
    ]
    return tuple(breach for breach in (*now, *days) if breach.messages)
