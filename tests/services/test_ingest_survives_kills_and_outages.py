"""The promise of ingest, on the real servers: every reading is there, once."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from domain.meters import Commodity, Meter, Source
from domain.periods import Period
from domain.registers import Accumulation, Quantity
from domain.sites import Building, Portfolio
from ingest.service import IngestService
from settings.model import MappingSettings, MqttSettings, Settings, SiteSettings
from storage.embedded import EmbeddedStore
from storage.records import open_records
from tests.services.ingest_house import (
    assert_nothing_is_left,
    await_all,
    await_subscription,
    configuration,
    ingest_running,
)
from tests.services.numbered_messages import Publisher
from tests.services.servers import Influx, Mosquitto

pytestmark = [pytest.mark.services, pytest.mark.endurance]

OUTAGE_S = 60.0


def test_a_stopped_influxdb_and_two_sigkills_cost_no_reading_and_double_none(
    mosquitto: Mosquitto, influx: Influx, tmp_path: Path
) -> None:
    config = configuration(tmp_path, mosquitto, influx)
    publisher = Publisher(mosquitto.port, per_second=500)
    publishing = threading.Thread(target=publisher.run)
    with ingest_running(config, influx.token) as ingest:
        await_subscription(config.parent / "ingest.log")
        publishing.start()
        time.sleep(3)
        ingest.kill()
        ingest.start()
        time.sleep(3)
        influx.stop()
        time.sleep(OUTAGE_S / 2)
        assert list((tmp_path / "data" / "spool").glob("*.spool")), ingest.log()
        ingest.kill()
        ingest.start()
        time.sleep(OUTAGE_S / 2)
        influx.start()
        time.sleep(3)
        publisher.stop.set()
        publishing.join(40)
        assert publisher.published > 5000
        stored = await_all(influx, publisher.published, 90)
        missing = sorted(set(range(publisher.published)) - set(stored))
        assert stored == list(range(publisher.published)), f"missing {missing[:9]} {ingest.log()}"
        assert ingest.stop() == 0
    assert_nothing_is_left(tmp_path)


def test_a_delta_without_time_is_one_row_although_the_broker_sends_it_again(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    """Killed between storing and acknowledging: its second coming takes the time it had."""
    mapping = MappingSettings.model_validate(
        {
            "name": "pulses",
            "topic": "pulses/+",
            "fields": (
                {
                    "path": "",
                    "register": "n",
                    "quantity": Quantity.ENERGY,
                    "unit": "kWh",
                    "accumulation": Accumulation.DELTA,
                },
            ),
        }
    )
    settings = Settings(
        site=SiteSettings(name="Test", data_dir=tmp_path),
        mqtt=MqttSettings(port=mosquitto.port, topics=("pulses/+",)),
        mappings=(mapping,),
    )
    meter = Meter(
        id="m",
        building_id="b",
        name="M",
        commodity=Commodity.ELECTRICITY,
        source=Source(family="mapping:pulses", device="cellar"),
    )
    readings = EmbeddedStore(tmp_path / "readings.sqlite")
    records = open_records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    building = Building(id="b", name="B", floor_area_m2=100.0)
    records.portfolio.apply_config(Portfolio(buildings=(building,), meters=(meter,)))
    for is_killed in (True, False):
        service = IngestService(settings, readings=readings, records=records)
        if is_killed:
            # What a kill after storing leaves: everything but the acknowledgement.
            service._writer._acknowledge = lambda _batch: None
        stop = threading.Event()
        running = threading.Thread(target=service.run, args=(stop,))
        running.start()
        until = time.monotonic() + 30
        while not service.is_ready and time.monotonic() < until:
            time.sleep(0.05)
        if is_killed:
            publisher = paho.Client(CallbackAPIVersion.VERSION2)
            publisher.connect("127.0.0.1", mosquitto.port)
            publisher.loop_start()
            for _ in range(3):  # three pulses that look alike are three
                publisher.publish("pulses/cellar", b"0.25", qos=1).wait_for_publish(20)
            publisher.disconnect()
            publisher.loop_stop()
        while service.counters.received < 3 and time.monotonic() < until:
            time.sleep(0.05)
        stop.set()
        running.join(20)
        assert service.counters.received == 3
    today = Period(datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1))
    frame = readings.read("m", "energy_delta.n", today)
    readings.close()
    records.close()
    assert frame["value"].tolist() == [0.25, 0.25, 0.25]
