import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from domain.messages import RawMessage
from domain.periods import Period
from sensors_sim.live import LiveSimulator
from sensors_sim.simulation import Simulation

NOON = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that moves when told to."""

    now: datetime = NOON
    published: list[RawMessage] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_each_meter_publishes_at_its_own_cadence(simulation: Simulation, clock: Clock) -> None:
    live = LiveSimulator(simulation, clock.published.append, now=clock)
    for _ in range(30):
        clock.now += timedelta(seconds=30)
        live.publish_due(threading.Event())
    assert clock.published == list(simulation.messages(Period(NOON, clock.now)))
    by_topic = [message.topic for message in clock.published]
    assert by_topic.count("zigbee2mqtt/linky-jules-ferry") == 15
    assert by_topic.count("tele/jf-eclairage/SENSOR") == 3


def test_it_goes_on_from_the_end_of_the_back_fill(simulation: Simulation, clock: Clock) -> None:
    since = NOON - timedelta(seconds=80)
    live = LiveSimulator(simulation, clock.published.append, start=since, now=clock)
    clock.now += timedelta(seconds=40)
    live.publish_due(threading.Event())
    assert clock.published == list(
        simulation.messages(Period(since, since + timedelta(seconds=40)))
    )


def test_time_can_pass_faster(simulation: Simulation, clock: Clock) -> None:
    live = LiveSimulator(simulation, clock.published.append, 3600.0, now=clock)
    clock.now += timedelta(seconds=2)
    live.publish_due(threading.Event())
    assert live.done_until == NOON + timedelta(hours=2)
    assert clock.published == list(simulation.messages(Period(NOON, NOON + timedelta(hours=2))))


def test_after_a_long_pause_only_its_end_is_told_and_coarsely(
    simulation: Simulation, clock: Clock
) -> None:
    live = LiveSimulator(simulation, clock.published.append, now=clock)
    clock.now += timedelta(days=9)
    live.publish_due(threading.Event())
    linky = [m for m in clock.published if m.topic == "zigbee2mqtt/linky-jules-ferry"]
    assert len(linky) == 2 * 144
    assert linky[0].received_at > clock.now - timedelta(days=2)
    # It has no clock: what it said of the pause would pass for what it says now.
    assert not any(m.topic.startswith("teleinfo/") for m in clock.published)
    clock.now += timedelta(seconds=60)
    live.publish_due(threading.Event())
    assert any(m.topic.startswith("teleinfo/") for m in clock.published)


def test_a_clock_set_back_repeats_nothing(simulation: Simulation, clock: Clock) -> None:
    live = LiveSimulator(simulation, clock.published.append, now=clock)
    clock.now += timedelta(minutes=5)
    live.publish_due(threading.Event())
    said = len(clock.published)
    clock.now -= timedelta(minutes=4)
    live.publish_due(threading.Event())
    assert len(clock.published) == said


def test_it_stops_when_told_to(simulation: Simulation) -> None:
    stop = threading.Event()
    thread = threading.Thread(
        target=LiveSimulator(simulation, lambda _message: None, 60.0).run, args=(stop,)
    )
    thread.start()
    stop.set()
    thread.join(5.0)
    assert not thread.is_alive()
