"""The newest wall snapshot of each building, as JSON that comes back exactly."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from domain.snapshots import WallSnapshot
from storage.records.database import Database
from storage.records.rows import upsert
from storage.records.tables import snapshots

_SNAPSHOT = TypeAdapter(WallSnapshot)


class SqlSnapshots:
    """One row a building; see `SnapshotRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, snapshot: WallSnapshot) -> None:
        """Replace the building's snapshot."""
        row = {
            "building_id": snapshot.building_id,
            "made_at": snapshot.made_at,
            "body": _SNAPSHOT.dump_json(snapshot).decode(),
        }
        with self._database.writing() as connection:
            connection.execute(upsert(connection, snapshots), row)

    def get(self, building_id: str) -> WallSnapshot | None:
        """Return it, or None while there is none.

        One that an older version wrote in another shape counts as none: the
        scheduler makes the next one within a minute.
        """
        query = select(snapshots.c.body).where(snapshots.c.building_id == building_id)
        with self._database.reading() as connection:
            body = connection.execute(query).scalar()
        try:
            return None if body is None else _SNAPSHOT.validate_json(body)
        except ValidationError:
            return None

    def versions(self) -> Mapping[str, datetime]:
        """Return when each building's snapshot was made: cheap to poll."""
        query = select(snapshots.c.building_id, snapshots.c.made_at)
        with self._database.reading() as connection:
            return {row.building_id: row.made_at for row in connection.execute(query)}
