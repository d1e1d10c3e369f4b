"""Messages that no longer add up are told once, and remembered after a restart."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.reconciliations import DayWord
from domain.tallies import ANY_METER, DayTally
from scheduler.breach_watch import BreachWatch
from storage.records import SqlRecords, open_records

NOW = datetime(2026, 2, 5, 12, tzinfo=UTC)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqlRecords]:
    opened = open_records(f"sqlite:///{tmp_path}/records.sqlite")
    yield opened
    opened.close()


def _count(records: SqlRecords, received: int, stored: int, worker: str = "a") -> None:
    text = f'{{"since":"2026-02-05T00:00:00+00:00","received":{received},"stored":{stored}}}'
    records.jobs.set_note(f"ingest.counters.{worker}", text)


def _told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]


def test_a_lost_message_is_told_once_and_again_when_more_are_lost(
    records: SqlRecords, caplog: pytest.LogCaptureFixture
) -> None:
    watch = BreachWatch(records)
    _count(records, 10, 9)
    for _ in range(4):
        watch.run(NOW)
    assert len(_told(caplog)) == 1
    assert "worker a since its start: 1" in _told(caplog)[0]
    restarted = BreachWatch(records)
    for _ in range(3):
        restarted.run(NOW)
    assert len(_told(caplog)) == 1
    _count(records, 10, 7)
    restarted.run(NOW)
    assert len(_told(caplog)) == 2


def test_a_sum_that_is_right_at_the_next_look_was_none(
    records: SqlRecords, caplog: pytest.LogCaptureFixture
) -> None:
    watch = BreachWatch(records)
    for stored in (9, 10, 9, 10):
        _count(records, 10, stored)
        watch.run(NOW)
    assert _told(caplog) == []
    assert records.reconciliations.between(date.min, date.max) == ()


def test_a_day_on_which_messages_went_missing_stays_known_after_a_restart_of_ingest(
    records: SqlRecords, caplog: pytest.LogCaptureFixture
) -> None:
    watch = BreachWatch(records)
    day = NOW.date() - timedelta(days=1)
    records.tallies.add(
        [
            DayTally(day=day, meter_id=ANY_METER, worker="a", received=8, stored=7),
            DayTally(day=day, meter_id=ANY_METER, worker="b", received=5, stored=5),
        ]
    )
    _count(records, 10, 9)
    watch.run(NOW)
    watch.run(NOW)
    _count(records, 0, 0)
    records.tallies.add([DayTally(day=day, meter_id=ANY_METER, worker="a", stored=1)])
    with caplog.at_level(logging.INFO):
        watch.run(NOW)
    assert "right again" in caplog.text
    kept = records.reconciliations.between(date.min, date.max)
    assert [(row.day, row.meter_id, row.word) for row in kept] == [
        (day, ANY_METER, DayWord.BREACH),
        (NOW.date(), ANY_METER, DayWord.BREACH),
    ]
    assert (kept[0].received, kept[0].stored) == (13, 12)
