"""What became of every message, added up by day, meter and worker."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, Insert, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.tallies import DayTally, added_up
from storage.records.database import Database
from storage.records.rows import row_of
from storage.records.tables import ingest_days

_COUNTS = (
    "received",
    "stored",
    "duplicate",
    "dead_lettered",
    "without_reading",
    "spooled",
    "late",
    "readings",
)


class SqlTallies:
    """One row a day, meter and worker; see `TallyRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, tallies: Iterable[DayTally]) -> None:
        """Add to what stands, all of it or nothing."""
        # In one order for all, so that two workers never wait for each other.
        rows = [row_of(tally) for tally in added_up(tallies)]
        if rows:
            with self._database.writing() as connection:
                connection.execute(_addition(connection), rows)

    def between(
        self, first_day: date, after_last: date, meter_ids: Sequence[str] | None = None
    ) -> tuple[DayTally, ...]:
        """Return those of [first_day, after_last[, by day, meter and worker."""
        table = ingest_days.c
        query = (
            select(ingest_days)
            .where(table.day >= first_day, table.day < after_last)
            .order_by(table.day, table.meter_id, table.worker)
        )
        if meter_ids is not None:
            query = query.where(table.meter_id.in_(meter_ids))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(DayTally(**row._mapping) for row in rows)

    def prune(self, before: date) -> int:
        """Delete the days before one; return how many rows went."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(ingest_days).where(ingest_days.c.day < before))
            return int(gone.rowcount)


def _addition(connection: Connection) -> Insert:
    """Return an insertion that adds to the row already there."""
    insert = (
        sqlite.insert(ingest_days)
        if connection.dialect.name == "sqlite"
        else postgresql.insert(ingest_days)
    )
    new, old = insert.excluded, ingest_days.c
    newest = case(
        (new.last_at.is_(None), old.last_at),
        (old.last_at > new.last_at, old.last_at),
        else_=new.last_at,
    )
    return insert.on_conflict_do_update(
        index_elements=["day", "meter_id", "worker"],
        set_={name: old[name] + new[name] for name in _COUNTS} | {"last_at": newest},
    )
