"""What was expected of each meter's day, and what came of it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select

from domain.reconciliations import DayWord, Reconciliation
from storage.records.database import Database
from storage.records.rows import row_of, upsert
from storage.records.tables import reconciliations


class SqlReconciliations:
    """One row a day and meter; see `ReconciliationRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, days: Sequence[Reconciliation]) -> None:
        """Keep them in place of what was said of the same days and meters before."""
        if days:
            rows = [row_of(day) for day in sorted(days, key=lambda d: (d.day, d.meter_id))]
            with self._database.writing() as connection:
                connection.execute(upsert(connection, reconciliations), rows)

    def between(
        self, first_day: date, after_last: date, meter_ids: Sequence[str] | None = None
    ) -> tuple[Reconciliation, ...]:
        """Return those of [first_day, after_last[, by day and meter."""
        table = reconciliations.c
        query = (
            select(reconciliations)
            .where(table.day >= first_day, table.day < after_last)
            .order_by(table.day, table.meter_id)
        )
        if meter_ids is not None:
            query = query.where(table.meter_id.in_(meter_ids))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Reconciliation(**dict(row._mapping) | {"word": DayWord(row.word)}) for row in rows
        )

    def prune(self, before: date) -> int:
        """Delete the days before one; return how many rows went."""
        with self._database.writing() as connection:
            goes = delete(reconciliations).where(reconciliations.c.day < before)
            return int(connection.execute(goes).rowcount)
