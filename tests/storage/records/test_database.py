import os
import signal
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from domain.errors import StorageUnavailable
from storage.records import SqlRecords, open_records
from storage.records.database import Database
from tests.services import servers


@pytest.mark.services
def test_the_records_come_back_with_their_server(postgres: servers.Postgres) -> None:
    records = open_records(postgres.url)
    records.jobs.set_note("key", "text")
    postgres.stop()
    with pytest.raises(StorageUnavailable):
        records.ping()
    with pytest.raises(StorageUnavailable):
        records.jobs.set_note("key", "lost")
    postgres.start()
    assert records.jobs.note("key") == "text"
    records.close()


@pytest.mark.services
def test_records_that_may_only_be_read_for_now_are_away(fresh_postgres: str) -> None:
    open_records(fresh_postgres).close()
    records = open_records(f"{fresh_postgres}%20-cdefault_transaction_read_only%3Don")
    with pytest.raises(StorageUnavailable, match="read-only"):
        records.jobs.set_note("key", "text")
    assert records.jobs.note("key") is None
    records.close()


@pytest.mark.services
def test_records_being_restored_are_away(fresh_postgres: str) -> None:
    records = open_records(fresh_postgres)
    operator = Database(fresh_postgres)
    with operator.writing() as connection:
        connection.exec_driver_sql("DROP TABLE notes")
    operator.close()
    with pytest.raises(StorageUnavailable, match="notes"):
        records.jobs.set_note("key", "text")
    records.close()


@pytest.mark.services
def test_a_lock_that_somebody_forgot_is_not_waited_for_without_end(
    fresh_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.records.database.BUSY_TIMEOUT_S", 0.1)
    records = open_records(fresh_postgres)
    forgotten = Database(fresh_postgres)
    with forgotten.writing() as connection:
        connection.exec_driver_sql("LOCK TABLE notes")
        with pytest.raises(StorageUnavailable, match="lock timeout"):
            records.jobs.set_note("key", "text")
    records.jobs.set_note("key", "text")
    records.close()
    forgotten.close()


@pytest.mark.services
@pytest.mark.parametrize(("more", "idle_s"), [("", "10"), ("&keepalives_idle=77", "77")])
def test_a_server_that_died_without_a_word_is_noticed(
    fresh_postgres: str, more: str, idle_s: str
) -> None:
    database = Database(fresh_postgres + more)
    with database.reading() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        parameters = driver.info.get_parameters()
    assert (parameters["keepalives_idle"], parameters["keepalives_count"]) == (idle_s, "3")
    database.close()


@pytest.mark.services
def test_a_connection_that_froze_while_nobody_used_it_is_replaced(
    fresh_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.records.postgresql.PATIENCE_S", 0.5)
    database = Database(fresh_postgres)
    with database.reading() as connection:
        frozen = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    os.kill(frozen, signal.SIGSTOP)
    try:
        with database.reading() as connection:
            assert connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() != frozen
    finally:
        os.kill(frozen, signal.SIGCONT)
    database.close()


@pytest.mark.services
def test_a_server_that_freezes_amid_a_transaction_is_given_up(
    fresh_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.records.postgresql.PATIENCE_S", 0.5)
    database = Database(fresh_postgres)
    with pytest.raises(StorageUnavailable, match="no answer for"), database.writing() as connection:
        _freeze_amid(connection)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    database.close()


@pytest.mark.services
def test_what_excludes_others_does_so_together_with_other_writing_too(fresh_postgres: str) -> None:
    one, other = Database(fresh_postgres), Database(fresh_postgres)
    with one.together(), one.writing(exclusive=7), other.reading() as connection:
        tried = connection.exec_driver_sql("SELECT pg_try_advisory_xact_lock(7)").scalar()
    assert tried is False
    one.close()
    other.close()


def test_nobody_else_on_the_machine_reads_the_records(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    records = open_records(f"sqlite:///{path}")
    records.jobs.set_note("key", "text")
    modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    records.close()
    assert modes == {0o600}


def test_records_in_memory_are_refused() -> None:
    for url in ("sqlite://", "sqlite:///:memory:"):
        with pytest.raises(StorageUnavailable, match="file"):
            open_records(url)


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageUnavailable):
        open_records(f"sqlite:///{tmp_path / 'file' / 'records.sqlite'}")


def test_what_is_kept_together_is_kept_whole_or_not_at_all(records: SqlRecords) -> None:
    hour = datetime(2026, 3, 10, 12, tzinfo=UTC)

    def fail_half_way() -> None:
        with records.together():
            records.jobs.set_note("one", "text")
            records.dirty.mark([("m", hour)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert records.jobs.note("one") is None
    assert records.dirty.count() == 0
    with records.together():
        records.jobs.set_note("one", "text")
        records.dirty.mark([("m", hour)])
    records.jobs.set_note("two", "text")
    assert records.jobs.note("one") == records.jobs.note("two") == "text"
    assert records.dirty.count() == 1


def test_a_block_inside_another_is_a_part_of_it(records: SqlRecords) -> None:
    with records.together():
        with records.together():
            records.jobs.set_note("one", "text")
        records.jobs.set_note("two", "text")
        assert records.jobs.note("one") is None, "nothing is durable yet"
    assert records.jobs.note("one") == records.jobs.note("two") == "text"


def _freeze_amid(connection: Connection) -> None:
    frozen = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    os.kill(frozen, signal.SIGSTOP)
    try:
        connection.exec_driver_sql("SELECT 1")
    finally:
        os.kill(frozen, signal.SIGCONT)
