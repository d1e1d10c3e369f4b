"""Several workers on one broker: they share the messages, and the loss of one loses nothing."""

import json
import threading
import time
from datetime import date
from pathlib import Path

import psutil
import pytest

from domain.tallies import ANY_METER, DayTally
from storage.records import open_records
from tests.services.ingest_house import (
    Ingest,
    await_all,
    await_subscription,
    configuration,
    ingest_running,
)
from tests.services.numbered_messages import Publisher
from tests.services.servers import Influx, Mosquitto

pytestmark = [pytest.mark.services, pytest.mark.endurance]


def _tallies(folder: Path) -> dict[str, DayTally]:
    """All messages of each worker, over every day."""
    records = open_records(f"sqlite:///{next((folder / 'data').rglob('records.sqlite'))}")
    try:
        sums: dict[str, DayTally] = {}
        for tally in records.tallies.between(date.min, date.max, [ANY_METER]):
            assert tally.unaccounted == 0
            known = sums.get(tally.worker)
            sums[tally.worker] = tally if known is None else known.plus(tally)
        return sums
    finally:
        records.close()


def _await_workers(ingest: Ingest, number: int) -> list[psutil.Process]:
    """Return the worker processes once there are so many and each has a subscription."""
    assert ingest.process is not None
    until = time.monotonic() + 60
    parent = psutil.Process(ingest.process.pid)
    while time.monotonic() < until:
        workers = parent.children()
        if len(workers) == number and ingest.log().count("connected to the broker") >= number:
            return workers
        time.sleep(0.2)
    raise AssertionError(ingest.log())


def _worker_of(process: psutil.Process) -> str:
    arguments = process.cmdline()
    return arguments[arguments.index("--worker") + 1]


def test_a_worker_killed_under_load_loses_nothing_and_the_others_take_over(
    mosquitto: Mosquitto, influx: Influx, tmp_path: Path
) -> None:
    config = configuration(tmp_path, mosquitto, influx)
    publisher = Publisher(mosquitto.port, per_second=600)
    publishing = threading.Thread(target=publisher.run)
    with ingest_running(config, influx.token, "--workers", "3") as ingest:
        workers = _await_workers(ingest, 3)
        time.sleep(1)
        publishing.start()
        time.sleep(3)
        for process in workers[:2]:
            process.kill()
            time.sleep(1)
        before = publisher.published
        assert before > 1000
        time.sleep(4)
        publisher.stop.set()
        publishing.join(40)
        stored = await_all(influx, publisher.published, 90)
        missing = sorted(set(range(publisher.published)) - set(stored))
        assert stored == list(range(publisher.published)), f"missing {missing[:9]} {ingest.log()}"
        again = _await_workers(ingest, 3)
        assert sorted(map(_worker_of, again)) == ["1", "2", "3"]
        assert {p.pid for p in again} - {p.pid for p in workers}
        assert ingest.stop() == 0
    tallies = _tallies(tmp_path)
    assert sorted(tallies) == ["under-test-1", "under-test-2", "under-test-3"]
    for worker, tally in tallies.items():
        assert tally.stored > publisher.published / 20, worker
        assert tally.spooled == 0, worker
    # What a killed worker had in hand was delivered again, never dropped.
    assert sum(t.stored + t.duplicate for t in tallies.values()) >= publisher.published


def test_the_sessions_of_workers_no_longer_wanted_are_emptied_and_ended(
    mosquitto: Mosquitto, influx: Influx, tmp_path: Path
) -> None:
    config = configuration(tmp_path, mosquitto, influx)
    publisher = Publisher(mosquitto.port, per_second=500)
    with ingest_running(config, influx.token, "--workers", "3") as ingest:
        _await_workers(ingest, 3)
        time.sleep(1)
        assert ingest.stop() == 0
    # Nobody is there: each of the three sessions holds a part of these.
    publishing = threading.Thread(target=publisher.run)
    publishing.start()
    time.sleep(2)
    publisher.stop.set()
    publishing.join(40)
    assert publisher.published > 500
    with ingest_running(config, influx.token) as ingest:
        await_subscription(tmp_path / "ingest.log")
        stored = await_all(influx, publisher.published, 60)
        assert stored == list(range(publisher.published)), ingest.log()
        until = time.monotonic() + 60
        roster = tmp_path / "data" / "workers.json"
        while json.loads(roster.read_text())["workers"] != [0]:
            assert time.monotonic() < until, ingest.log()
            time.sleep(0.2)
        assert ingest.stop() == 0
    # Sessions that are over hold nothing: what comes now waits for the one alone.
    later = Publisher(mosquitto.port, per_second=500, published=publisher.published)
    publishing = threading.Thread(target=later.run)
    publishing.start()
    time.sleep(1)
    later.stop.set()
    publishing.join(40)
    with ingest_running(config, influx.token) as ingest:
        stored = await_all(influx, later.published, 60)
        assert stored == list(range(later.published)), ingest.log()
        assert ingest.stop() == 0
