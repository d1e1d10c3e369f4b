"""A clock that somebody or something sets while ingest runs."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.periods import Period
from domain.readings import Quality
from tests.services.ingest_house import (
    assert_nothing_is_left,
    await_subscription,
    configuration,
    influx_store,
    ingest_running,
    records_of,
)
from tests.services.numbered_messages import await_true, publish
from tests.services.servers import Influx, Mosquitto

pytestmark = [pytest.mark.services, pytest.mark.endurance]

DAY = timedelta(days=1)
FIRST = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=8)
NUMBERS = 200
"""Messages at each setting of the clock: half of them dated by meters whose clock is right."""


class Clock:
    """What libfaketime shows the process; the clock that nobody sets stays as it is."""

    def __init__(self, library: Path, folder: Path) -> None:
        self._file = folder / "clock"
        self.env = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        }
        self.set("+0")

    def set(self, offset: str) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{offset}\n")
        draft.replace(self._file)


def _messages(first: int) -> Iterator[tuple[str, str]]:
    """Dated ones of meter m0, a second apart, and undated ones of meter m1."""
    for n in range(first, first + NUMBERS, 2):
        at = f"{FIRST + timedelta(seconds=n // 2):%Y-%m-%dT%H:%M:%S+00:00}"
        yield "tele/plug-0/SENSOR", json.dumps({"Time": at, "ENERGY": {"Total": float(n)}})
        yield "tele/plug-1/SENSOR", json.dumps({"ENERGY": {"Total": float(n + 1)}})


@pytest.mark.timeout(400)
def test_a_clock_a_day_fast_and_then_a_day_slow_costs_no_reading_and_refuses_none(
    mosquitto: Mosquitto, influx: Influx, faketime: Path, tmp_path: Path
) -> None:
    clock = Clock(faketime, tmp_path)
    config = configuration(tmp_path, mosquitto, influx)
    whole = Period(datetime.now(UTC) - 3 * DAY, datetime.now(UTC) + 3 * DAY)
    with (
        influx_store(influx) as store,
        ingest_running(config, influx.token, env=clock.env) as ingest,
    ):

        def values(meter: str) -> list[float]:
            return sorted(float(v) for v in store.read(meter, "energy.Total", whole)["value"])

        def all_are_stored(number: int) -> bool:
            stored = [*values("m0"), *values("m1")]
            return sorted(stored) == [float(n) for n in range(number)]

        await_subscription(tmp_path / "ingest.log")
        publish(mosquitto.port, _messages(0))
        assert await_true(lambda: all_are_stored(NUMBERS)), ingest.log()
        clock.set("+1d")
        publish(mosquitto.port, _messages(NUMBERS))
        assert await_true(lambda: all_are_stored(2 * NUMBERS)), ingest.log()
        # Received tomorrow, and stored yesterday.
        influx.stop()
        publish(mosquitto.port, _messages(2 * NUMBERS))
        ingest.await_word("messages go to the spool")
        clock.set("-1d")
        publish(mosquitto.port, _messages(3 * NUMBERS))
        influx.start()
        assert await_true(lambda: all_are_stored(4 * NUMBERS)), ingest.log()
        publish(mosquitto.port, _messages(4 * NUMBERS))
        assert await_true(lambda: all_are_stored(5 * NUMBERS)), ingest.log()
        rows = {meter: store.read(meter, "energy.Total", whole) for meter in ("m0", "m1")}
        assert await_true(lambda: not list((tmp_path / "data" / "spool").glob("*.spool")))
        assert ingest.stop() == 0
        assert ingest.whole_log().count("connected to the broker") == 1
    assert_nothing_is_left(tmp_path)
    undated = rows["m1"]
    assert set(undated["quality"]) == {int(Quality.RECEPTION_TIME)}
    assert {at.date() - datetime.now(UTC).date() for at in undated.index} >= {-DAY, 0 * DAY, DAY}
    with records_of(tmp_path) as records:
        dirty = {(meter, hour) for meter, hour, _ in records.dirty.pending()}
        received_on = {
            tally.day - datetime.now(UTC).date()
            for tally in records.tallies.between(date.min, date.max, ["m1"])
        }
    hours = {(meter, at.floor("h")) for meter, frame in rows.items() for at in frame.index}
    assert hours == dirty
    assert received_on >= {-DAY, 0 * DAY, DAY}
