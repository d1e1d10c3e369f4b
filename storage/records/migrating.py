"""Brings a database to this version's schema when it is opened."""

import logging
import sqlite3
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from domain.errors import NewerDatabase, StorageUnavailable
from storage.records.database import BUSY_TIMEOUT_S, Database

log = logging.getLogger(__name__)

_SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
_LOCK = 0x7A61_696E
"""Number of PostgreSQL's advisory lock: two processes may open at once."""


def migrate(database: Database, url: str, scripts_folder: Path = _SCRIPTS) -> None:
    """Create or upgrade every table; two processes may do so at once.

    Args:
        database: Where the tables are.
        url: Its address.
        scripts_folder: Alembic's environment.

    Raises:
        NewerDatabase: A newer Zaindu wrote the database.
        StorageUnavailable: It does not answer.
    """
    if database.is_sqlite:
        _use_wal(make_url(url).database or "")
    config = Config()
    config.set_main_option("script_location", str(scripts_folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    with database.writing(exclusive=_LOCK) as connection:
        present = revision_of(connection)
        if present == scripts.get_current_head():
            return
        if present is not None and present not in {s.revision for s in scripts.walk_revisions()}:
            raise NewerDatabase(
                f"{database.place} was written by a newer Zaindu (its schema is {present}): "
                "install that version again, or use another database"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        log.info("%s: schema %s → %s", database.place, present, scripts.get_current_head())


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database's schema, None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def _use_wal(path: str) -> None:
    """Switch a file to WAL, once for all; SQLite does not wait its turn here."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)
            try:
                connection.execute("PRAGMA journal_mode=WAL")
            finally:
                connection.close()
            return
        except sqlite3.Error as error:
            if time.monotonic() > deadline or not isinstance(error, sqlite3.OperationalError):
                raise StorageUnavailable(f"{path}: {error}") from error
            time.sleep(0.02)
