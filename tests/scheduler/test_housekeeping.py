from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.dead_letters import DeadLetter
from domain.imports import FileImport
from scheduler.housekeeping import prune
from settings.model import IngestSettings
from storage.records import open_records

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def _letter(age: timedelta) -> DeadLetter:
    return DeadLetter(
        topic="t", payload=b"", size=0, received_at=NOW - age, code="not_json", reason="empty"
    )


def _file(name: str, age: timedelta) -> FileImport:
    at = NOW - age
    return FileImport(id=name, file_name=name, size=1, author="maite", made_at=at, changed_at=at)


def test_old_letters_and_files_that_nobody_touched_go(tmp_path: Path) -> None:
    records = open_records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    records.dead_letters.add([_letter(timedelta(days=days)) for days in (1, 29, 31)])
    for name, days in (("new", 89), ("old", 91)):
        records.imports.add(_file(name, timedelta(days=days)))
        records.imports.add_chunk(name, 0, b"x")
    prune(records, IngestSettings(dead_letter_max_days=30), NOW)
    assert records.dead_letters.count() == 2
    assert [file.id for file in records.imports.newest(9)] == ["new"]
    assert records.imports.kept_bytes() == 1
    records.close()
