"""A broker that has kept two million old messages, and hands them all over at once."""

import os
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import psutil
import pytest

from domain.tallies import ANY_METER
from tests.services.faulty_proxy import FaultyProxy
from tests.services.ingest_house import (
    Ingest,
    assert_all_is_stored,
    assert_nothing_is_left,
    configuration,
    ingest_running,
    records_of,
)
from tests.services.numbered_messages import METERS, Publisher, await_true, message, publishing
from tests.services.retained import publish_retained
from tests.services.servers import Influx, Mosquitto

pytestmark = [pytest.mark.services, pytest.mark.endurance]

UNKNOWN = int(os.environ.get("ZAINDU_TEST_FLOOD", "2000000"))
MOST_MEMORY_BYTES = 600_000_000
LETTERS_MB = 20


@contextmanager
def watched(ingest: Ingest) -> Iterator[list[int]]:
    """Note the resident memory of the process [B], twice a second."""
    assert ingest.process is not None
    process = psutil.Process(ingest.process.pid)
    sizes: list[int] = []
    over = threading.Event()

    def watch() -> None:
        with suppress(psutil.NoSuchProcess):
            while not over.wait(0.5):
                sizes.append(process.memory_info().rss)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield sizes
    finally:
        over.set()
        watching.join()


def _old_messages() -> Iterator[tuple[str, bytes]]:
    """What the known meters said last, among what many strangers did."""
    for n in range(METERS):
        topic, text = message(n)
        yield topic, text.encode()
    for n in range(UNKNOWN):
        yield (
            f"tele/stranger-{n:07d}/SENSOR",
            b'{"Time":"2026-01-15T09:05:00","ENERGY":{"Total":%d.5,"Power":%d}}' % (n, n % 3000),
        )


@pytest.mark.timeout(900)
def test_two_million_retained_messages_hold_up_nothing_that_is_live(
    mosquitto: Mosquitto, influx: Influx, proxy: FaultyProxy, tmp_path: Path
) -> None:
    mosquitto.stop()
    broker_file = mosquitto.folder / "mosquitto.conf"
    # It would write them all down every second.
    broker_file.write_text(broker_file.read_text().replace("persistence true", "persistence false"))
    mosquitto.start()
    publish_retained(mosquitto.port, _old_messages())
    config = configuration(
        tmp_path,
        mosquitto,
        influx,
        influx_url=proxy.url,
        tables={"ingest": f"drain_per_s = 1000000\ndead_letter_max_mb = {LETTERS_MB}"},
    )
    with ingest_running(config, influx.token) as ingest, watched(ingest) as sizes:
        ingest.await_word("connected to the broker")
        with (
            publishing(mosquitto.port, 50, first=METERS) as live,
            records_of(tmp_path) as records,
        ):

            def buried() -> int:
                tallies = records.tallies.between(date.min, date.max, [ANY_METER])
                return sum(tally.dead_lettered for tally in tallies)

            assert await_true(lambda: buried() == UNKNOWN, 800), (buried(), ingest.log())
        assert_all_is_stored(ingest, influx, live.finish())
        assert ingest.stop() == 0
        assert "Traceback" not in ingest.whole_log()
    whole = assert_nothing_is_left(tmp_path, buried=None)
    assert whole.received == live.published + UNKNOWN
    assert (whole.stored, whole.dead_lettered) == (live.published, UNKNOWN)
    assert max(sizes) < MOST_MEMORY_BYTES
    _assert_letters_keep_their_bound(tmp_path)
    waited_s = _waits(proxy, live)
    print(  # noqa: T201 - told with -s, and when it fails
        f"live messages waited {statistics.median(waited_s):.1f} s, {max(waited_s):.1f} s at most; "
        f"memory {max(sizes) / 1e6:.0f} MB at most"
    )
    assert statistics.median(waited_s) < 10
    assert max(waited_s) < 60


def _waits(proxy: FaultyProxy, live: Publisher) -> list[float]:
    """Return how long each live message waited from the meter to the store [s]."""
    written_at = {
        int(float(line.partition(" value=")[2].partition(",")[0])): request.at_s
        for request, _ in reversed(proxy.seen)
        if request.is_write
        for line in request.lines
    }
    waits, first = [], METERS
    for published, at_s in live.published_at:
        waits += [written_at[n] - at_s for n in range(first, published)]
        first = published
    return waits


def _assert_letters_keep_their_bound(folder: Path) -> None:
    with records_of(folder) as records:
        letters = records.dead_letters.newest(UNKNOWN)
    assert len(letters) > 1000
    assert sum(letter.weight_bytes for letter in letters) <= LETTERS_MB * 1_000_000
    files = (folder / "data").glob("records.sqlite*")
    assert sum(file.stat().st_size for file in files) < 3 * LETTERS_MB * 1_000_000
