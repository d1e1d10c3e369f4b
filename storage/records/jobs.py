"""How far each scheduled job has come, and small remembered texts."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from storage.records.database import Database
from storage.records.rows import upsert
from storage.records.tables import jobs, notes


class SqlJobs:
    """One row a job and key; see `JobRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def done_until(self, job: str, key: str = "") -> datetime | None:
        """Return the instant up to which the job's work is done."""
        query = select(jobs.c.done_until).where(jobs.c.job == job, jobs.c.key == key)
        with self._database.reading() as connection:
            instant: datetime | None = connection.execute(query).scalar()
        return instant

    def set_done_until(self, job: str, instant: datetime, key: str = "") -> None:
        """Remember it."""
        with self._database.writing() as connection:
            row = {"job": job, "key": key, "done_until": instant}
            connection.execute(upsert(connection, jobs), row)

    def note(self, key: str) -> str | None:
        """Return a small remembered text."""
        with self._database.reading() as connection:
            query = select(notes.c.text).where(notes.c.key == key)
            text: str | None = connection.execute(query).scalar()
        return text

    def set_note(self, key: str, text: str) -> None:
        """Remember a small text."""
        with self._database.writing() as connection:
            connection.execute(upsert(connection, notes), {"key": key, "text": text})

    def notes(self, prefix: str) -> Mapping[str, str]:
        """Return the remembered texts whose key starts with `prefix`, by whole key."""
        # Not LIKE: SQLite's takes capitals for small letters.
        starts = func.substr(notes.c.key, 1, len(prefix)) == prefix
        with self._database.reading() as connection:
            rows = connection.execute(select(notes).where(starts).order_by(notes.c.key)).all()
        return {row.key: row.text for row in rows}
