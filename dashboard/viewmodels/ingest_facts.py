"""What is said of ingest: a few facts, and a line for each worker."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dashboard.queries.data_health import DataHealth
from dashboard.queries.ingest_state import IngestState, Worker
from dashboard.text.words import NBSP, Words

_NOTHING = "—"
_MEGABYTE = 1_000_000

COLUMNS = (
    "received",
    "stored",
    "duplicate",
    "dead_lettered",
    "without_reading",
    "spooled",
    "in_hand",
    "unaccounted",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing worth knowing now."""

    label: str
    text: str
    href: str = ""
    is_wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersView:
    """The workers' counters since each of them started."""

    title: str
    who: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    """Who, since when; then the counts."""


def ingest_facts(health: DataHealth, words: Words) -> tuple[Fact, ...]:
    """Return the facts; those of all messages together only to who sees all buildings."""
    return tuple(_facts(health, words))


def workers_view(health: DataHealth, words: Words) -> WorkersView | None:
    """Return the workers; None for who sees only some buildings."""
    workers = health.ingest.workers
    if health.dead_letters is None or not workers:
        return None
    return WorkersView(
        title=words.say("health.workers"),
        who=words.say("health.workers.who"),
        headings=tuple(words.say(f"health.count.{name}") for name in COLUMNS),
        rows=tuple(
            (
                words.say(
                    "health.worker",
                    worker=worker.counters.worker,
                    ago=_ago(worker.counters.since, health.now, words),
                ),
                _counts(worker, words),
            )
            for worker in workers
        ),
    )


def _facts(health: DataHealth, words: Words) -> Iterator[Fact]:
    ingest = health.ingest
    yield Fact(
        label=words.say("health.fact.ingest"),
        text=words.say(f"health.ingest.{_listens(ingest)}"),
        is_wrong=not ingest.is_listening,
    )
    yield Fact(
        label=words.say("health.fact.last"), text=_ago(ingest.last_message_at, health.now, words)
    )
    if health.dead_letters is None:
        return
    yield Fact(
        label=words.say("health.fact.spool"),
        text=_spool(ingest.workers, ingest.spooled, words),
        is_wrong=ingest.spooled > 0,
    )
    yield Fact(
        label=words.say("health.fact.unaccounted"),
        text=words.number(ingest.unaccounted),
        is_wrong=ingest.unaccounted > 0,
    )
    yield Fact(
        label=words.say("health.fact.refused"),
        text=words.number(health.dead_letters),
        href="/manage/data/refused",
    )


def _listens(ingest: IngestState) -> str:
    if not ingest.workers:
        return "never"
    if not ingest.is_heard:
        return "unheard"
    return "heard" if ingest.is_listening else "cut_off"


def _spool(workers: tuple[Worker, ...], messages: int, words: Words) -> str:
    text = words.number(messages)
    weights = [w.counters.spool_bytes for w in workers if w.counters.spool_bytes]
    if not weights:
        return text
    return (
        f"{text} ({words.number(sum(weights) / _MEGABYTE, 1)}{NBSP}{words.say('health.megabyte')})"
    )


def _counts(worker: Worker, words: Words) -> tuple[str, ...]:
    return tuple(words.number(getattr(worker.counters, name)) for name in COLUMNS)


def _ago(at: datetime | None, now: datetime, words: Words) -> str:
    return _NOTHING if at is None else words.ago(max(0.0, (now - at).total_seconds()))
