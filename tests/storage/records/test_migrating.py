"""Opening a database: empty, of this version, older, newer, twice at once, or not there."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import storage.migrations
from domain.errors import NewerDatabase, StorageUnavailable
from storage.records import open_records
from storage.records.database import Database
from storage.records.migrating import migrate, revision_of
from storage.records.tables import metadata

_NEXT_REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("notes", sa.Column("colour", sa.String(), server_default="blue"))
"""


@pytest.fixture
def newer_scripts(tmp_path: Path) -> Path:
    """The migrations of a Zaindu that does not exist yet."""
    folder = tmp_path / "newer"
    shutil.copytree(Path(storage.migrations.__file__).parent, folder)
    (folder / "versions" / "next.py").write_text(_NEXT_REVISION)
    return folder


def test_the_migrations_lead_to_the_tables_that_are_declared(records_url: str) -> None:
    open_records(records_url).close()
    engine = sqlalchemy.create_engine(records_url)
    with engine.connect() as connection:
        assert revision_of(connection) == "0002"
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_opening_again_changes_nothing(records_url: str) -> None:
    first = open_records(records_url)
    first.jobs.set_note("key", "text")
    first.close()
    again = open_records(records_url)
    assert again.jobs.note("key") == "text"
    again.close()


def test_an_older_database_is_upgraded_with_what_it_holds(
    records_url: str, newer_scripts: Path
) -> None:
    older = open_records(records_url)
    older.jobs.set_note("key", "text")
    older.close()
    database = Database(records_url)
    migrate(database, records_url, newer_scripts)
    with database.reading() as connection:
        rows = connection.execute(sqlalchemy.text("SELECT key, text, colour FROM notes")).all()
    database.close()
    assert [tuple(row) for row in rows] == [("key", "text", "blue")]


def test_a_newer_database_is_refused_kindly_and_left_alone(
    records_url: str, newer_scripts: Path
) -> None:
    database = Database(records_url)
    migrate(database, records_url, newer_scripts)
    with pytest.raises(NewerDatabase, match="newer Zaindu") as caught:
        open_records(records_url)
    assert "next" in str(caught.value)
    with database.reading() as connection:
        assert revision_of(connection) == "next"
    database.close()


def test_two_processes_may_open_an_empty_database_at_once(records_url: str) -> None:
    program = (
        "import sys; from storage.records import open_records; "
        "sys.stdin.readline(); open_records(sys.argv[1]).close()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program, records_url], stdin=subprocess.PIPE)
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0, 0]
    open_records(records_url).close()


def test_a_database_that_does_not_answer_is_unavailable_and_its_password_untold() -> None:
    url = "postgresql+psycopg://zaindu:very-secret@127.0.0.1:1/zaindu"
    with pytest.raises(StorageUnavailable) as caught:
        open_records(url)
    assert "127.0.0.1" in str(caught.value)
    assert "very-secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    path.write_text("this is a letter to the mayor, " * 100)
    with pytest.raises(StorageUnavailable, match="not a database"):
        open_records(f"sqlite:///{path}")


def test_an_address_that_is_none_is_not_repeated() -> None:
    with pytest.raises(StorageUnavailable) as caught:
        open_records("a-password-pasted-here")
    assert "pasted" not in str(caught.value)


def test_the_folder_of_a_file_is_made(tmp_path: Path) -> None:
    open_records(f"sqlite:///{tmp_path / 'a' / 'b' / 'records.sqlite'}").close()
    assert (tmp_path / "a" / "b" / "records.sqlite").exists()
