"""What became of every message: nothing is dropped in silence."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from domain.errors import StorageUnavailable
from domain.ingest_counters import IngestCounters, note_key, written_counters
from domain.messages import RawMessage
from domain.tallies import ANY_METER
from ingest.ledger import Ledger
from ingest.pipeline import Outcome
from storage.ports import Records

log = logging.getLogger(__name__)

NOTE_EVERY_S = 10.0


class Accounting:
    """The counters of one process; any thread may look."""

    def __init__(self, ledger: Ledger, recovered: int = 0) -> None:
        """Start with what the spool held; what goes to it is tallied in `ledger`."""
        self._ledger = ledger
        self._counters = IngestCounters(
            worker=ledger.worker,
            since=datetime.now(UTC),
            recovered=recovered,
            spooled=recovered,
        )
        self._lock = threading.Lock()

    @property
    def counters(self) -> IngestCounters:
        """The counters at this instant."""
        return self._counters

    def received(self, number: int, last_at: datetime) -> None:
        """Count messages taken in hand, the newest received at `last_at`."""
        with self._lock:
            now = self._counters
            self._counters = replace(
                now,
                received=now.received + number,
                in_hand=now.in_hand + number,
                last_message_at=last_at,
            )

    def settled(self, outcome: Outcome) -> None:
        """Count messages in hand that are durable now."""
        self._settle(outcome, in_hand=outcome.messages)

    def drained(self, outcome: Outcome) -> None:
        """Count spooled messages that are durable in the store now."""
        self._settle(outcome, spooled=outcome.messages)

    def spooled(self, messages: Sequence[RawMessage]) -> None:
        """Count messages in hand that are on disk now."""
        number = len(messages)
        self._ledger.note_spooled(messages)
        with self._lock:
            now = self._counters
            self._counters = replace(
                now, in_hand=now.in_hand - number, spooled=now.spooled + number
            )

    def found_unreadable(self, number: int) -> None:
        """Count spooled messages that the disk gave back damaged."""
        self._ledger.note_damaged(number, _today())
        with self._lock:
            now = self._counters
            self._counters = replace(
                now, spooled=now.spooled - number, unreadable=now.unreadable + number
            )

    def returned(self, number: int) -> None:
        """Count messages in hand that are left to the broker."""
        with self._lock:
            now = self._counters
            self._counters = replace(
                now, in_hand=now.in_hand - number, returned=now.returned + number
            )

    def _settle(self, outcome: Outcome, *, in_hand: int = 0, spooled: int = 0) -> None:
        with self._lock:
            now = self._counters
            self._counters = replace(
                now,
                in_hand=now.in_hand - in_hand,
                spooled=now.spooled - spooled,
                stored=now.stored + outcome.stored,
                duplicate=now.duplicate + outcome.duplicate,
                dead_lettered=now.dead_lettered + outcome.dead_lettered,
                without_reading=now.without_reading + outcome.without_reading,
                partly_dead_lettered=now.partly_dead_lettered + outcome.partly_dead_lettered,
                readings=now.readings + outcome.readings,
            )


class CounterNote:
    """Leaves the counters in the records now and then, for the dashboard to read."""

    def __init__(
        self,
        accounting: Accounting,
        ledger: Ledger,
        records: Records,
        *,
        spool_bytes: Callable[[], int] = lambda: 0,
        cut_off_since: Callable[[], datetime | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what is counted and where it is noted."""
        self._spool_bytes = spool_bytes
        self._cut_off_since = cut_off_since
        self._accounting = accounting
        self._ledger = ledger
        self._records = records
        self._clock = clock
        self._due_at = clock()
        self._has_begun = False
        self._is_in_doubt = True
        self._was_taken = True

    @property
    def was_taken(self) -> bool:
        """Tell whether the records took the last note."""
        return self._was_taken

    def write_if_due(self) -> None:
        """Write the note, unless it was written less than `NOTE_EVERY_S` ago."""
        if self._clock() >= self._due_at:
            self.write()

    def write(self, *, retired: bool = False) -> bool:
        """Write the note; when the records are away, the next one will do.

        Args:
            retired: It is the last one: nobody need wait for this worker any more.

        Returns:
            Whether the records took it.
        """
        self._due_at = self._clock() + NOTE_EVERY_S
        counters = self._accounting.counters
        if counters.unaccounted:
            log.error("%d messages are unaccounted for: %s", counters.unaccounted, counters)
        try:
            self.begin()
            self._write_pending()
            self._agree_with_the_disk()
            told = replace(
                counters,
                spool_bytes=self._spool_bytes(),
                cut_off_since=self._cut_off_since(),
                retired=retired,
            )
            text = written_counters(told, datetime.now(UTC))
            self._records.jobs.set_note(note_key(self._ledger.worker), text)
            self._was_taken = True
        except StorageUnavailable as error:
            self._was_taken = False
            log.debug("the counters cannot be noted now: %s", error)
            return False
        return True

    def doubt(self) -> None:
        """Compare the tallies with what is on disk before the next note.

        A connection that is lost while it commits leaves nobody knowing whether what was
        told is kept: told again, messages on disk would be there twice, or not at all.
        """
        self._is_in_doubt = True

    def _write_pending(self) -> None:
        pending = self._ledger.take_pending()
        try:
            # Written even if it says nothing: so a commit still under way is waited for.
            asked = [self._ledger.nothing_on(_today())] if self._is_in_doubt else []
            self._records.tallies.add([*pending, *asked])
        except BaseException:
            self._is_in_doubt = True
            self._ledger.put_back(pending)
            raise

    def _agree_with_the_disk(self) -> None:
        if not self._is_in_doubt:
            return
        found = self._accounting.counters.spooled - self._tallied()
        self._is_in_doubt = False
        if found:
            self._ledger.note_found(found, _today())
            self._write_pending()

    def _tallied(self) -> int:
        """Return how many messages of ours wait on disk, as the records have it."""
        kept = self._records.tallies.between(date.min, date.max, [ANY_METER])
        return sum(tally.spooled for tally in kept if tally.worker == self._ledger.worker)

    def begin(self) -> None:
        """Make the tallies of spooled messages say what was found on disk at the start.

        To be called before the first batch is settled, and before a tally of ours is
        written; again, it does nothing.

        Raises:
            StorageUnavailable: Try again later.
        """
        if self._has_begun:
            return
        found = self._accounting.counters.recovered - self._tallied()
        self._has_begun = True
        if found > 0:
            self._ledger.note_found(found, _today())
        elif found < 0:
            # What leaves the spool for the store is tallied before it is deleted.
            log.error("%d messages that were in the spool are not in it any more", -found)
            self._ledger.note_damaged(-found, _today())


def _today() -> date:
    return datetime.now(UTC).date()
