"""How fast ingest drains a broker's queue, next to paho with nothing behind it.

Both take the same QoS 1 messages from the same mosquitto, over the same
protocol, acknowledged by hand. Ours acknowledges after the store answered.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import paho.mqtt.client as paho

from bench import ingest_ground as ground
from bench import report
from ingest.service import IngestService
from settings.model import Settings
from storage.embedded import EmbeddedStore
from storage.ports import ReadingStore, Records
from storage.records import open_records
from tests.services.servers import Missing, Mosquitto

MESSAGES = 100_000
_ROUNDS = 2


def measure(messages: int = MESSAGES) -> None:
    """Print the rates, and ours over bare paho's; in turn, so that both meet the same machine."""
    ground.collect_rarely()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with ground.servers(folder) as (broker, influx):
                bare, ours = 0.0, 0.0
                for turn in range(_ROUNDS):
                    bare += _rate(broker, messages, f"bare-{turn}", _bare) / _ROUNDS
                    drain = _ours(folder, lambda: ground.influx_store(influx))
                    ours += _rate(broker, messages, f"influx-{turn}", drain) / _ROUNDS
                report.line("bare paho, manual acknowledgement", f"{bare:,.0f} messages/s")
                _say("one worker to InfluxDB", ours, bare)
                drain = _ours(folder, lambda: EmbeddedStore(folder / "readings.sqlite"))
                _say("to the embedded store", _rate(broker, messages, "embedded", drain), bare)
        except Missing as missing:
            report.line("ingest", "not measured", reference=str(missing))


def _say(what: str, rate: float, bare: float) -> None:
    report.line(what, f"{rate:,.0f} messages/s", ratio=rate / bare, reference="bare paho")


Drain = Callable[[Mosquitto, int, str], float]
"""Empties a session's queue; returns how long that took [s]."""


def _rate(broker: Mosquitto, messages: int, client_id: str, drain: Drain) -> float:
    """Fill the queue of a subscriber that is away, then drain it: messages a second."""
    _subscribe(broker, client_id)
    ground.publish(broker, messages)
    return messages / drain(broker, messages, client_id)


def _ours(folder: Path, open_store: Callable[[], ReadingStore]) -> Drain:
    def drain(broker: Mosquitto, messages: int, client_id: str) -> float:
        store = open_store()
        records = open_records(f"sqlite:///{folder / client_id}.sqlite")
        try:
            store.prepare()
            records.portfolio.apply_config(ground.portfolio())
            settings = ground.settings(broker, folder / client_id, client_id)
            return _drained(settings, store, records, messages)
        finally:
            store.close()
            records.close()

    return drain


def _drained(settings: Settings, store: ReadingStore, records: Records, messages: int) -> float:
    service = IngestService(settings, readings=store, records=records)
    stop = threading.Event()
    running = threading.Thread(target=service.run, args=(stop,))
    started = time.monotonic()
    running.start()
    while service.counters.stored < messages and time.monotonic() - started < ground.PATIENCE_S:
        time.sleep(0.01)
    took = time.monotonic() - started
    stop.set()
    running.join()
    counters = service.counters
    if counters.stored < messages or counters.unaccounted:
        raise RuntimeError(f"not everything was stored: {counters}")
    return took


def _bare(broker: Mosquitto, messages: int, client_id: str) -> float:
    done = threading.Event()
    seen = 0

    def on_message(client: paho.Client, _userdata: object, message: paho.MQTTMessage) -> None:
        nonlocal seen
        seen += 1
        client.ack(message.mid, message.qos)
        if seen == messages:
            done.set()

    client = ground.client(client_id, manual_ack=True)
    client.on_message = on_message
    started = time.monotonic()
    with ground.connected(client, broker):
        if not done.wait(ground.PATIENCE_S):
            raise RuntimeError(f"bare paho received {seen} of {messages}")
        return time.monotonic() - started


def _subscribe(broker: Mosquitto, client_id: str) -> None:
    client = ground.client(client_id)
    subscribed = threading.Event()
    client.on_subscribe = lambda *_: subscribed.set()
    with ground.connected(client, broker):
        client.subscribe(ground.TOPICS, qos=1)
        if not subscribed.wait(10):
            raise RuntimeError("the broker did not answer the subscription")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    measure(parser.parse_args().messages)
