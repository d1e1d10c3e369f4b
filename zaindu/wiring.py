"""The parts of the house, put together from settings, secrets and open stores."""

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


def ingest_part(settings: Settings, secrets: Secrets, stores: Stores) -> Part:
    """Return the part that takes what meters publish.

    Raises:
        ConfigError: A certificate cannot be read, or another process uses the spool.
    """
    from ingest.service import IngestService

    def build() -> IngestService:
        return IngestService(
            settings,
            username=secrets.mqtt_username,
            password=secrets.mqtt_password,
            readings=stores.readings,
            records=stores.records,
        )

    # The first is built here, so that what the operator must mend is told at start.
    ready = [build()]

    def run(stop: threading.Event) -> None:
        service = ready.pop() if ready else build()
        service.run(stop)

    return Part(name="ingest", run=run)


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
