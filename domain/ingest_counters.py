"""What each ingest worker counted since it started, as it leaves it in the records."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

NOTES = "ingest.counters"
"""How the keys of the workers' notes start."""

_INSTANTS = ("since", "last_message_at", "noted_at", "cut_off_since")


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestCounters:
    """Messages of one worker since it started, each in one place at a time.

    `received + recovered` is always the sum of the other message counts.
    """

    worker: str
    since: datetime
    """When the count started [UTC]."""

    received: int = 0
    """Taken from the broker, redeliveries included."""

    recovered: int = 0
    """Found in the spool at the start."""

    stored: int = 0
    duplicate: int = 0
    dead_lettered: int = 0
    without_reading: int = 0

    spooled: int = 0
    """On disk now, waiting for the store."""

    in_hand: int = 0
    """Being handled now, not acknowledged yet."""

    unreadable: int = 0
    """Once on disk, and given back damaged: what is left of them is kept beside the spool."""

    returned: int = 0
    """Left with the broker at a stop, to be delivered again."""

    partly_dead_lettered: int = 0
    """Among the stored: those of which a part was dead-lettered."""

    readings: int = 0
    """Rows written."""

    spool_bytes: int | None = None
    """What waits on disk weighs this much; None when the worker does not say."""

    last_message_at: datetime | None = None
    """When the newest message was received [UTC]."""

    noted_at: datetime | None = None
    """When the worker wrote this down [UTC]; None when it does not say."""

    cut_off_since: datetime | None = None
    """Since when the broker is not reached, or lets it hear nothing [UTC]; None while it does."""

    retired: bool = False
    """It ended for good: nothing more is to be heard of it."""

    @property
    def heard_at(self) -> datetime:
        """When the worker last gave a sign of life [UTC]."""
        return max(at for at in (self.since, self.last_message_at, self.noted_at) if at)

    @property
    def unaccounted(self) -> int:
        """Messages of which nobody knows what became; always 0."""
        settled = self.stored + self.duplicate + self.dead_lettered + self.without_reading
        waiting = self.spooled + self.in_hand + self.returned + self.unreadable
        return self.received + self.recovered - settled - waiting


def note_key(worker: str) -> str:
    """Return the key of a worker's note."""
    return f"{NOTES}.{worker}"


def written_counters(counters: IngestCounters, noted_at: datetime) -> str:
    """Return what `read_counters` reads, as one JSON object with instants in ISO 8601."""
    told = asdict(counters) | {"noted_at": noted_at}
    del told["worker"]
    return json.dumps(told, default=datetime.isoformat, separators=(",", ":"))


def read_counters(notes: Mapping[str, str]) -> tuple[IngestCounters, ...]:
    """Return the workers' counters out of their notes, by worker.

    What another version counts besides is left out, what it does not count is 0.
    """
    return tuple(
        _counters(key.removeprefix(NOTES).removeprefix(".") or "ingest", json.loads(text))
        for key, text in sorted(notes.items())
    )


def _counters(worker: str, told: Mapping[str, Any]) -> IngestCounters:
    known = {field.name for field in fields(IngestCounters)} - {"worker"}
    values = {name: value for name, value in told.items() if name in known}
    for name in _INSTANTS:
        if values.get(name) is not None:
            values[name] = datetime.fromisoformat(values[name])
    return IngestCounters(worker=worker, **values)
