"""The parts of the house, put together from settings, secrets and open stores."""

import logging
import socket
import threading
from typing import TYPE_CHECKING

from settings.model import Settings
from settings.secrets import Secrets
from zaindu.serving import web_part
from zaindu.session_key import session_key
from zaindu.stores import Stores
from zaindu.supervision import Part

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ingest.roster import Roster
    from ingest.service import IngestService
    from ingest.worker import Worker

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.2


def ingest_parts(
    settings: Settings, secrets: Secrets, stores: Stores, number: int = 0, count: int = 1
) -> list[Part]:
    """Return the part that takes what meters publish, and those that end old sessions.

    Args:
        settings: The checked configuration.
        secrets: What the broker asks for.
        stores: Where readings and records go.
        number: Which worker it is, from 1; 0: it works alone.
        count: How many there are.

    Raises:
        ConfigError: A certificate cannot be read, or another process uses the spool.
    """
    from ingest.roster import Roster
    from ingest.worker import worker_of

    listening = threading.Event()
    worker = worker_of(settings, number)
    parts = [_ingest_part(settings, secrets, stores, worker, listening)]
    if number <= 1:  # one of them sees to the sessions of those that are no more
        wanted = range(1, count + 1) if number else [0]
        roster = Roster(settings.site.data_dir)
        roster.enter(wanted)
        parts += [
            _retiring_part(settings, secrets, stores, roster, former, listening)
            for former in roster.beside(wanted)
        ]
    return parts


def _retiring_part(
    settings: Settings,
    secrets: Secrets,
    stores: Stores,
    roster: "Roster",
    number: int,
    others: threading.Event,
) -> Part:
    from ingest.worker import worker_of

    worker = worker_of(settings, number, is_retiring=True)

    def run(stop: threading.Event) -> None:
        # While it is the only one that listens, its session takes what nobody else would.
        while not others.wait(_LOOK_EVERY_S):
            if stop.is_set():
                return
        if _service(settings, secrets, stores, worker).retire(stop):
            roster.strike(number)
            log.info("the session of %s has ended, with nothing left in it", worker.name)
            stop.wait()

    return Part(name=f"end of {worker.name}", run=run)


def _ingest_part(
    settings: Settings,
    secrets: Secrets,
    stores: Stores,
    worker: "Worker",
    listening: threading.Event,
) -> Part:
    # The first is built here, so that what the operator must mend is told at start.
    ready = [_service(settings, secrets, stores, worker, listening)]

    def run(stop: threading.Event) -> None:
        service = ready.pop() if ready else _service(settings, secrets, stores, worker, listening)
        service.run(stop)

    return Part(name="ingest", run=run)


def _service(
    settings: Settings,
    secrets: Secrets,
    stores: Stores,
    worker: "Worker",
    listening: threading.Event | None = None,
) -> "IngestService":
    from ingest.service import IngestService

    return IngestService(
        settings,
        username=secrets.mqtt_username,
        password=secrets.mqtt_password,
        readings=stores.readings,
        records=stores.records,
        worker=worker,
        listening=listening,
    )


def scheduler_part(settings: Settings, stores: Stores) -> Part:
    """Return the part that computes."""
    from scheduler.service import Scheduler

    def run(stop: threading.Event) -> None:
        Scheduler(settings, stores.readings, stores.records).run(stop)

    return Part(name="scheduler", run=run)


def dashboard_part(
    settings: Settings,
    secrets: Secrets,
    stores: Stores,
    listening: socket.socket,
    ready: threading.Event | None = None,
) -> Part:
    """Return the part that answers browsers."""
    key = session_key(secrets.secret_key, settings.site.data_dir)

    def build() -> "FastAPI":
        from dashboard.app import build_app

        return build_app(
            settings=settings, readings=stores.readings, records=stores.records, secret_key=key
        )

    return web_part(build, settings.dashboard, listening, ready)
