"""The demo's own parts: the live simulation, and the history filled in behind it."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from domain.periods import Period
from settings.model import Settings
from settings.portfolio import portfolio_of
from zaindu.demo.history import History, Progress
from zaindu.demo.spans import Ledger
from zaindu.stores import Stores
from zaindu.supervision import Part

if TYPE_CHECKING:
    from sensors_sim.simulation import Simulation

log = logging.getLogger(__name__)

_HEARTBEAT_S = 30.0
_IN_FLIGHT = timedelta(seconds=90)
"""What was published that recently may not be durable yet."""


def history_of(
    settings: Settings, stores: Stores, on_progress: Callable[[Progress], None]
) -> History:
    """Return what fills the demo's past."""
    from ingest.pipeline import Pipeline

    portfolio = stores.records.portfolio.portfolio
    pipeline = Pipeline(settings, portfolio, stores.readings, stores.records)
    return History(_simulation(settings), pipeline, stores.records.jobs, on_progress)


def _simulation(settings: Settings) -> "Simulation":
    """Return the declared meters as they speak; one adopted on screen has a device of its own."""
    from sensors_sim.simulation import Simulation

    return Simulation(portfolio_of(settings), settings.simulator.seed, mappings=settings.mappings)


def live_part(settings: Settings, since: datetime) -> Part:
    """Return the part whose meters publish over MQTT, from `since` on."""
    # Started again after a fault, it goes on from then.
    starts: list[datetime | None] = [since]

    def run(stop: threading.Event) -> None:
        from sensors_sim.live import LiveSimulator
        from sensors_sim.publisher import MqttPublisher

        with MqttPublisher(settings.mqtt) as publisher:
            start = starts.pop() if starts else None
            LiveSimulator(_simulation(settings), publisher.publish, start=start).run(stop)

    return Part(name="live simulation", run=run)


def heartbeat_part(stores: Stores, since: datetime) -> Part:
    """Return the part that notes what the live simulation has filled."""

    def run(stop: threading.Event) -> None:
        ledger = Ledger(stores.records.jobs)
        start, beat = since, since
        while not stop.wait(_HEARTBEAT_S):
            now = datetime.now(UTC)
            if now - beat > timedelta(seconds=4 * _HEARTBEAT_S):
                # The machine slept: what lies between is filled at the next start.
                start = now
            beat = now
            if now - _IN_FLIGHT > start:
                ledger.add(Period(start, now - _IN_FLIGHT))

    return Part(name="demo heartbeat", run=run)
