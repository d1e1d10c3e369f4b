"""Readings that are told apart by their number, and whoever publishes them."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

METERS = 10
FIRST = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)


def await_true(is_true: Callable[[], bool], seconds: float = 60) -> bool:
    """Return whether something came true in that time."""
    until = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@dataclass
class Publisher:
    """Publishes numbered readings at QoS 1 and waits for the broker to have each."""

    port: int
    per_second: int
    published: int = 0
    published_at: list[tuple[int, float]] = field(default_factory=list)
    """How many there were, and when the last of them was sent [s]."""

    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def start(self) -> None:
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def finish(self) -> int:
        """Stop, and return how many messages the broker has confirmed."""
        assert self.thread is not None
        self.stop.set()
        self.thread.join(60)
        assert not self.thread.is_alive()
        return self.published

    def run(self) -> None:
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id="publisher")
        confirmed: set[int] = set()
        # Not by waiting for each: a broker that restarts meanwhile makes that fail.
        client.on_publish = lambda _c, _u, mid, *_: confirmed.add(mid)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        while not self.stop.is_set():
            sent = {
                client.publish(*message(self.published + n), qos=1).mid
                for n in range(self.per_second // 10)
            }
            sent_at_s = time.monotonic()
            # A broker that hands over millions of messages reads nothing meanwhile.
            assert await_true(partial(sent.issubset, confirmed), 120), "the broker does not confirm"
            confirmed -= sent
            self.published += len(sent)
            self.published_at.append((self.published, sent_at_s))
            time.sleep(0.1)
        client.disconnect()
        client.loop_stop()


def publish(port: int, messages: Iterable[tuple[str, str | bytes]]) -> None:
    """Publish messages at QoS 1; the broker has each of them on return."""
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    infos = [client.publish(topic, payload, qos=1) for topic, payload in messages]
    for info in infos:
        info.wait_for_publish(60)
        assert info.is_published()
    client.disconnect()
    client.loop_stop()


def message(number: int) -> tuple[str, str]:
    """Return the numbered reading: its number is its value, and tells meter and time."""
    meter, place = number % METERS, number // METERS
    at = (FIRST + timedelta(seconds=place)).astimezone(ZoneInfo("Europe/Paris"))
    body = {"Time": at.strftime("%Y-%m-%dT%H:%M:%S"), "ENERGY": {"Total": float(number)}}
    return f"tele/plug-{meter}/SENSOR", json.dumps(body)


@contextmanager
def publishing(port: int, per_second: int, *, first: int = 0) -> Iterator[Publisher]:
    """Publish meanwhile; `finish` says up to which number, and is called anyway."""
    publisher = Publisher(port, per_second, published=first)
    publisher.start()
    try:
        yield publisher
    finally:
        publisher.finish()
