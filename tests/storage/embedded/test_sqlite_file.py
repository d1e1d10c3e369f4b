"""What only a file shared by processes can go through."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import NewerDatabase, StorageUnavailable
from domain.periods import Period
from domain.readings import Reading
from storage.embedded import EmbeddedStore
from storage.embedded.schema import MIGRATIONS
from storage.embedded.sqlite_file import SqliteFile

START = datetime(2026, 1, 15, tzinfo=UTC)
ALWAYS = Period(START - timedelta(days=1), START + timedelta(days=1))
WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from domain.readings import Reading
from storage.embedded import EmbeddedStore

store = EmbeddedStore(Path(sys.argv[1]))
start = datetime(2026, 1, 15, tzinfo=UTC)
for n in range(int(sys.argv[3])):
    store.write([
        Reading(
            meter_id=sys.argv[2],
            register="energy.EAST",
            taken_at=start + timedelta(milliseconds=10 * n + k),
            value=float(n),
        )
        for k in range(10)
    ])
    print(n, flush=True)
"""


def start_writer(path: Path, meter_id: str, batches: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), meter_id, str(batches)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_write_that_returned_survives_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    writer = start_writer(path, "m", 1_000_000)
    assert writer.stdout is not None
    told = [int(writer.stdout.readline()) for _ in range(50)]
    os.kill(writer.pid, signal.SIGKILL)
    told += [int(line) for line in writer.stdout.read().splitlines() if line]
    writer.wait()
    writer.stdout.close()
    store = EmbeddedStore(path)
    kept = store.read("m", "energy.EAST", ALWAYS)
    store.close()
    assert len(kept) >= 10 * len(told)
    assert len(kept) % 10 == 0, "a batch was kept by half"


def test_several_processes_may_write_to_one_new_file(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    writers = [start_writer(path, f"m{n}", 20) for n in range(3)]
    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    store = EmbeddedStore(path)
    assert [len(store.read(f"m{n}", "energy.EAST", ALWAYS)) for n in range(3)] == [200] * 3
    store.close()


def test_a_meter_first_seen_by_another_process_is_found(tmp_path: Path) -> None:
    ours, theirs = (EmbeddedStore(tmp_path / "readings.sqlite") for _ in range(2))
    assert ours.read("m", "energy.EAST", ALWAYS).empty
    one = Reading(meter_id="m", register="energy.EAST", taken_at=START, value=1.0)
    theirs.write([one])
    assert ours.latest(["m"]) == {("m", "energy.EAST"): one}
    assert len(ours.read("m", "energy.EAST", ALWAYS)) == 1
    ours.write([one])
    assert len(theirs.read("m", "energy.EAST", ALWAYS)) == 1
    ours.close()
    theirs.close()


def test_a_writer_waits_for_another_process_to_finish(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    store = EmbeddedStore(path)
    store.prepare()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    release.start()
    begun = time.monotonic()
    store.write([Reading(meter_id="m", register="energy.E", taken_at=START, value=1.0)])
    assert time.monotonic() - begun > 0.2
    release.join()
    other.close()
    store.close()


def test_a_file_of_a_newer_version_is_refused_kindly(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    newer = SqliteFile(path, (*MIGRATIONS, "CREATE TABLE tariff (id INTEGER PRIMARY KEY)"))
    newer.prepare()
    newer.close()
    with pytest.raises(NewerDatabase, match="newer Zaindu"):
        EmbeddedStore(path).prepare()


def test_a_file_of_an_older_version_is_upgraded_with_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    older = EmbeddedStore(path)
    older.write([Reading(meter_id="m", register="energy.E", taken_at=START, value=1.0)])
    older.close()
    newer = SqliteFile(path, (*MIGRATIONS, "ALTER TABLE reading ADD COLUMN note TEXT"))
    newer.prepare()
    with newer.reading() as connection:
        rows = connection.execute("SELECT value, note FROM reading").fetchall()
    newer.close()
    assert rows == [(1.0, None)]


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "f.sqlite", ("CREATE TABLE t (a INTEGER NOT NULL)",))

    def write_half() -> None:
        with file.writing() as connection:
            connection.execute("INSERT INTO t VALUES (1)")
            connection.execute("INSERT INTO t VALUES (NULL)")

    with pytest.raises(StorageUnavailable):
        write_half()
    with file.reading() as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    file.close()


def test_a_full_disk_is_unavailable_and_costs_nothing_once_there_is_room(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "f.sqlite", ("CREATE TABLE t (a TEXT)",))
    with file.writing() as connection:
        connection.execute("INSERT INTO t VALUES ('kept')")

    def write_too_much() -> None:
        with file.writing() as connection:
            connection.execute("PRAGMA max_page_count = 3")
            connection.execute("INSERT INTO t VALUES ('lost')")
            connection.execute("INSERT INTO t VALUES (?)", ("x" * 100_000,))

    with pytest.raises(StorageUnavailable, match="full"):
        write_too_much()
    with file.writing() as connection:
        connection.execute("INSERT INTO t VALUES (?)", ("y" * 100_000,))
    with file.reading() as connection:
        rows = connection.execute("SELECT substr(a, 1, 4) FROM t").fetchall()
    assert rows == [("kept",), ("yyyy",)]
    file.close()


def test_a_connection_stuck_by_a_fault_is_not_lent_again(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "f.sqlite", ("CREATE TABLE t (a INTEGER)",))

    def leave_a_transaction_open() -> None:
        with file.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(StorageUnavailable):
        leave_a_transaction_open()
    with file.writing() as connection:
        connection.execute("INSERT INTO t VALUES (1)")
    file.close()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    path.write_text("this is a letter to the mayor, " * 100)
    store = EmbeddedStore(path)
    with pytest.raises(StorageUnavailable, match="not a database"):
        store.ping()
    store.close()


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageUnavailable):
        EmbeddedStore(tmp_path / "file" / "readings.sqlite").prepare()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "readings.sqlite")
    store.prepare()
    store.close()
    with pytest.raises(StorageUnavailable, match="closed"):
        store.ping()
