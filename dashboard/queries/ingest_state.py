"""What ingest tells of itself: who listens, what waits, and whether the messages add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.breaches import Breach, breaches_of
from domain.ingest_counters import NOTES, IngestCounters, read_counters
from domain.tallies import ANY_METER
from storage.ports import Records

WATCHED_DAYS = 14

HEARD_WITHIN = timedelta(minutes=3)
"""A worker writes its counters down every ten seconds."""

_WITHOUT_NOTE = timedelta(hours=1)
"""A worker that does not say when it wrote is judged by its newest message."""

_CUT_OFF_FOR = timedelta(minutes=1)
"""A broker that restarts is nobody's alarm."""

_FORGOTTEN_AFTER = timedelta(days=7)
"""A worker that was renamed or taken away is no fault for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One ingest process."""

    counters: IngestCounters
    is_heard: bool
    is_cut_off: bool
    """It lives, and has heard nothing of the broker for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestState:
    """All the workers, at one instant."""

    workers: tuple[Worker, ...]
    breaches: tuple[Breach, ...]

    @property
    def is_heard(self) -> bool:
        """Tell whether there is a worker, and each was heard lately."""
        return bool(self.workers) and all(worker.is_heard for worker in self.workers)

    @property
    def is_listening(self) -> bool:
        """Tell whether whatever meters say now is received."""
        return self.is_heard and not any(worker.is_cut_off for worker in self.workers)

    @property
    def cut_off_since(self) -> datetime | None:
        """Since when the first of those cut off from the broker is; None when none is."""
        told = (each.counters.cut_off_since for each in self.workers if each.is_cut_off)
        return min((since for since in told if since), default=None)

    @property
    def heard_at(self) -> datetime | None:
        """When the one unheard for longest gave its last sign; None without any worker."""
        return min((worker.counters.heard_at for worker in self.workers), default=None)

    @property
    def last_message_at(self) -> datetime | None:
        """When the newest message was received."""
        told = (worker.counters.last_message_at for worker in self.workers)
        return max((at for at in told if at), default=None)

    @property
    def spooled(self) -> int:
        """Messages on disk, waiting for the store."""
        return sum(worker.counters.spooled for worker in self.workers)

    @property
    def unaccounted(self) -> int:
        """Messages of which nobody knows what became, whatever the sign; always 0."""
        return sum(abs(breach.messages) for breach in self.breaches)


def read_ingest(records: Records, now: datetime) -> IngestState:
    """Return what the workers noted, and what does not add up lately."""
    counters = read_counters(records.jobs.notes(NOTES))
    after_last = now.date() + timedelta(days=1)
    first = after_last - timedelta(days=WATCHED_DAYS)
    tallies = records.tallies.between(first, after_last, [ANY_METER])
    return IngestState(
        workers=tuple(
            Worker(
                counters=each,
                is_heard=(is_heard := _is_heard(each, now)),
                is_cut_off=is_heard and _is_cut_off(each, now),
            )
            for each in _remembered(counters, now)
        ),
        breaches=breaches_of(counters, tallies),
    )


def _is_heard(counters: IngestCounters, now: datetime) -> bool:
    within = HEARD_WITHIN if counters.noted_at else _WITHOUT_NOTE
    return now - counters.heard_at <= within


def _is_cut_off(counters: IngestCounters, now: datetime) -> bool:
    since = counters.cut_off_since
    return since is not None and now - since > _CUT_OFF_FOR


def _remembered(counters: Sequence[IngestCounters], now: datetime) -> list[IngestCounters]:
    """Leave out those retired, and those gone for long unless nobody else is left."""
    wanted = [each for each in counters if not each.retired]
    lately = [each for each in wanted if now - each.heard_at <= _FORGOTTEN_AFTER]
    return lately or wanted
