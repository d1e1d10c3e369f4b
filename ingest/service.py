"""Ingest as a whole: from the broker to the stores, until told to stop."""

import logging
import threading
from datetime import datetime

from ingest.accounting import Accounting, CounterNote, Counters
from ingest.client import BrokerClient
from ingest.errands import Errands
from ingest.import_errand import ImportErrand
from ingest.inbox import Inbox
from ingest.pipeline import Pipeline
from ingest.replay import ReplayErrand
from ingest.spool import Spool
from ingest.subscriptions import Subscriptions
from ingest.writer import Writer
from settings.model import Settings
from storage.ports import ReadingStore, Records

log = logging.getLogger(__name__)


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
        does_errands: bool = True,
    ) -> None:
        """Compose the parts and open the spool; the broker is met by `run`.

        Args:
            settings: Broker, batches, bounds; the spool lies in `site.data_dir`.
            username: For the broker; None: anonymous.
            password: For the broker.
            readings: Where readings go. It need not answer yet.
            records: Where the portfolio is read, and dirty hours and dead letters go.
            does_errands: Whether this one of several workers does what the pages ask for.

        Raises:
            ConfigError: Another process uses the spool, or a certificate cannot be read.
        """
        ingest = settings.ingest
        self._inbox = Inbox(ingest.queue_messages)
        mqtt, data_dir = settings.mqtt, settings.site.data_dir
        self._client = BrokerClient(
            mqtt,
            self._inbox,
            Subscriptions(
                data_dir / "mqtt-session.json", f"{mqtt.host}:{mqtt.port} {mqtt.client_id}"
            ),
            username=username,
            password=password,
        )
        self._spool = Spool(data_dir / "spool", max_bytes=ingest.spool_max_mb * 1_000_000)
        self._accounting = Accounting(recovered=len(self._spool))
        self._writer = Writer(
            ingest,
            self._inbox,
            Pipeline(settings, records.portfolio.portfolio, readings, records),
            self._spool,
            accounting=self._accounting,
            note=CounterNote(self._accounting, records),
            acknowledge=self._client.acknowledge,
            prepare=readings.prepare,
        )
        errands = {
            "replay": ReplayErrand(settings, readings, records).do_one,
            "import": ImportErrand(records, readings, settings).do_one,
        }
        self._errands = Errands(errands if does_errands else {})

    @property
    def is_ready(self) -> bool:
        """Tell whether the broker has us connected and subscribed."""
        return self._client.is_ready

    @property
    def last_message_at(self) -> datetime | None:
        """When the newest message was received [UTC]; None: none yet."""
        return self._accounting.counters.last_message_at

    @property
    def counters(self) -> Counters:
        """What became of the messages since the start."""
        return self._accounting.counters

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then make what is in hand durable and disconnect.

        The session stays with the broker, which keeps what comes meanwhile.

        Raises:
            RuntimeError: The connection's own thread died; another `IngestService`
                goes on where this one stopped.
        """
        self._client.start()
        self._errands.start()
        try:
            while not stop.is_set():
                self._writer.step(stop)
                if not self._client.is_running:
                    raise RuntimeError("the thread that listens to the broker died")
            self._client.stop_accepting()
            self._writer.flush(stop)
        finally:
            self._errands.stop()
            self._inbox.close()
            self._client.stop()
            self._spool.close()
            log.info("ingest stopped: %s", self._accounting.counters.as_json())
