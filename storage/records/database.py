"""One connection pool to SQLite or PostgreSQL, and how a transaction goes there."""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import ConnectionPoolEntry

from domain.errors import StorageUnavailable
from storage.records.postgresql import postgresql_engine

log = logging.getLogger(__name__)

BUSY_TIMEOUT_S = 30
"""How long to wait for somebody else's lock [s]."""

_WRITES = "zaindu_writes"
_NOT_NOW = ("42501", "42P01", "3F000")
"""PostgreSQL's codes for what is not ours to touch, or not there: an operator is at work."""


class Database:
    """Lends connections inside transactions.

    SQLite takes one writer at a time: a writing transaction says so from its
    start (`BEGIN IMMEDIATE`), because one that only finds out half-way cannot
    wait for its turn. Threads of this process queue on a lock rather than
    polling the file.

    Args:
        url: `sqlite:///path` or `postgresql+psycopg://user@host/name`.
    """

    def __init__(self, url: str) -> None:
        try:
            self._url = make_url(url)
        except ArgumentError as error:
            # The text given may hold a password: it is not repeated.
            raise StorageUnavailable("the records' address is not a database URL") from error
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._engine = (
            _sqlite(self._url)
            if self.is_sqlite
            else postgresql_engine(self._url, lock_timeout_s=BUSY_TIMEOUT_S)
        )
        self._one_writer: AbstractContextManager[Any] = (
            threading.Lock() if self.is_sqlite else nullcontext()
        )
        self._joined = threading.local()

    @property
    def place(self) -> str:
        """Where it is, without its password."""
        return self._url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection that sees one state of the database."""
        with self._telling_apart(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, exclusive: int | None = None) -> Iterator[Connection]:
        """Lend a connection whose changes are durable when the block ends.

        Args:
            exclusive: No other block with this number runs at the same time,
                in any process. SQLite has one writer anyway.
        """
        open_now: Connection | None = getattr(self._joined, "connection", None)
        if open_now is not None:
            self._exclude(open_now, exclusive)
            yield open_now
            return
        writer = self._engine.execution_options(**{_WRITES: True})
        with self._one_writer, self._telling_apart(), writer.begin() as connection:
            self._exclude(connection, exclusive)
            yield connection

    def _exclude(self, connection: Connection, number: int | None) -> None:
        if number is not None and not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make what this thread writes inside durable at once: all of it or nothing."""
        if getattr(self._joined, "connection", None) is not None:
            yield
            return
        with self.writing() as connection:
            self._joined.connection = connection
            try:
                yield
            finally:
                del self._joined.connection

    @contextmanager
    def _telling_apart(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, PoolExhausted) as error:
            raise StorageUnavailable(f"{self.place}: {_cause(error)}") from error
        except DBAPIError as error:
            if not (error.connection_invalidated or _is_broken_file(error) or _is_not_now(error)):
                raise
            raise StorageUnavailable(f"{self.place}: {_cause(error)}") from error

    def check_present(self) -> None:
        """Return when a SQLite file is in its place; a server always is.

        Raises:
            StorageUnavailable: It was taken away: connections still open go on
                with a file that nobody will find again.
        """
        if self.is_sqlite and not Path(str(self._url.database)).is_file():
            raise StorageUnavailable(f"{self.place} is no longer there")

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def _is_broken_file(error: DBAPIError) -> bool:
    """Tell whether SQLite found no database in the file, or a damaged one."""
    # Its subclasses are mistakes of ours or constraints; these two come as the class itself.
    return type(error.orig) is sqlite3.DatabaseError


def _is_not_now(error: DBAPIError) -> bool:
    """Tell whether PostgreSQL is read-only or damaged, or being restored: time or somebody helps.

    A managed one lets nobody write once its disk is nearly full; a stand-by never does.
    """
    return isinstance(error, InternalError) or getattr(error.orig, "sqlstate", "") in _NOT_NOW


def _cause(error: Exception) -> str:
    """Return what the driver said, without the statement and its values."""
    return str(getattr(error, "orig", None) or error).strip()


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise StorageUnavailable("the records need a file: sqlite:///path")
    try:
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        # It holds password hashes: nobody else on the machine has to read them.
        path.touch(mode=0o600)
    except OSError as error:
        raise StorageUnavailable(f"{url.database}: {error}") from error
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_S}, max_overflow=40
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin too late; `_begin_sqlite` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
