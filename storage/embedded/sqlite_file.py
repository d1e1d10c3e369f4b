"""One SQLite file shared by threads and processes.

WAL lets readers go on while one writer writes. `synchronous=FULL` makes a
commit survive a power cut as well as a killed process: a meter's message is
acknowledged on the strength of it, and a small computer in a cupboard loses
its power more often than its processes.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue

from domain.errors import NewerDatabase, StorageUnavailable

log = logging.getLogger(__name__)

BUSY_TIMEOUT_S = 30.0
_PRAGMAS = ("synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-8000")


class SqliteFile:
    """A pool of connections to one file whose schema it creates and upgrades.

    Args:
        path: The file; its folder is created.
        migrations: Scripts that lead from each schema version to the next.
    """

    def __init__(self, path: Path, migrations: tuple[str, ...]) -> None:
        self._path = path
        self._migrations = migrations
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        self._one_writer = threading.Lock()
        self._preparing = threading.Lock()
        self._is_ready = False
        self._is_closed = False

    def prepare(self) -> None:
        """Create or upgrade the file.

        Raises:
            NewerDatabase: A newer Zaindu wrote it.
            StorageUnavailable: It cannot be opened or is locked for too long.
        """
        with self._preparing:
            if self._is_ready:
                return
            with self._lending() as connection:
                _use_wal(connection)
                with _transaction(connection):
                    self._migrate(connection)
            self._is_ready = True

    def _migrate(self, connection: sqlite3.Connection) -> None:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        newest = len(self._migrations)
        if version > newest:
            raise NewerDatabase(
                f"{self._path} was written by a newer Zaindu (schema {version}, this one "
                f"knows {newest}): install that version again, or use another file"
            )
        for number in range(version, newest):
            for statement in self._migrations[number].split(";"):
                connection.execute(statement)
            log.info("%s: schema %s", self._path, number + 1)
        connection.execute(f"PRAGMA user_version = {newest}")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to read with."""
        if not self._is_ready:
            self.prepare()
        with self._lending() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection in a transaction, durable when the block ends."""
        with self._one_writer, self.reading() as connection, _transaction(connection):
            yield connection

    def check_present(self) -> None:
        """Return when the file is in its place.

        Raises:
            StorageUnavailable: It was taken away: connections still open go on
                with a file that nobody will find again.
        """
        if not self._path.is_file():
            raise StorageUnavailable(f"{self._path} is no longer there")

    def close(self) -> None:
        """Close every connection; those in use close when given back."""
        self._is_closed = True
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    @contextmanager
    def _lending(self) -> Iterator[sqlite3.Connection]:
        if self._is_closed:
            raise StorageUnavailable(f"{self._path} is closed")
        try:
            connection = self._borrow()
            try:
                yield connection
            except sqlite3.Error:
                # After a fault of the disk it may be stuck in a transaction for ever.
                connection.close()
                raise
            except BaseException:
                self._give_back(connection)
                raise
            self._give_back(connection)
        except sqlite3.Error as error:
            raise StorageUnavailable(f"{self._path}: {error}") from error

    def _borrow(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._is_closed:
            connection.close()
        else:
            self._idle.put(connection)

    def _connect(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageUnavailable(f"{self._path.parent}: {error}") from error
        connection = sqlite3.connect(
            self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL; SQLite does not wait for a busy file here, so we do."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
