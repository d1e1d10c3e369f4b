"""Ingest in the process of the test itself, on embedded stores with one meter."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from domain.meters import Commodity, Meter, Source
from domain.periods import Period
from domain.sites import Building, Portfolio
from ingest.service import IngestService
from settings.model import IngestSettings, MqttSettings, Settings, SiteSettings
from storage.embedded import EmbeddedStore
from storage.ports import ReadingStore, Records
from storage.records import open_records

NOW = datetime.now(UTC).replace(microsecond=0)
WHOLE = Period(NOW - timedelta(days=1), NOW + timedelta(days=1))


class House:
    """Stores with one meter, and ingest started on them at will."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder = folder
        self._opened = opened
        self.readings: ReadingStore = EmbeddedStore(folder / "readings.sqlite")
        self.records: Records = open_records(f"sqlite:///{folder / 'records.sqlite'}")
        opened.callback(self.readings.close)
        opened.callback(self.records.close)
        meter = Meter(
            id="m",
            building_id="b",
            name="M",
            commodity=Commodity.ELECTRICITY,
            source=Source(family="tasmota", device="plug"),
        )
        building = Building(id="b", name="B", floor_area_m2=100.0)
        self.records.portfolio.apply_config(Portfolio(buildings=(building,), meters=(meter,)))

    def ingest(
        self, mqtt: MqttSettings, *, username: str | None = None, password: str | None = None
    ) -> tuple[IngestService, Callable[[], None]]:
        """Start ingest; return it and what stops it."""
        settings = Settings(
            site=SiteSettings(name="Test", data_dir=self.folder),
            mqtt=mqtt,
            ingest=IngestSettings(max_payload_kb=4),
        )
        service = IngestService(
            settings,
            username=username,
            password=password,
            readings=self.readings,
            records=self.records,
        )
        stop = threading.Event()
        running = threading.Thread(target=service.run, args=(stop,))
        running.start()

        def end() -> None:
            stop.set()
            running.join(20)

        self._opened.callback(end)
        return service, end

    def values(self) -> list[float]:
        """What is stored, by time."""
        return [float(v) for v in self.readings.read("m", "energy.Total", WHOLE)["value"]]


def sensor(number: int) -> bytes:
    at = f"{NOW - timedelta(hours=1) + timedelta(seconds=number):%Y-%m-%dT%H:%M:%S}+00:00"
    return f'{{"Time":"{at}","ENERGY":{{"Total":{number}}}}}'.encode()


def publish(port: int, *messages: tuple[str, bytes]) -> None:
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for topic, payload in messages:
        client.publish(topic, payload, qos=1).wait_for_publish(20)
    client.disconnect()
    client.loop_stop()
