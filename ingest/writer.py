"""The loop that makes messages durable, then has them acknowledged."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from domain.errors import StorageUnavailable
from domain.messages import RawMessage
from ingest.accounting import Accounting, CounterNote
from ingest.inbox import Delivery, Inbox
from ingest.narrowing import Narrowing
from ingest.pipeline import Outcome, Pipeline
from ingest.reception_journal import ReceptionJournal
from ingest.spool import Spool
from ingest.store_gate import StoreGate
from settings.model import IngestSettings

log = logging.getLogger(__name__)

_PATIENCE_S = 0.5
"""How long an idle writer sleeps before it looks at the spool and at its stop."""


class Writer:
    """Takes batches from the inbox to the store, or to the spool while it is away."""

    def __init__(
        self,
        ingest: IngestSettings,
        inbox: Inbox,
        pipeline: Pipeline,
        spool: Spool,
        *,
        accounting: Accounting,
        note: CounterNote,
        acknowledge: Callable[[Sequence[Delivery]], None],
        prepare: Callable[[], None],
        journal: ReceptionJournal,
    ) -> None:
        """Take its parts.

        Args:
            ingest: Size and delay of a batch.
            inbox: Where messages come from.
            pipeline: What makes them durable.
            spool: Where they wait while it cannot.
            accounting: What counts them.
            note: What leaves the counts in the records.
            acknowledge: Called with what is durable.
            prepare: Called before the first batch, and before the first after an outage.
            journal: What knows when a message that comes again was first received.
        """
        self._limit = ingest.batch_messages
        self._delay_s = ingest.batch_delay_ms / 1000
        self._inbox = inbox
        self._pipeline = pipeline
        self._spool = spool
        self._accounting = accounting
        self._note = note
        self._acknowledge = acknowledge
        self._prepare = prepare
        self._journal = journal
        self._is_prepared = False
        self._gate = StoreGate()
        self._is_holding = False
        self._drain_limit = min(ingest.batch_messages, max(ingest.drain_per_s // 4, 1))
        self._narrowing = Narrowing(self._drain_limit)
        self._fault: Exception | None = None
        self._told = ""
        self._drain_pause_s = self._drain_limit / ingest.drain_per_s
        self._drain_due_at = 0.0

    def step(self, stop: threading.Event) -> None:
        """Handle one batch of live messages, then one of the spool's.

        By turns, so that neither waits for the other: what was spooled is late
        already, and what is live must not become so. The spool's pace is bounded,
        which leaves the store and the processor to what is live.
        """
        is_due = time.monotonic() >= self._drain_due_at
        is_draining = len(self._spool) > 0 and self._gate.is_open and is_due
        batch = self._inbox.take(
            self._limit,
            delay_s=0.0 if is_draining else self._delay_s,
            patience_s=0.0 if is_draining else self._patience_s(),
        )
        live = self._without_a_flood(batch)
        if live:
            self._settle(live, stop)
        if is_draining and len(live) == len(batch):
            self._drain()
        self._tell()

    def _tell(self) -> None:
        """Leave the counters in the records, unless these may be what is away."""
        if self._gate.is_open or self._note.was_taken:
            self._note.write_if_due()
            self._pipeline.seen.write_rest_if_due()

    def _without_a_flood(self, batch: Sequence[Delivery]) -> Sequence[Delivery]:
        """Put on disk what the broker had retained, when it comes by the thousand.

        It is old already, and what is live must not wait behind it.

        Returns:
            What is left to be settled.
        """
        retained = [delivery for delivery in batch if delivery.message.retained]
        if len(batch) < self._limit or not retained:
            return batch
        messages = [delivery.message for delivery in retained]
        if not self._spool.append(messages):
            return batch
        self._accounting.received(len(messages), messages[-1].received_at)
        self._accounting.spooled(messages)
        self._acknowledge(retained)
        return [delivery for delivery in batch if not delivery.message.retained]

    def _patience_s(self) -> float:
        """Return how long an idle writer sleeps [s]: no longer than until it may drain."""
        if not len(self._spool):
            return _PATIENCE_S
        drains_in_s = max(self._drain_due_at - time.monotonic(), self._gate.remaining_s)
        return min(_PATIENCE_S, max(0.0, drains_in_s))

    def flush(self, stop: threading.Event) -> None:
        """Make durable what is in the inbox; what cannot be stays with the broker."""
        while batch := self._inbox.take(self._limit, delay_s=0.0, patience_s=0.0):
            self._settle(batch, stop)
        # Records that are away are waited for once: we are given nine seconds to stop.
        if self._note.write():
            self._pipeline.seen.write()

    def _settle(self, batch: Sequence[Delivery], stop: threading.Event) -> None:
        self._accounting.received(len(batch), batch[-1].message.received_at)
        messages = self._journal.redated([delivery.message for delivery in batch])
        if self._make_durable(messages) or self._hold(messages, stop):
            self._acknowledge(batch)
        else:
            self._accounting.returned(len(messages))

    def _make_durable(self, messages: Sequence[RawMessage]) -> bool:
        outcome = self._handled(messages, was_spooled=False)
        if outcome is not None:
            self._accounting.settled(outcome)
            return True
        # All of them, for nobody has read yet which are dated.
        self._journal.note(messages)
        if self._spool.append(messages):
            self._accounting.spooled(messages)
            return True
        return False

    def _hold(self, messages: Sequence[RawMessage], stop: threading.Event) -> bool:
        """Keep a batch in hand until it is durable; the broker waits meanwhile."""
        if not self._is_holding:
            self._is_holding = True
            log.error("the spool has no room: the broker keeps what comes until the store is back")
        while not stop.wait(min(max(self._gate.remaining_s, 0.05), _PATIENCE_S)):
            self._tell()
            if self._make_durable(messages):
                self._is_holding = False
                log.info("messages are taken again")
                return True
        return False

    def _drain(self) -> None:
        self._drain_due_at = time.monotonic() + self._drain_pause_s
        unreadable = self._spool.unreadable
        messages = self._spool.peek(self._narrowing.limit)
        if self._spool.unreadable > unreadable:
            self._accounting.found_unreadable(self._spool.unreadable - unreadable)
        outcome = self._handled(messages, was_spooled=True) if messages else None
        if outcome is not None:
            self._narrowing.succeeded()
        elif messages and self._fault is not None and self._narrowing.failed(len(messages)):
            outcome = self._buried(messages[0], self._fault)
        if outcome is not None:
            self._accounting.drained(outcome)
            self._spool.drop_peeked()

    def _buried(self, message: RawMessage, fault: Exception) -> Outcome | None:
        """Return what became of the one message that we fail on, or None while that fails too."""
        try:
            return self._pipeline.bury(message, fault)
        except Exception:
            # It stays on disk, and is tried again: ending here would only bring it back.
            self._note.doubt()
            log.exception("a message of topic %r can neither be stored nor buried", message.topic)
            return None

    def _handled(self, messages: Sequence[RawMessage], *, was_spooled: bool) -> Outcome | None:
        """Return what became of a batch, or None while the store is away, or we fail on it."""
        self._fault = None
        if not self._gate.is_open:
            return None
        try:
            if not self._is_prepared:
                self._prepare()
                self._note.begin()
                self._is_prepared = True
            outcome = self._pipeline.handle(messages, was_spooled=was_spooled)
        except StorageUnavailable as error:
            self._shut(error)
            return None
        except Exception as fault:
            # Whatever it is, the batch waits on disk, and what comes after it goes on.
            if repr(fault) != self._told:
                log.exception("a fault of ours; the messages it met are kept and tried again")
            self._told = repr(fault)
            self._fault = fault if self._is_prepared else None
            self._shut(StorageUnavailable(f"a fault of ours: {fault!r}"))
            return None
        self._gate.succeeded()
        return outcome

    def _shut(self, error: StorageUnavailable) -> None:
        # It may come back empty: another disk, another volume, a bucket deleted.
        self._is_prepared = False
        self._note.doubt()
        self._gate.failed(error)
