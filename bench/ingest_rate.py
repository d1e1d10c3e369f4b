"""How fast ingest drains a broker's queue, next to paho with nothing behind it.

Both take the same QoS 1 messages from the same mosquitto, over the same
protocol, acknowledged by hand. Ours acknowledges after the store answered.
"""

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from bench import report
from domain.meters import Commodity, Meter, Source
from domain.sites import Building, Portfolio
from ingest.service import IngestService
from settings.model import IngestSettings, MqttSettings, Settings, SiteSettings
from storage.embedded import EmbeddedStore
from storage.influx import Buckets, InfluxStore
from storage.ports import ReadingStore, Records
from storage.records import open_records
from tests.services.servers import Influx, Missing, Mosquitto

METERS = 200
MESSAGES = 50_000
RECEIVE_MAXIMUM = 10_000
_TOPICS = "tele/+/SENSOR"
_PATIENCE_S = 300.0


def measure(messages: int = MESSAGES) -> None:
    """Print the rates, and ours over bare paho's."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as opened:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            broker = _broker(folder)
            influx = _influx(folder)
        except Missing as missing:
            report.line("ingest", "not measured", reference=str(missing))
            return
        opened.callback(broker.stop)
        opened.callback(influx.stop)
        bare = _rate(broker, messages, "bare", lambda: _drain_bare(broker, messages))
        report.line("bare paho, manual acknowledgement", f"{bare:,.0f} messages/s")
        for label, open_store in (
            ("ingest to InfluxDB", lambda: _influx_store(influx)),
            ("ingest to the embedded store", lambda: EmbeddedStore(folder / "readings.sqlite")),
        ):
            rate = _measure_ours(label, broker, folder, open_store, messages)
            report.line(label, f"{rate:,.0f} messages/s", ratio=rate / bare, reference="bare paho")


def _measure_ours(
    label: str,
    broker: Mosquitto,
    folder: Path,
    open_store: Callable[[], ReadingStore],
    messages: int,
) -> float:
    client_id = label.replace(" ", "-")
    store = open_store()
    records = open_records(f"sqlite:///{folder / client_id}.sqlite")
    try:
        store.prepare()
        records.portfolio.apply_config(_portfolio())
        settings = _settings(broker, folder / client_id, client_id)
        return _rate(
            broker, messages, client_id, lambda: _drain_ours(settings, store, records, messages)
        )
    finally:
        store.close()
        records.close()


def _rate(broker: Mosquitto, messages: int, client_id: str, drain: Callable[[], float]) -> float:
    """Fill the queue of a subscriber that is away, then drain it: messages a second."""
    _subscribe(broker, client_id)
    _publish(broker, messages)
    return messages / drain()


def _drain_ours(settings: Settings, store: ReadingStore, records: Records, messages: int) -> float:
    service = IngestService(settings, readings=store, records=records)
    stop = threading.Event()
    running = threading.Thread(target=service.run, args=(stop,))
    started = time.monotonic()
    running.start()
    while service.counters.stored < messages and time.monotonic() - started < _PATIENCE_S:
        time.sleep(0.01)
    took = time.monotonic() - started
    stop.set()
    running.join()
    counters = service.counters
    if counters.stored < messages or counters.unaccounted:
        raise RuntimeError(f"not everything was stored: {counters}")
    return took


def _drain_bare(broker: Mosquitto, messages: int) -> float:
    done = threading.Event()
    seen = 0

    def on_message(client: paho.Client, _userdata: object, message: paho.MQTTMessage) -> None:
        nonlocal seen
        seen += 1
        client.ack(message.mid, message.qos)
        if seen == messages:
            done.set()

    client = _client("bare", manual_ack=True)
    client.on_message = on_message
    started = time.monotonic()
    with _connected(client, broker):
        if not done.wait(_PATIENCE_S):
            raise RuntimeError(f"bare paho received {seen} of {messages}")
        return time.monotonic() - started


def _subscribe(broker: Mosquitto, client_id: str) -> None:
    client = _client(client_id)
    subscribed = threading.Event()
    client.on_subscribe = lambda *_: subscribed.set()
    with _connected(client, broker):
        client.subscribe(_TOPICS, qos=1)
        if not subscribed.wait(10):
            raise RuntimeError("the broker did not answer the subscription")


def _publish(broker: Mosquitto, messages: int) -> None:
    client = _client("publisher")
    client.max_inflight_messages_set(1000)
    with _connected(client, broker):
        first = datetime.now(UTC) - timedelta(days=2)
        last = None
        for number in range(messages):
            last = client.publish(*_message(number, first), qos=1)
            if number % 5000 == 4999:
                last.wait_for_publish(_PATIENCE_S)
        if last is not None:
            last.wait_for_publish(_PATIENCE_S)
        while client._out_messages:
            time.sleep(0.01)


def _message(number: int, first: datetime) -> tuple[str, str]:
    meter, place = number % METERS, number // METERS
    at = first + timedelta(seconds=10 * place)
    body = {
        "Time": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "ENERGY": {
            "TotalStartTime": "2025-10-25T15:22:04",
            "Total": 100.0 + place / 1000,
            "Yesterday": 1.234,
            "Today": 0.456,
            "Power": 170 + place % 50,
            "ApparentPower": 190,
            "ReactivePower": 80,
            "Factor": 0.89,
            "Voltage": 231,
            "Current": 0.82,
        },
    }
    return f"tele/plug-{meter}/SENSOR", json.dumps(body)


def _client(client_id: str, *, manual_ack: bool = False) -> paho.Client:
    return paho.Client(
        paho.CallbackAPIVersion.VERSION2,
        client_id=client_id,
        protocol=paho.MQTTv5,
        manual_ack=manual_ack,
    )


@contextmanager
def _connected(client: paho.Client, broker: Mosquitto) -> Iterator[None]:
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 3600
    properties.ReceiveMaximum = RECEIVE_MAXIMUM
    client.connect("127.0.0.1", broker.port, clean_start=False, properties=properties)
    client.loop_start()
    try:
        yield
    finally:
        client.disconnect()
        client.loop_stop()


def _portfolio() -> Portfolio:
    return Portfolio(
        buildings=(Building(id="b", name="B", floor_area_m2=1000.0),),
        meters=tuple(
            Meter(
                id=f"meter-{n}",
                building_id="b",
                name=f"Meter {n}",
                commodity=Commodity.ELECTRICITY,
                source=Source(family="tasmota", device=f"plug-{n}"),
            )
            for n in range(METERS)
        ),
    )


def _settings(broker: Mosquitto, data_dir: Path, client_id: str) -> Settings:
    return Settings(
        site=SiteSettings(name="Bench", data_dir=data_dir),
        mqtt=MqttSettings(
            port=broker.port,
            client_id=client_id,
            topics=(_TOPICS,),
            receive_maximum=RECEIVE_MAXIMUM,
        ),
        ingest=IngestSettings(batch_messages=5000, queue_messages=2 * RECEIVE_MAXIMUM),
    )


def _broker(folder: Path) -> Mosquitto:
    home = folder / "mosquitto"
    home.mkdir()
    broker = Mosquitto.in_folder(home)
    broker.start()
    return broker


def _influx(folder: Path) -> Influx:
    home = folder / "influx"
    home.mkdir()
    influx = Influx.in_folder(home)
    influx.start()
    influx.set_up()
    return influx


def _influx_store(influx: Influx) -> InfluxStore:
    buckets = Buckets(
        raw="bench_raw",
        rollup="bench_rollup",
        indicators="bench_indicators",
        raw_retention_days=0,
        rollup_retention_days=0,
        indicators_retention_days=0,
    )
    return InfluxStore(url=influx.url, org=influx.org, token=influx.token, buckets=buckets)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    measure(parser.parse_args().messages)
