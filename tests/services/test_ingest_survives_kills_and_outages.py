"""The promise of ingest, on the real servers: every reading is there, once."""

import threading
import time
from pathlib import Path

import pytest

from tests.services.ingest_house import (
    Publisher,
    assert_nothing_is_left,
    await_all,
    await_subscription,
    configuration,
    ingest_running,
)
from tests.services.servers import Influx, Mosquitto

pytestmark = pytest.mark.services

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
