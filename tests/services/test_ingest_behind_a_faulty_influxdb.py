"""InfluxDB that refuses, hangs and breaks off, while messages go on coming in."""

import random
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from tests.services.faulty_proxy import Answer, Break, Fault, FaultyProxy, Request
from tests.services.ingest_house import (
    assert_all_is_stored,
    assert_nothing_is_left,
    await_all,
    await_subscription,
    configuration,
    ingest_running,
    records_of,
)
from tests.services.numbered_messages import METERS, await_true, message, publish, publishing
from tests.services.servers import Influx, Mosquitto

pytestmark = [pytest.mark.services, pytest.mark.endurance]

BUSY_S = 3
FAULTS: dict[str, Fault] = {
    "too many": Answer(status=429, headers={"Retry-After": str(BUSY_S)}),
    "broken": Answer(status=500),
    "closed for work": Answer(status=503, headers={"Retry-After": "1"}),
    "silent": Break.HANG,
    "cut off": Break.CUT,
    "cut off once it has done its work": Break.CUT_AFTER,
    "somebody else": Answer(status=200, body=b"<html>Please sign in</html>"),
    "a proxy set up wrongly": Answer(status=400, body=b"<html>Bad Request</html>"),
}
NAMES_NOTHING = b'{"code":"invalid","message":"unable to parse"}'


def _has_met(proxy: FaultyProxy, fault: Fault) -> bool:
    return bool(proxy.writes(fault))


def _lets_writes_pass(proxy: FaultyProxy, since: int) -> bool:
    return any(met is None and request.is_write for request, met in proxy.seen[since:])


@pytest.mark.timeout(600)
def test_whatever_way_influxdb_fails_costs_no_reading_and_doubles_none(
    mosquitto: Mosquitto, influx: Influx, proxy: FaultyProxy, tmp_path: Path
) -> None:
    config = configuration(
        tmp_path,
        mosquitto,
        influx,
        influx_url=proxy.url,
        tables={"storage.influx": "timeout_s = 1.0", "ingest": "batch_messages = 500"},
    )
    spool = tmp_path / "data" / "spool"
    with ingest_running(config, influx.token) as ingest:
        await_subscription(tmp_path / "ingest.log")
        with publishing(mosquitto.port, 400) as publisher:
            assert await_true(lambda: publisher.published > 400)
            for name, fault in FAULTS.items():
                with proxy.failing(fault):
                    assert await_true(partial(_has_met, proxy, fault)), name
                    assert await_true(lambda: bool(list(spool.glob("*.spool")))), name
                since = len(proxy.seen)
                assert await_true(partial(_lets_writes_pass, proxy, since)), name
            mixed = random.Random(11).choices([None, None, *FAULTS.values()], k=20)
            with proxy.failing(*mixed):
                count = len(proxy.writes()) + 8
                assert await_true(lambda: len(proxy.writes()) >= count)
        assert_all_is_stored(ingest, influx, publisher.published)
        assert await_true(lambda: not list(spool.glob("*.spool")))
        assert ingest.stop() == 0
        assert "Traceback" not in ingest.whole_log()
        assert influx.token not in ingest.whole_log()
    whole = assert_nothing_is_left(tmp_path)
    assert whole.received == whole.stored == publisher.published
    asked = [(r.at_s, met) for r, met in proxy.seen if r.is_write]
    waits = [later - at for (at, met), (later, _) in pairwise(asked) if met == FAULTS["too many"]]
    assert min(waits) >= BUSY_S


def test_rows_older_than_the_bucket_keeps_are_buried_and_all_others_are_stored(
    mosquitto: Mosquitto, influx: Influx, tmp_path: Path
) -> None:
    config = configuration(
        tmp_path, mosquitto, influx, tables={"storage.influx": "raw_retention_days = 30"}
    )
    long_ago = datetime.now(UTC) - timedelta(days=60)
    too_old = {
        f'{{"Time":"{long_ago + timedelta(minutes=n):%Y-%m-%dT%H:%M:%S}","ENERGY":{{"Total":1}}}}'
        for n in range(METERS)
    }
    with ingest_running(config, influx.token) as ingest:
        await_subscription(tmp_path / "ingest.log")
        old = [(f"tele/plug-{n}/SENSOR", text) for n, text in enumerate(sorted(too_old))]
        publish(mosquitto.port, [m for n in range(500) for m in (*old[n : n + 1], message(n))])
        assert_all_is_stored(ingest, influx, 500)
        assert ingest.stop() == 0
    whole = assert_nothing_is_left(tmp_path, buried=METERS)
    assert (whole.stored, whole.dead_lettered) == (500, METERS)
    with records_of(tmp_path) as records:
        letters = records.dead_letters.newest(100)
    assert {letter.payload.decode() for letter in letters} == too_old
    assert {letter.code for letter in letters} == {"store_refused"}


@pytest.mark.parametrize("status", [400, 422])
def test_rows_refused_without_being_named_are_found_by_halving(
    mosquitto: Mosquitto, influx: Influx, proxy: FaultyProxy, tmp_path: Path, status: int
) -> None:
    poison = {7, 8, 1234}
    config = configuration(tmp_path, mosquitto, influx, influx_url=proxy.url)

    def judge(request: Request) -> Fault:
        is_poisoned = any(f" value={n}.0," in line for line in request.lines for n in poison)
        return Answer(status=status, body=NAMES_NOTHING) if is_poisoned else None

    proxy.judge = judge
    # They wait at the broker, so that they come in few and large batches.
    with ingest_running(config, influx.token) as ingest:
        await_subscription(tmp_path / "ingest.log")
        assert ingest.stop() == 0
    publish(mosquitto.port, map(message, range(3000)))
    with ingest_running(config, influx.token) as ingest:
        stored = await_all(influx, 3000 - len(poison), 120)
        assert stored == sorted(set(range(3000)) - poison), ingest.log()
        assert ingest.stop() == 0
    whole = assert_nothing_is_left(tmp_path, buried=len(poison))
    assert (whole.stored, whole.dead_lettered) == (3000 - len(poison), len(poison))
    with records_of(tmp_path) as records:
        letters = records.dead_letters.newest(100)
    assert {letter.payload.decode() for letter in letters} == {message(n)[1] for n in poison}
    refused = [r for r, met in proxy.seen if met is not None]
    assert len(refused) < 60
