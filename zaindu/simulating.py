"""Simulated meters that publish to a broker: their past, then faster or as time goes by."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.progress import Progress

from domain.errors import ConfigError
from domain.periods import Period
from sensors_sim.faults.fault import parse_fault
from sensors_sim.live import LiveSimulator
from sensors_sim.publisher import MqttPublisher
from sensors_sim.simulation import Simulation
from settings.model import Settings
from settings.portfolio import portfolio_of
from settings.secrets import Secrets
from zaindu.failures import complain

_MONTH = timedelta(days=30.44)
_TICK_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the command line asks of the simulator."""

    months: int
    step_min: int
    live: bool
    speed: float

    since: datetime | None
    """Local time from which to play faster."""

    faults: tuple[str, ...]
    seed: int


def simulate_meters(
    settings: Settings, secrets: Secrets, order: Order, stop: threading.Event
) -> None:
    """Publish what is ordered; return at its end or when `stop` is set.

    Raises:
        ConfigError: The order is not sound, or no broker answers.
    """
    since = _checked_since(order)
    simulation = Simulation(
        portfolio_of(settings),
        order.seed,
        mappings=settings.mappings,
        faults=tuple(parse_fault(text) for text in order.faults),
    )
    with MqttPublisher(
        settings.mqtt, username=secrets.mqtt_username, password=secrets.mqtt_password
    ) as publisher:
        now = datetime.now(UTC)
        if order.months:
            past = Period(now - order.months * _MONTH, since or now)
            _publish_past(simulation, publisher, past, timedelta(minutes=order.step_min), stop)
        if since is not None:
            now = _play_faster(simulation, publisher, since, order.speed, stop)
        if order.live:
            LiveSimulator(simulation, publisher.publish, start=now).run(stop)


def _checked_since(order: Order) -> datetime | None:
    if order.since is None:
        if order.speed > 1:
            raise ConfigError(
                ["a speed above 1 runs ahead of the clock: say with --since where it starts"]
            )
        return None
    since = order.since.astimezone(UTC)
    if order.speed <= 1:
        raise ConfigError(["--since needs a --speed above 1 to catch up with the clock"])
    if since >= datetime.now(UTC):
        raise ConfigError([f"--since {since:%Y-%m-%dT%H:%M}Z is not in the past"])
    return since


def _publish_past(
    simulation: Simulation,
    publisher: MqttPublisher,
    past: Period,
    step: timedelta,
    stop: threading.Event,
) -> None:
    dated = [name for name in simulation.meter_ids if simulation.carries_time(name)]
    undated = [name for name in simulation.meter_ids if name not in dated]
    if undated:
        complain(f"without a clock of their own, their past is left out: {', '.join(undated)}")
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Publishing the past", total=past.duration.total_seconds())
        for message in simulation.messages(past, step, meter_ids=dated):
            if stop.is_set():
                return
            publisher.publish(message)
            bar.update(task, completed=(message.received_at - past.start).total_seconds())
        publisher.flush()


def _play_faster(
    simulation: Simulation,
    publisher: MqttPublisher,
    since: datetime,
    speed: float,
    stop: threading.Event,
) -> datetime:
    """Play from `since` until the clock is caught up; return that instant [UTC]."""
    begun = datetime.now(UTC)
    # There, simulated and real time meet: since + (caught_up − begun) × speed = caught_up.
    caught_up = begun + (begun - since) / (speed - 1)
    fast = LiveSimulator(
        simulation,
        publisher.publish,
        speed,
        start=since,
        now=lambda: min(datetime.now(UTC), caught_up),
    )
    while not stop.is_set() and datetime.now(UTC) < caught_up:
        fast.publish_due(stop)
        stop.wait(_TICK_S)
    fast.publish_due(stop)
    return fast.done_until
