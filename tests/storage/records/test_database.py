import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import StorageUnavailable
from storage.records import SqlRecords, open_records
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
