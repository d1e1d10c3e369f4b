"""Everything kept beside the readings, in one SQLite file or PostgreSQL database.

`open_records` brings the database to this version's schema and returns a
`Records` with one object a facet: portfolio, targets, users, dead letters…
"""

from contextlib import AbstractContextManager

from sqlalchemy import text

from storage.records.announcements import SqlAnnouncements
from storage.records.database import Database
from storage.records.dead_letters import SqlDeadLetters
from storage.records.dirty import SqlDirtyHours
from storage.records.events import SqlEvents
from storage.records.imports import SqlImports
from storage.records.jobs import SqlJobs
from storage.records.migrating import migrate
from storage.records.nudges import SqlNudges
from storage.records.portfolio import SqlPortfolio
from storage.records.reconciliations import SqlReconciliations
from storage.records.seen_devices import SqlSeenDevices
from storage.records.snapshots import SqlSnapshots
from storage.records.tallies import SqlTallies
from storage.records.targets import SqlTargets
from storage.records.users import SqlUsers

__all__ = ["SqlRecords", "open_records"]


class SqlRecords:
    """The `Records` of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.portfolio = SqlPortfolio(database)
        self.targets = SqlTargets(database)
        self.users = SqlUsers(database)
        self.dead_letters = SqlDeadLetters(database)
        self.seen_devices = SqlSeenDevices(database)
        self.dirty = SqlDirtyHours(database)
        self.snapshots = SqlSnapshots(database)
        self.nudges = SqlNudges(database)
        self.events = SqlEvents(database)
        self.jobs = SqlJobs(database)
        self.imports = SqlImports(database)
        self.tallies = SqlTallies(database)
        self.reconciliations = SqlReconciliations(database)
        self.announcements = SqlAnnouncements(database)

    def together(self) -> AbstractContextManager[None]:
        """Make what this thread keeps inside the block durable at once, or none of it."""
        return self._database.together()

    def ping(self) -> None:
        """Return when the database answers; raise `StorageUnavailable` otherwise."""
        with self._database.reading() as connection:
            self._database.check_present()
            connection.execute(text("SELECT count(*) FROM snapshots"))

    def close(self) -> None:
        """Release connections."""
        self._database.close()


def open_records(url: str) -> SqlRecords:
    """Open a database and bring it to this version's schema.

    Args:
        url: `sqlite:///path` or `postgresql+psycopg://user:password@host/name`.

    Raises:
        NewerDatabase: A newer Zaindu wrote it.
        StorageUnavailable: It does not answer.
    """
    database = Database(url)
    try:
        migrate(database, url)
    except BaseException:
        database.close()
        raise
    return SqlRecords(database)
