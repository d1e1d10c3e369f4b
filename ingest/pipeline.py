"""From raw messages to durable readings: decode, resolve, check, write, mark, bury."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage, StorageUnavailable
from domain.messages import RawMessage
from domain.sites import Portfolio
from domain.tallies import DayTally
from ingest.dead_letter_box import DeadLetterBox
from ingest.decoders.memory import Memory
from ingest.decoders.registry import Decoders
from ingest.ledger import Ledger
from ingest.poison import write_or_split
from ingest.reception_journal import ReceptionJournal
from ingest.resolver import Resolver
from ingest.seen import SeenDevices
from ingest.sorting import Decode, Fate, Sorted, Sorter
from ingest.wishes import Wishes
from settings.model import Settings
from storage.ports import ReadingStore, Records

log = logging.getLogger(__name__)

REFRESH_S = 3.0
"""How long a meter added on screen may wait before its messages are stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a batch: each message is counted once."""

    stored: int = 0
    """At least one of its readings is news, and durable."""

    duplicate: int = 0
    """It said again what the message before it said."""

    dead_lettered: int = 0
    """Nothing in it could be used."""

    without_reading: int = 0
    """It is understood, and carries nothing that is wanted."""

    partly_dead_lettered: int = 0
    """Among the stored: those of which a part could not be used."""

    readings: int = 0
    """Rows written."""

    @property
    def messages(self) -> int:
        """How many messages were handled."""
        return self.stored + self.duplicate + self.dead_lettered + self.without_reading


class Pipeline:
    """Handles batches; one thread at a time."""

    def __init__(
        self,
        settings: Settings,
        portfolio: Callable[[], Portfolio],
        readings: ReadingStore,
        records: Records,
        *,
        ledger: Ledger | None = None,
        journal: ReceptionJournal | None = None,
        decode: Decode | None = None,
        publish: Callable[[str, bytes], None] = lambda _topic, _payload: None,
        set_back: Callable[[], timedelta] = timedelta,
    ) -> None:
        """Take what it needs; the portfolio is asked for at the first batch.

        Args:
            settings: Bounds, mappings and the zone of local times.
            portfolio: Returns the meters declared now.
            readings: Where readings go.
            records: Where dirty hours and dead letters go.
            ledger: What tallies; without one nothing is tallied.
            journal: Where undated messages are noted before they are stored.
            decode: Instead of the registry of decoders.
            publish: Called with topic and payload to ask a device to announce itself again.
            set_back: Asked by how much our clock was set back since the start.
        """
        ingest = settings.ingest
        self._memory = Memory(records.announcements)
        self._wishes = Wishes(publish)
        zone = ZoneInfo(ingest.naive_time_zone)
        known = Decoders(settings.mappings, zone, memory=self._memory)
        self.seen = SeenDevices(records)
        self._sorter = Sorter(ingest, decode or known.decode, self.seen, set_back)
        self._portfolio = portfolio
        self._readings = readings
        self._records = records
        self._ledger = ledger
        self._journal = journal
        self._letters = DeadLetterBox(ingest, records)
        self._current = Portfolio()
        self._resolver: Resolver | None = None
        self._refresh_at = 0.0

    def handle(self, batch: Sequence[RawMessage], *, was_spooled: bool = False) -> Outcome:
        """Make a batch durable; return what became of its messages.

        Handling the same batch again is harmless: the same rows are written.

        Raises:
            StorageUnavailable: Keep the batch and hand it in again later.
        """
        self.seen.write_if_due()
        resolver = self._fresh_resolver()
        try:
            return self._handle(batch, resolver, was_spooled=was_spooled)
        except BaseException as error:
            # What was remembered as seen is not durable; the batch will come again.
            resolver.forget_newest()
            self._letters.forget_room()
            if not isinstance(error, StorageUnavailable):
                self._memory.forget_unkept()
            raise

    def bury(self, message: RawMessage, fault: Exception) -> Outcome:
        """Keep a spooled message that cannot be handled with the dead letters, unread.

        Args:
            message: It alone makes us fail.
            fault: How.

        Raises:
            StorageUnavailable: Try again later.
        """
        found = Sorted([Fate.WITHOUT_READING])
        found.bury(0, RejectedMessage(f"Zaindu failed on it: {fault!r}", code="decoder_failed"))
        log.error("a message of topic %r goes to the dead letters: %r", message.topic, fault)
        self._keep([message], found, was_spooled=True)
        return _outcome(found)

    def _handle(
        self, batch: Sequence[RawMessage], resolver: Resolver, *, was_spooled: bool
    ) -> Outcome:
        self._memory.refresh()
        found = self._sorter.sort(batch, resolver)
        if found.undated and self._journal is not None:
            self._journal.note(batch[at] for at in sorted(found.undated))
        if found.readings and (refused := write_or_split(self._readings, found.readings)):
            found.refuse(refused)
        self._keep(batch, found, was_spooled=was_spooled)
        self._wishes.publish(self._memory.take_wishes())
        return _outcome(found)

    def _keep(self, batch: Sequence[RawMessage], found: Sorted, *, was_spooled: bool) -> None:
        # Only now: an hour marked before its readings are durable may be computed without.
        try:
            with (
                self._tallied(batch, found, was_spooled=was_spooled) as tallies,
                self._records.together(),
            ):
                self._records.dirty.mark(found.dirty.marks())
                self._records.tallies.add(tallies)
                self._memory.flush()
                self._letters.keep(batch, found.problems)
        except BaseException:
            self._memory.take_back()
            raise

    @contextmanager
    def _tallied(
        self, batch: Sequence[RawMessage], found: Sorted, *, was_spooled: bool
    ) -> Iterator[Sequence[DayTally]]:
        """Lend the tallies to write; what was pending stays so when that fails."""
        if self._ledger is None:
            yield ()
            return
        pending = self._ledger.take_pending()
        try:
            yield (*pending, *self._ledger.of_batch(batch, found, was_spooled=was_spooled))
        except BaseException:
            self._ledger.put_back(pending)
            raise

    def _fresh_resolver(self) -> Resolver:
        now = time.monotonic()
        if self._resolver is None or now >= self._refresh_at:
            self._refresh_at = now + REFRESH_S
            self._resolver = self._reread(self._resolver)
        return self._resolver

    def _reread(self, resolver: Resolver | None) -> Resolver:
        try:
            portfolio = self._portfolio()
        except StorageUnavailable:
            if resolver is None:
                raise
            log.debug("the portfolio cannot be read again now; the one known is used")
            return resolver
        if resolver is not None and portfolio == self._current:
            return resolver
        self._current = portfolio
        self.seen.meters_changed(portfolio.meters)
        log.info("readings are taken for %d meters", len(portfolio.meters))
        return Resolver(portfolio)


def _outcome(found: Sorted) -> Outcome:
    fates = found.fates
    dead_lettered = fates.count(Fate.DEAD_LETTERED)
    return Outcome(
        stored=fates.count(Fate.STORED),
        duplicate=fates.count(Fate.DUPLICATE),
        dead_lettered=dead_lettered,
        without_reading=fates.count(Fate.WITHOUT_READING),
        partly_dead_lettered=len(found.problems) - dead_lettered,
        readings=len(found.readings) - len(found.refused),
    )
