"""The disk that keeps messages while InfluxDB is away: full, damaged, or holding old ones."""

import re
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.messages import RawMessage
from ingest import spool_records
from ingest.spool import Spool
from tests.services.faulty_proxy import FaultyProxy
from tests.services.ingest_house import (
    Ingest,
    assert_all_is_stored,
    assert_nothing_is_left,
    await_all,
    await_subscription,
    configuration,
    ingest_running,
)
from tests.services.numbered_messages import await_true, message, publish, publishing
from tests.services.servers import Influx, Mosquitto

pytestmark = [pytest.mark.services, pytest.mark.endurance]

KEEPALIVE_S = 5


@contextmanager
def no_room(ingest: Ingest) -> Iterator[None]:
    """Let no file of the process grow beyond 64 kB: its spool, nor its database of records."""
    assert ingest.process is not None
    unlimited = resource.RLIM_INFINITY
    resource.prlimit(ingest.process.pid, resource.RLIMIT_FSIZE, (65_536, unlimited))
    yield
    resource.prlimit(ingest.process.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("protocol", ["3.1.1"])
def test_while_the_disk_is_full_the_broker_keeps_what_comes_and_the_connection_stands(
    mosquitto: Mosquitto, influx: Influx, tmp_path: Path, protocol: str
) -> None:
    config = configuration(
        tmp_path,
        mosquitto,
        influx,
        tables={
            "mqtt": f'keepalive_s = {KEEPALIVE_S}\nprotocol = "{protocol}"',
            "ingest": "queue_messages = 200\nbatch_messages = 100",
        },
    )
    with ingest_running(config, influx.token) as ingest:
        await_subscription(tmp_path / "ingest.log")
        with publishing(mosquitto.port, 300) as publisher:
            assert await_true(lambda: publisher.published > 300)
            influx.stop()
            with no_room(ingest):
                ingest.await_word("no room")
                time.sleep(2.5 * KEEPALIVE_S)
            ingest.await_word("messages are taken again")  # by the spool: InfluxDB is away
            with no_room(ingest):
                assert await_true(lambda: ingest.whole_log().count("no room") == 2)
                influx.start()
                ingest.await_word("disk I/O error")  # the records': nothing is settled without
            assert await_true(lambda: ingest.whole_log().count("taken again") == 2)
        assert_all_is_stored(ingest, influx, publisher.published)
        assert ingest.stop() == 0
        told = ingest.whole_log()
    assert told.count("no room") == told.count("cannot be written") == 2, told
    assert told.count("connected to the broker") == 1, told
    assert "was lost" not in told
    assert "Traceback" not in told
    whole = assert_nothing_is_left(tmp_path)
    assert whole.received == publisher.published


def _spooled(folder: Path) -> int:
    segments = (folder / "data" / "spool").glob("*.spool")
    return sum(spool_records.count(segment, 0) for segment in segments)


def test_a_damaged_spool_costs_the_messages_that_are_damaged_and_no_other(
    mosquitto: Mosquitto, influx: Influx, tmp_path: Path
) -> None:
    config = configuration(tmp_path, mosquitto, influx)
    with ingest_running(config, influx.token) as ingest:
        await_subscription(tmp_path / "ingest.log")
        influx.stop()
        publish(mosquitto.port, map(message, range(2000)))
        assert await_true(lambda: _spooled(tmp_path) == 2000), ingest.log()
        ingest.kill()
        _damage(next((tmp_path / "data" / "spool").glob("*.spool")))
        ingest.start()
        publish(mosquitto.port, map(message, range(2000, 3000)))
        influx.start()
        lost = {500, 1500}
        stored = await_all(influx, 3000 - len(lost), 120)
        assert stored == sorted(set(range(3000)) - lost), ingest.log()
        assert ingest.stop() == 0
        assert ingest.whole_log().count("is damaged at byte") == len(lost)
    kept = [file.read_bytes() for file in (tmp_path / "data" / "spool").glob("*.damaged")]
    assert len(kept) == len(lost)
    assert any(b'"Total": 1500.0' in piece for piece in kept)
    whole = assert_nothing_is_left(tmp_path, unreadable=len(lost))
    # What was in hand at the kill is delivered again, and counted again.
    assert whole.stored + whole.duplicate >= 3000 - len(lost)
    assert whole.dead_lettered == len(lost)


def _damage(segment: Path) -> None:
    """Flip a bit of one message and of another's length, and tear one that was being written."""
    content = bytearray(segment.read_bytes())
    starts = [0]
    for piece in spool_records.pieces(segment, 0):
        starts.append(piece.end)
    content[starts[500] + 60] ^= 0x10
    content[starts[1500] + 1] ^= 0x01
    torn = spool_records.encode(RawMessage("tele/plug-0/SENSOR", b"{}", datetime.now(UTC)))
    segment.write_bytes(content + torn[:-1])


DRAIN_PER_S = 400


def test_old_messages_on_disk_let_no_more_come_and_go_in_order_beside_what_is_live(
    mosquitto: Mosquitto, influx: Influx, proxy: FaultyProxy, tmp_path: Path
) -> None:
    config = configuration(
        tmp_path,
        mosquitto,
        influx,
        influx_url=proxy.url,
        tables={"ingest": f"spool_max_h = 1\ndrain_per_s = {DRAIN_PER_S}"},
    )
    old = 3000
    _spool_from_two_hours_ago(tmp_path / "data" / "spool", old)
    influx.stop()
    with ingest_running(config, influx.token) as ingest:
        await_subscription(tmp_path / "ingest.log")
        with publishing(mosquitto.port, 100, first=old) as live:
            ingest.await_word("no room")
            assert await_true(lambda: live.published > old + 200)
            assert _spooled(tmp_path) == old
            influx.start()
            assert await_true(lambda: not list((tmp_path / "data" / "spool").glob("*.spool")), 120)
        assert_all_is_stored(ingest, influx, live.finish())
        assert ingest.stop() == 0
    assert_nothing_is_left(tmp_path)
    writes = [
        (request.at_s, [int(n) for line in request.lines for n in _VALUE.findall(line)])
        for request, met in proxy.seen
        if request.is_write and met is None
    ]
    drained = [(at_s, n) for at_s, numbers in writes for n in numbers if n < old]
    assert list(dict.fromkeys(n for _, n in drained)) == list(range(old))
    took_s = drained[-1][0] - drained[0][0]
    assert took_s > 0.9 * (old / DRAIN_PER_S - 1)
    # What is live is written between, and not after.
    meanwhile = [at_s for at_s, numbers in writes if max(numbers) >= old and at_s < drained[-1][0]]
    assert len(meanwhile) > took_s


_VALUE = re.compile(r" value=(\d+)\.0,")


def _spool_from_two_hours_ago(folder: Path, number: int) -> None:
    spool = Spool(folder, max_bytes=100_000_000)
    at = datetime.now(UTC) - timedelta(hours=2)
    spool.append(
        [
            RawMessage(topic, text.encode(), at + timedelta(milliseconds=n))
            for n, (topic, text) in enumerate(map(message, range(number)))
        ]
    )
    spool.close()
