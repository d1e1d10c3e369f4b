from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from domain.dead_letters import LetterFilter, digest_of
from domain.errors import RejectedMessage, StorageUnavailable
from domain.messages import RawMessage
from ingest.dead_letter_box import DeadLetterBox
from ingest.pipeline import Pipeline
from ingest.spool import Spool
from settings.model import IngestSettings, Settings
from storage.ports import ReadingStore, Records
from tests.ingest.conftest import NOON, tasmota

BOUNDS = IngestSettings(dead_letter_max_mb=1, dead_letter_max_days=36_500, max_payload_kb=16)
BOUND = 1_000_000
PROBLEM = RejectedMessage("it is cut short")


@pytest.fixture
def pipeline(settings: Settings, readings: ReadingStore, records: Records) -> Pipeline:
    return Pipeline(settings, records.portfolio.portfolio, readings, records)


def _kept_bytes(records: Records) -> int:
    return records.dead_letters.summed(LetterFilter()).weight_bytes


def _bury(box: DeadLetterBox, batch: list[RawMessage]) -> None:
    box.keep(batch, {place: [PROBLEM] for place in range(len(batch))})


def test_a_letter_tells_whose_device_it_is_and_how_the_message_came(
    pipeline: Pipeline, records: Records
) -> None:
    message = tasmota(1.0, device="new")._replace(queued=True)
    pipeline.handle([message, tasmota(-3, power=40), RawMessage("t", b"{", NOON, True)])
    unknown, negative, broken = records.dead_letters.in_order(LetterFilter(), limit=9)
    assert (unknown.family, unknown.device) == ("tasmota", "new")
    assert (unknown.retained, unknown.queued) == (False, True)
    assert unknown.digest == digest_of(message.topic, message.payload)
    assert (negative.family, negative.device) == ("tasmota", "plug")
    assert (broken.family, broken.device, broken.retained) == ("", "", True)


def test_huge_messages_alike_at_their_start_are_told_apart(records: Records) -> None:
    huge = [RawMessage("t", bytes(20_000) + end, NOON) for end in (b"1", b"2")]
    _bury(DeadLetterBox(BOUNDS, records), huge)
    first, second = records.dead_letters.in_order(LetterFilter(), limit=9)
    assert first.payload == second.payload
    assert first.digest != second.digest


def test_a_message_that_comes_again_after_a_kill_or_through_the_spool_is_buried_once(
    tmp_path: Path, settings: Settings, readings: ReadingStore, records: Records
) -> None:
    bad = RawMessage("tele/plug/SENSOR", b"\x00", NOON)
    again = bad._replace(received_at=NOON + timedelta(minutes=3), repeated=True)
    spool = Spool(tmp_path / "spool", max_bytes=10**6)
    assert spool.append([again])
    for batch in ([bad], [bad], [again], spool.peek(10)):
        pipeline = Pipeline(settings, records.portfolio.portfolio, readings, records)
        assert pipeline.handle(batch).dead_lettered == 1
    spool.close()
    assert records.dead_letters.count() == 1


def test_a_flood_of_tiny_messages_never_exceeds_the_bound(records: Records) -> None:
    box = DeadLetterBox(BOUNDS, records)
    number = 0
    for _ in range(20):
        batch = [RawMessage("t", b"%d" % n, NOON) for n in range(number, number + 300)]
        number += 300
        _bury(box, batch)
        assert _kept_bytes(records) <= BOUND
    assert _kept_bytes(records) > BOUND // 2
    (newest,) = records.dead_letters.newest(1)
    assert newest.payload == b"5999"


def test_the_bound_holds_though_a_batch_was_undone(records: Records) -> None:
    box = DeadLetterBox(BOUNDS, records)
    for n in range(60):
        batch = [RawMessage(f"t{n}", bytes(10_000), NOON)] * 4
        try:
            with records.together():
                _bury(box, batch)
                if n % 2 == 0:
                    raise StorageUnavailable("gone before it was durable")
        except StorageUnavailable:
            box.forget_room()
        assert _kept_bytes(records) <= BOUND


def test_a_batch_larger_than_all_that_may_be_kept_leaves_its_newest(
    records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    _bury(DeadLetterBox(BOUNDS, records), [RawMessage("t", bytes(15_000), NOON)] * 80)
    assert 0 < records.dead_letters.count() < 80
    assert _kept_bytes(records) <= BOUND
    assert "more than may be kept" in caplog.text


def test_what_an_earlier_process_left_counts_too(records: Records) -> None:
    for start in range(4):
        batch = [RawMessage(f"t{start}", bytes(10_000), NOON)] * 40
        _bury(DeadLetterBox(BOUNDS, records), batch)
        assert _kept_bytes(records) <= BOUND


@given(sizes=st.lists(st.lists(st.integers(0, 16_384), max_size=30), max_size=12))
@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_mix_of_messages_exceeds_the_bound(records: Records, sizes: list[list[int]]) -> None:
    records.dead_letters.delete(LetterFilter())
    box = DeadLetterBox(BOUNDS, records)
    for batch in sizes:
        _bury(box, [RawMessage("t", bytes(size), datetime.now(UTC)) for size in batch])
        assert _kept_bytes(records) <= BOUND


def test_the_file_of_the_records_uses_again_what_is_freed(tmp_path: Path, records: Records) -> None:
    box = DeadLetterBox(BOUNDS, records)
    tables_bytes = 300_000
    for start in range(30):
        _bury(box, [RawMessage(f"t{start}", bytes(8_000), NOON)] * 10)
        _bury(box, [RawMessage("tiny", b"%d" % n, NOON) for n in range(300)])
    assert (tmp_path / "records.sqlite").stat().st_size <= BOUND + tables_bytes
