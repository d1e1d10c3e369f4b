"""What the measurements of ingest stand on: real servers, 200 meters, a publisher."""

import gc
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from domain.meters import Commodity, Meter, Source
from domain.sites import Building, Portfolio
from settings.model import IngestSettings, MqttSettings, Settings, SiteSettings
from storage.influx import Buckets, InfluxStore
from tests.services.servers import Influx, Mosquitto

METERS = 200
TOPICS = "tele/+/SENSOR"
RECEIVE_MAXIMUM = 10_000
PATIENCE_S = 300.0


def collect_rarely() -> None:
    """Collect garbage as the product does, for whoever is measured in this process."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@contextmanager
def servers(folder: Path) -> Iterator[tuple[Mosquitto, Influx]]:
    """Start both in folders of their own; raises `Missing` where one is not to be had."""
    folder.chmod(0o755)
    homes = [folder / "mosquitto", folder / "influx"]
    for home in homes:
        home.mkdir()
    broker, influx = Mosquitto.in_folder(homes[0]), Influx.in_folder(homes[1])
    broker.start()
    influx.start()
    influx.set_up()
    try:
        yield broker, influx
    finally:
        broker.stop()
        influx.stop()


def influx_store(influx: Influx) -> InfluxStore:
    """Return a store in buckets of the bench's own."""
    buckets = Buckets(
        raw="zaindu_raw",
        rollup="zaindu_rollup",
        indicators="zaindu_indicators",
        raw_retention_days=0,
        rollup_retention_days=0,
        indicators_retention_days=0,
    )
    return InfluxStore(url=influx.url, org=influx.org, token=influx.token, buckets=buckets)


def portfolio() -> Portfolio:
    """Return one building with 200 meters, each behind a Tasmota."""
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


def settings(broker: Mosquitto, data_dir: Path, client_id: str, **ingest: int) -> Settings:
    """Return the product's defaults but for the bench's places; `ingest` overrides some."""
    return Settings(
        site=SiteSettings(name="Bench", data_dir=data_dir),
        mqtt=MqttSettings(
            port=broker.port,
            client_id=client_id,
            topics=(TOPICS,),
            receive_maximum=RECEIVE_MAXIMUM,
        ),
        ingest=IngestSettings(**ingest),  # type: ignore[arg-type]  # whole numbers by name
    )


def months_ago() -> datetime:
    """Return an instant far enough back for millions of messages after it."""
    return datetime.now(UTC) - timedelta(days=300)


def message(number: int, first: datetime, **more: object) -> tuple[str, str]:
    """Return the topic and the payload of one Tasmota message of one of the meters."""
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
        **more,
    }
    return f"tele/plug-{meter}/SENSOR", json.dumps(body)


def client(client_id: str, *, manual_ack: bool = False) -> paho.Client:
    """Return a bare paho client of MQTT 5."""
    return paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        protocol=paho.MQTTv5,
        manual_ack=manual_ack,
    )


@contextmanager
def connected(using: paho.Client, broker: Mosquitto) -> Iterator[None]:
    """Connect a client with a session that stays."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's
    properties.SessionExpiryInterval = 3600
    properties.ReceiveMaximum = RECEIVE_MAXIMUM
    using.connect("127.0.0.1", broker.port, clean_start=False, properties=properties)
    using.loop_start()
    try:
        yield
    finally:
        using.disconnect()
        using.loop_stop()


def publish(broker: Mosquitto, messages: int) -> None:
    """Publish so many messages at QoS 1, and return when the broker has them all."""
    publisher = client("publisher")
    publisher.max_inflight_messages_set(1000)
    with connected(publisher, broker):
        first = datetime.now(UTC) - timedelta(days=2)
        last = None
        for number in range(messages):
            last = publisher.publish(*message(number, first), qos=1)
            if number % 5000 == 4999:
                last.wait_for_publish(PATIENCE_S)
        if last is not None:
            last.wait_for_publish(PATIENCE_S)
        while publisher._out_messages:
            time.sleep(0.01)
