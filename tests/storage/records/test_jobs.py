from datetime import UTC, datetime

import pytest
import sqlalchemy

from domain.periods import HOUR
from storage.records import SqlRecords

NOW = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)


def test_a_job_remembers_how_far_it_came(records: SqlRecords) -> None:
    assert records.jobs.done_until("rollup") is None
    records.jobs.set_done_until("rollup", NOW)
    records.jobs.set_done_until("rollup", NOW + HOUR)
    records.jobs.set_done_until("rollup", NOW - HOUR, key="b")
    assert records.jobs.done_until("rollup") == NOW + HOUR
    assert records.jobs.done_until("rollup", "b") == NOW - HOUR
    assert records.jobs.note("backfill") is None
    records.jobs.set_note("backfill", "12 %")
    records.jobs.set_note("backfill", "100 %")
    assert records.jobs.note("backfill") == "100 %"


def test_notes_are_found_by_how_their_key_starts(records: SqlRecords) -> None:
    for key in ("ingest.counters.b", "ingest.counters.a", "INGEST.COUNTERS.c", "ingest_counters.d"):
        records.jobs.set_note(key, key[-1])
    assert records.jobs.notes("ingest.counters") == {
        "ingest.counters.a": "a",
        "ingest.counters.b": "b",
    }
    assert records.jobs.notes("nothing") == {}


def test_an_instant_without_a_zone_is_refused(records: SqlRecords) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(sqlalchemy.exc.StatementError, match="zone"):
        records.jobs.set_done_until("rollup", naive)


def test_the_records_answer_until_they_are_closed(records: SqlRecords) -> None:
    records.ping()


def test_what_is_kept_is_there_for_another_process(records: SqlRecords, records_url: str) -> None:
    records.jobs.set_note("key", "text")
    engine = sqlalchemy.create_engine(records_url)
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT text FROM notes").scalar()
    engine.dispose()
    assert kept == "text"
