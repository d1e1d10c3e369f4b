"""The demo from start to end: pages first, then what they show."""

import logging
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from domain.periods import Period
from settings.model import Settings
from settings.secrets import Secrets
from zaindu import serving, wiring
from zaindu.demo.accounts import demo_accounts
from zaindu.demo.announcement import Announcement
from zaindu.demo.folder import demo_settings
from zaindu.demo.parts import heartbeat_part, history_of, live_part
from zaindu.demo.targets import set_demo_targets
from zaindu.failures import CommandFailed
from zaindu.stores import Stores, open_stores
from zaindu.supervision import Supervisor

log = logging.getLogger(__name__)

_PORTS_TRIED = 50
_UP_WITHIN_S = 60.0
_MONTH = timedelta(days=30.44)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line asks of a demo."""

    folder: Path
    port: int
    months: int
    live: bool

    def past(self, now: datetime) -> Period:
        """Return the history to be filled."""
        return Period(now - self.months * _MONTH, now)


def show(settings: Settings, wishes: Wishes, stop: threading.Event) -> None:
    """Run the demo until `stop` is set."""
    announcement = Announcement(Console())
    supervisor = Supervisor(stop)
    with ExitStack() as open_things:
        broker_port = _broker(open_things) if wishes.live else settings.mqtt.port
        settings = demo_settings(settings, wishes.folder, broker_port=broker_port)
        stores = open_things.enter_context(open_stores(settings, Secrets()))
        listening = open_things.enter_context(
            serving.listen(settings.dashboard.host, wishes.port, tries=_PORTS_TRIED)
        )
        ready = threading.Event()
        supervisor.start(wiring.dashboard_part(settings, Secrets(), stores, listening, ready))
        accounts = demo_accounts(stores.records.users, wishes.folder)
        set_demo_targets(stores.records, datetime.now(UTC).date())
        if not ready.wait(_UP_WITHIN_S) and not stop.is_set():
            stop.set()
            raise CommandFailed("the pages did not come up; --log-level info says more")
        announcement.addresses(
            serving.address_of(listening),
            stores.records.portfolio.portfolio(),
            accounts,
            _shown(wishes.folder),
            broker_port=broker_port if wishes.live else None,
        )
        now = datetime.now(UTC)
        supervisor.start(wiring.scheduler_part(settings, stores))
        if wishes.live:
            supervisor.start(
                *wiring.ingest_parts(settings, Secrets(), stores),
                live_part(settings, now),
                heartbeat_part(stores, now),
            )
        _fill(settings, stores, wishes.past(now), announcement, stop)
        supervisor.wait()


def fill_and_end(settings: Settings, wishes: Wishes, stop: threading.Event) -> None:
    """Fill in the history, compute what is due, and return."""
    from scheduler.service import Scheduler

    announcement = Announcement(Console())
    settings = demo_settings(settings, wishes.folder, broker_port=settings.mqtt.port)
    with open_stores(settings, Secrets()) as stores:
        now = datetime.now(UTC)
        set_demo_targets(stores.records, now.date())
        _fill(settings, stores, wishes.past(now), announcement, stop)
        if not stop.is_set():
            announcement.say("computing roll-ups, indicators and walls")
            Scheduler(settings, stores.readings, stores.records).run_once(now)
            announcement.say(f"done; everything is in {_shown(wishes.folder)}")


def _broker(open_things: ExitStack) -> int:
    from sensors_sim.broker import EmbeddedBroker

    return open_things.enter_context(EmbeddedBroker()).port


def _fill(
    settings: Settings,
    stores: Stores,
    past: Period,
    announcement: Announcement,
    stop: threading.Event,
) -> None:
    with announcement.history() as bar:
        history = history_of(settings, stores, bar.show)
        is_whole = history.fill(past, stop)
    if is_whole:
        announcement.say(f"The history is whole, from {past.start:%d %B %Y} to now.")


def _shown(folder: Path) -> str:
    """Write a folder as somebody in the working folder would."""
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)
