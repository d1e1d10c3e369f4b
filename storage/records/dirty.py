"""Hours whose roll-up no longer tells what the readings say."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select

from storage.instants import EPOCH
from storage.records.database import Database
from storage.records.rows import upsert
from storage.records.tables import dirty_hours

_HOUR = timedelta(hours=1)
_VERSION_BITS = 62


class SqlDirtyHours:
    """Marks by (meter, UTC hour); see `DirtySpanRecords`.

    Each marking takes a fresh random version. A counter would start again at
    one after a `clear`, and a computation still running from before it could
    then take the new mark for its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark(self, hours: Iterable[tuple[str, datetime]]) -> None:
        """Mark (meter, UTC hour) after its readings are durable."""
        # In one order for all, so that two markers never wait for each other.
        keys = sorted({(meter, (instant - EPOCH) // _HOUR) for meter, instant in hours})
        version = secrets.randbits(_VERSION_BITS)
        rows = [{"meter_id": meter, "hour": hour, "version": version} for meter, hour in keys]
        if rows:
            with self._database.writing() as connection:
                connection.execute(upsert(connection, dirty_hours), rows)

    def pending(self, limit: int = 10_000) -> Sequence[tuple[str, datetime, int]]:
        """Return (meter, hour, version), newest hours first."""
        query = (
            select(dirty_hours)
            .order_by(dirty_hours.c.hour.desc(), dirty_hours.c.meter_id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [(row.meter_id, EPOCH + row.hour * _HOUR, row.version) for row in rows]

    def clear(self, done: Iterable[tuple[str, datetime, int]]) -> None:
        """Forget those not marked again since `pending` returned them."""
        keys = sorted((meter, (hour - EPOCH) // _HOUR, version) for meter, hour, version in done)
        rows = [{"m": meter, "h": hour, "v": version} for meter, hour, version in keys]
        same = (
            dirty_hours.c.meter_id == bindparam("m"),
            dirty_hours.c.hour == bindparam("h"),
            dirty_hours.c.version == bindparam("v"),
        )
        if rows:
            with self._database.writing() as connection:
                connection.execute(delete(dirty_hours).where(*same), rows)

    def count(self) -> int:
        """Return how many hours are dirty."""
        with self._database.reading() as connection:
            return int(
                connection.execute(select(func.count()).select_from(dirty_hours)).scalar_one()
            )
