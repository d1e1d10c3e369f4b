"""Ingest as a whole: from the broker to the stores, until told to stop."""

import logging
import threading
from datetime import datetime, timedelta
from functools import partial

from domain.ingest_counters import IngestCounters
from ingest.accounting import Accounting, CounterNote
from ingest.client import BrokerClient
from ingest.errands import Errands
from ingest.import_errand import ImportErrand
from ingest.inbox import Inbox
from ingest.ledger import Ledger
from ingest.pipeline import Pipeline
from ingest.reception_clock import PLACES, ReceptionClock
from ingest.reception_journal import ReceptionJournal
from ingest.replay import ReplayErrand
from ingest.session_end import end_session
from ingest.spool import Spool
from ingest.worker import SPOOL, Worker, worker_of
from ingest.writer import Writer
from settings.model import Settings
from storage.ports import ReadingStore, Records

log = logging.getLogger(__name__)

_PATIENCE_S = 2.0
"""Between two attempts to tell records that are away."""

_QUIET_S = 5.0
"""A broker that still has something for a session hands it over without such a pause."""


class IngestService:
    """Receives, stores and acknowledges; `run` blocks until stopped."""

    def __init__(
        self,
        settings: Settings,
        *,
        username: str | None = None,
        password: str | None = None,
        readings: ReadingStore,
        records: Records,
        worker: Worker | None = None,
        listening: threading.Event | None = None,
    ) -> None:
        """Compose the parts and open the spool; the broker is met by `run`.

        Args:
            settings: Broker, batches, bounds.
            username: For the broker; None: anonymous.
            password: For the broker.
            readings: Where readings go. It need not answer yet.
            records: Where the portfolio is read, and dirty hours and dead letters go.
            worker: Which of several it is; None: it works alone.
            listening: Set once the broker has granted what is subscribed to.

        Raises:
            ConfigError: Another process uses the spool, or a certificate cannot be read.
        """
        ingest = settings.ingest
        self._inbox = Inbox(ingest.queue_messages)
        self._worker = worker = worker or worker_of(settings)
        self._end_session = partial(
            end_session, settings.mqtt, worker.name, username=username, password=password
        )
        self._journal = ReceptionJournal(worker.folder / "receptions")
        clock = ReceptionClock(place=worker.place, places=PLACES if worker.shares else 1)
        self._client = BrokerClient(
            settings.mqtt,
            worker,
            self._inbox,
            clock=clock,
            username=username,
            password=password,
            listening=listening,
        )
        # After what a certificate being renewed may stop: the folder stays locked until `run` ends.
        self._spool = Spool(
            worker.folder / SPOOL,
            max_bytes=ingest.spool_max_mb * 1_000_000,
            max_age=timedelta(hours=ingest.spool_max_h),
        )
        ledger = Ledger(worker.name)
        self._accounting = Accounting(ledger, recovered=len(self._spool))
        self._note = CounterNote(
            self._accounting,
            ledger,
            records,
            spool_bytes=lambda: self._spool.size_bytes,
            cut_off_since=lambda: self._client.cut_off_since,
        )
        self._writer = Writer(
            ingest,
            self._inbox,
            Pipeline(
                settings,
                records.portfolio.portfolio,
                readings,
                records,
                ledger=ledger,
                journal=self._journal,
                publish=self._client.publish,
                set_back=clock.set_back,
            ),
            self._spool,
            accounting=self._accounting,
            note=self._note,
            acknowledge=self._client.acknowledge,
            prepare=readings.prepare,
            journal=self._journal,
        )
        errands = {
            "replay": ReplayErrand(settings, readings, records).do_one,
            "import": ImportErrand(records, readings, settings).do_one,
        }
        self._errands = Errands(errands if worker.does_errands else {})

    @property
    def is_ready(self) -> bool:
        """Tell whether the broker has us connected and subscribed."""
        return self._client.is_ready

    @property
    def last_message_at(self) -> datetime | None:
        """When the newest message was received [UTC]; None: none yet."""
        return self._accounting.counters.last_message_at

    @property
    def counters(self) -> IngestCounters:
        """What became of the messages since the start."""
        return self._accounting.counters

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then make what is in hand durable and disconnect.

        The session stays with the broker, which keeps what comes meanwhile.

        Raises:
            RuntimeError: The connection's own thread died; another `IngestService`
                goes on where this one stopped.
        """
        try:
            self._client.start()
            self._errands.start()
            while not stop.is_set():
                self._writer.step(stop)
                self._client.ask_again_if_due()
                if not self._client.is_running:
                    raise RuntimeError("the thread that listens to the broker died")
                if self._worker.is_retiring and self._is_done():
                    break
            self._errands.ask_to_stop()
            self._client.stop_accepting()
            self._writer.flush(stop)
        finally:
            self._errands.stop()
            self._inbox.close()
            self._client.stop()
            self._spool.close()
            self._journal.close()
            log.info("ingest stopped: %s", _told(self._accounting.counters))

    def retire(self, stop: threading.Event) -> bool:
        """Take what the session still holds, then end it; tell whether that is done.

        A stop before then leaves the rest where it is, for the next time.
        """
        self.run(stop)
        if stop.is_set() or not self._end_session():
            return False
        # Who looks at the records would go on waiting for a worker that never comes back.
        while not self._note.write(retired=True):
            if stop.wait(_PATIENCE_S):
                return False
        return True

    def _is_done(self) -> bool:
        """Tell whether the session gave everything: it has been quiet, and nothing waits."""
        is_quiet = self._client.quiet_s >= _QUIET_S
        return is_quiet and not len(self._inbox) and not len(self._spool)


def _told(counters: IngestCounters) -> str:
    """Return what became of the messages since the start, for a log."""
    settled = ("stored", "duplicate", "dead_lettered", "without_reading", "spooled", "in_hand")
    parts = (f"{getattr(counters, name)} {name.replace('_', ' ')}" for name in settled)
    taken = f"{counters.received} messages received, {counters.recovered} found on disk"
    return f"{taken}: {', '.join(parts)}"
