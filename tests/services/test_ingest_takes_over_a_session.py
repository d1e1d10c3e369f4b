"""Ingest put together: whose session ends, and when."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from settings.model import MqttSettings, Settings, SiteSettings
from settings.secrets import Secrets
from tests.services.ingest_in_process import House, publish, sensor
from tests.services.numbered_messages import await_true
from tests.services.servers import Mosquitto
from zaindu.stores import Stores
from zaindu.supervision import Part
from zaindu.wiring import ingest_parts


@pytest.mark.services
def test_a_session_goes_on_taking_messages_until_those_in_its_place_listen(
    house: House, mosquitto: Mosquitto, tmp_path: Path
) -> None:
    mqtt = MqttSettings(port=mosquitto.port, client_id="former")
    service, end = house.ingest(mqtt)
    assert await_true(lambda: service.is_ready)
    end()
    settings = Settings(site=SiteSettings(name="Test", data_dir=tmp_path), mqtt=mqtt)
    stores = Stores(readings=house.readings, records=house.records)
    (tmp_path / "workers.json").write_text('{"workers": [0]}')
    listening, retiring = ingest_parts(settings, Secrets(), stores, number=1, count=2)
    assert retiring.name == "end of former"
    stop_retiring = _running(retiring)
    time.sleep(0.5)
    publish(mosquitto.port, ("tele/plug/SENSOR", sensor(7)))
    stop_listening = _running(listening)
    assert await_true(lambda: house.values() == [7.0], 20)
    stop_listening()
    stop_retiring()


def _running(part: Part) -> Callable[[], None]:
    """Run a part in a thread of its own; return what ends it."""
    stop = threading.Event()
    thread = threading.Thread(target=part.run, args=(stop,))
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(20)

    return end
