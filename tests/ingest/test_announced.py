"""What a device announces, through the pipeline: durable with its batch, and never guessed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from domain.announcements import Announcement
from domain.errors import StorageUnavailable
from domain.messages import RawMessage
from domain.meters import Source
from ingest.pipeline import Outcome, Pipeline
from settings.model import Settings
from storage.ports import ReadingStore, Records
from tests.ingest.conftest import LIGHTING, NOON, portfolio_of
from tests.ingest.decoders.sparkplug_wire import field, metric, payload

NOON_MS = int(NOON.timestamp() * 1000)


def sparkplug(kind: str, *metrics: bytes) -> RawMessage:
    return RawMessage(f"spBv1.0/g/{kind}/node", payload(*metrics, at_ms=NOON_MS), NOON)


BIRTH = sparkplug("NBIRTH", metric("Energy", alias=1, datatype=10, unit="kWh", value=field(7, 1)))
DATA = sparkplug("NDATA", metric(alias=1, value=field(13, 101.5)))

UNREADABLE = RawMessage("tele/plug/SENSOR", b"{", NOON)


class Moody:
    """Announcements that do not answer when told to."""

    def __init__(self, records: Records) -> None:
        self._inner = records.announcements
        self.is_away = False

    def put(self, told: Sequence[Announcement], told_at: datetime) -> None:
        self._check()
        self._inner.put(told, told_at)

    def get(self, family: str, key: str) -> bytes | None:
        self._check()
        return self._inner.get(family, key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def _check(self) -> None:
        if self.is_away:
            raise StorageUnavailable("away")


class Kept:
    """Records whose announcements are moody."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.announcements = Moody(records)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)


@pytest.fixture
def kept(records: Records) -> Any:
    meter = replace(LIGHTING, source=Source(family="sparkplug", device="g/node"))
    records.portfolio.apply_config(portfolio_of(meter))
    return Kept(records)


@pytest.fixture
def started(settings: Settings, readings: ReadingStore, kept: Any) -> Any:
    def start(**options: Any) -> Pipeline:
        return Pipeline(settings, kept.portfolio.portfolio, readings, kept, **options)

    return start


def stored(readings: ReadingStore) -> float:
    return readings.latest(["lighting"])[("lighting", "energy.Energy")].value


def test_a_birth_is_known_to_the_next_message_and_durable_with_its_batch(
    started: Any, kept: Any, readings: ReadingStore
) -> None:
    assert started().handle([BIRTH, DATA]) == Outcome(without_reading=1, stored=1, readings=1)
    assert stored(readings) == 101.5
    assert kept.announcements.keys("sparkplug") == ("g/node",)


def test_a_batch_without_readings_makes_its_birth_durable_too(started: Any, kept: Any) -> None:
    started().handle([BIRTH])
    assert kept.announcements.keys("sparkplug") == ("g/node",)


def test_a_birth_outlives_the_process_that_heard_it(started: Any, readings: ReadingStore) -> None:
    started().handle([BIRTH])
    assert started().handle([DATA]) == Outcome(stored=1, readings=1)
    assert stored(readings) == 101.5


def test_while_the_births_cannot_be_looked_up_data_wait_instead_of_being_buried(
    started: Any, kept: Any
) -> None:
    started().handle([BIRTH])
    pipeline = started()
    kept.announcements.is_away = True
    with pytest.raises(StorageUnavailable):
        pipeline.handle([DATA])
    kept.announcements.is_away = False
    assert pipeline.handle([DATA]) == Outcome(stored=1, readings=1)
    assert kept.dead_letters.count() == 0


def test_a_birth_that_cannot_be_kept_leaves_its_batch_to_come_again(
    started: Any, kept: Any, readings: ReadingStore
) -> None:
    pipeline = started()
    assert pipeline.handle([DATA]).dead_lettered == 1
    kept.announcements.is_away = True
    with pytest.raises(StorageUnavailable):
        pipeline.handle([BIRTH, DATA])
    kept.announcements.is_away = False
    assert pipeline.handle([BIRTH, DATA]).messages == 2
    assert stored(readings) == 101.5
    assert kept.announcements.keys("sparkplug") == ("g/node",)


@pytest.mark.parametrize("fault", [StorageUnavailable("away"), ZeroDivisionError()])
def test_a_birth_whose_batch_failed_behind_it_is_kept_with_the_batch_that_comes_again(
    started: Any, kept: Any, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    pipeline = started()

    def fail(_letters: object) -> int:
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr(kept.dead_letters, "add", fail)
        with pytest.raises(type(fault)):
            pipeline.handle([BIRTH, UNREADABLE])
    assert kept.announcements.keys("sparkplug") == ()
    pipeline.handle([BIRTH, UNREADABLE])
    assert kept.announcements.keys("sparkplug") == ("g/node",)


def test_a_node_that_nobody_knows_is_asked_once_and_its_data_can_be_replayed(
    started: Any, kept: Any, readings: ReadingStore
) -> None:
    asked: list[str] = []
    pipeline = started(publish=lambda topic, _payload: asked.append(topic))
    pipeline.handle([DATA, DATA])
    pipeline.handle([DATA])
    assert asked == ["spBv1.0/g/NCMD/node"]
    (letter, *_) = kept.dead_letters.newest(10)
    assert letter.code == "needs_birth"
    pipeline.handle([BIRTH, RawMessage(letter.topic, letter.payload, letter.received_at)])
    assert stored(readings) == 101.5
