"""A mistake of configuration: the broker sends one away whenever the other one comes."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.services.ingest_house import (
    Ingest,
    assert_all_is_stored,
    assert_nothing_is_left,
    await_subscription,
    configuration,
    ingest_running,
)
from tests.services.numbered_messages import await_true, publishing
from tests.services.servers import Influx, Mosquitto

pytestmark = [pytest.mark.services, pytest.mark.endurance]

PROTOCOLS = ("5", "3.1.1")
CURE = "give every Zaindu its own client_id"


@pytest.fixture
def running() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.mark.timeout(600)
def test_two_with_one_id_both_say_so_once_lose_nothing_and_the_one_left_goes_on(
    mosquitto: Mosquitto, influx: Influx, tmp_path: Path, running: ExitStack
) -> None:
    def start(who: str, protocol: str) -> Ingest:
        folder = tmp_path / f"{who}-{protocol}"
        config = configuration(
            folder,
            mosquitto,
            influx,
            client_id=f"clash-{protocol}",
            tables={
                "mqtt": f'protocol = "{protocol}"',
                "storage.influx": f'bucket_raw = "raw-{protocol}"',
            },
        )
        return running.enter_context(ingest_running(config, influx.token))

    first = {protocol: start("first", protocol) for protocol in PROTOCOLS}
    for ingest in first.values():
        await_subscription(ingest.config.parent / "ingest.log")
    publisher = running.enter_context(publishing(mosquitto.port, 100))
    second = {protocol: start("second", protocol) for protocol in PROTOCOLS}
    for ingest in (*first.values(), *second.values()):
        ingest.await_word(CURE, 120)
    # At the slow pace now: each is sent away some more times, and says nothing.
    published = publisher.published
    assert await_true(lambda: publisher.published > published + 500)
    for ingest in second.values():
        assert ingest.stop() == 0
    published = publisher.published
    assert await_true(lambda: publisher.published > published + 100)
    published = publisher.finish()
    for protocol, ingest in first.items():
        assert_all_is_stored(ingest, influx, published, raw=f"raw-{protocol}")
        assert ingest.stop() == 0
    for protocol in PROTOCOLS:
        tallies = [
            assert_nothing_is_left(ingest.config.parent, client_id=f"clash-{protocol}")
            for ingest in (first[protocol], second[protocol])
        ]
        # What one had in hand when it was sent away came to the other one as well.
        assert sum(tally.stored for tally in tallies) >= published
        assert all(tally.stored for tally in tallies)
        for ingest in (first[protocol], second[protocol]):
            assert ingest.whole_log().count(CURE) == 1, ingest.log()
            assert "Traceback" not in ingest.whole_log()
