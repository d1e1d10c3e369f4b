"""The session outlives the connection, over both versions of the protocol.

A broker that stops takes unread acknowledgements with it, and delivers again
what they were for: how many messages were stored does not tell how many rows
there are. So these are what is waited for.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import paho.mqtt.client as paho
import pytest

from domain.meters import Commodity, Meter, Source
from domain.periods import Period
from domain.sites import Building, Portfolio
from ingest.service import IngestService
from settings.model import MqttSettings, Settings, SiteSettings
from storage.embedded import EmbeddedStore
from storage.records import open_records
from tests.services.ingest_in_process import House, publish, sensor
from tests.services.servers import Mosquitto

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
WHOLE = Period(NOW - timedelta(days=1), NOW + timedelta(days=1))

pytestmark = pytest.mark.services


def _publish(port: int, numbers: range) -> None:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="publisher")
    client.connect("127.0.0.1", port)
    client.loop_start()
    for number in numbers:
        at = f"{NOW + timedelta(seconds=number):%Y-%m-%dT%H:%M:%S}"
        text = f'{{"Time":"{at}+00:00","ENERGY":{{"Total":{number}}}}}'
        client.publish("tele/plug/SENSOR", text, qos=1).wait_for_publish(20)
    client.disconnect()
    client.loop_stop()


def _await(is_true: Callable[[], bool], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while not is_true() and time.monotonic() < until:
        time.sleep(0.05)
    return is_true()


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_who_shares_messages_hears_them_again_after_a_broker_that_forgot_it(
    house: House, mosquitto: Mosquitto, protocol: Literal["5", "3.1.1"]
) -> None:
    mqtt = MqttSettings(port=mosquitto.port, protocol=protocol, client_id="shares", share="group")
    service, end = house.ingest(mqtt)
    assert _await(lambda: service.is_ready)
    mosquitto.stop()
    assert _await(lambda: not service.is_ready)
    mosquitto.start()
    assert _await(lambda: service.is_ready)
    publish(mosquitto.port, ("tele/plug/SENSOR", sensor(7)))
    assert _await(lambda: house.values() == [7.0], 20)
    end()


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_restarted_broker_and_a_restarted_ingest_cost_nothing(
    mosquitto: Mosquitto, tmp_path: Path, protocol: Literal["5", "3.1.1"]
) -> None:
    settings = Settings(
        site=SiteSettings(name="Test", data_dir=tmp_path),
        mqtt=MqttSettings(port=mosquitto.port, protocol=protocol, client_id="under-test"),
    )
    meter = Meter(
        id="m",
        building_id="b",
        name="M",
        commodity=Commodity.ELECTRICITY,
        source=Source(family="tasmota", device="plug"),
    )
    readings = EmbeddedStore(tmp_path / "readings.sqlite")
    records = open_records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    building = Building(id="b", name="B", floor_area_m2=100.0)
    records.portfolio.apply_config(Portfolio(buildings=(building,), meters=(meter,)))

    def started() -> tuple[IngestService, Callable[[], None]]:
        service = IngestService(settings, readings=readings, records=records)
        stop = threading.Event()
        running = threading.Thread(target=service.run, args=(stop,))
        running.start()

        def end() -> None:
            stop.set()
            running.join(20)
            assert not running.is_alive()

        return service, end

    def stored() -> list[float]:
        return [float(value) for value in readings.read("m", "energy.Total", WHOLE)["value"]]

    service, end = started()
    try:
        assert _await(lambda: service.is_ready)
        _publish(mosquitto.port, range(100))
        mosquitto.stop()
        assert _await(lambda: not service.is_ready)
        mosquitto.start()
        _publish(mosquitto.port, range(100, 200))
        assert _await(lambda: len(stored()) == 200), service.counters
        assert _await(lambda: service.is_ready)
    finally:
        end()
    assert service.counters.unaccounted == 0
    # Nobody listens now: the session keeps what comes.
    _publish(mosquitto.port, range(200, 300))
    service, end = started()
    try:
        assert _await(lambda: len(stored()) == 300), service.counters
    finally:
        end()
    assert service.counters.unaccounted == 0
    assert stored() == [float(n) for n in range(300)]
    readings.close()
    records.close()
