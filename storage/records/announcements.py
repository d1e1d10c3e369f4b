"""What devices told about themselves, so that their later messages can be read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, tuple_

from domain.announcements import Announcement
from storage.records.database import Database
from storage.records.rows import upsert
from storage.records.tables import announcements


class SqlAnnouncements:
    """One row a family and key; see `AnnouncementRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, told: Sequence[Announcement], told_at: datetime) -> None:
        """Keep each in the place of what was told before; forget those without body."""
        newest = {(said.family, said.key): said.body for said in told}
        # In one order for all, so that two tellers never wait for each other.
        places = sorted(newest)
        kept = [
            {"family": family, "key": key, "body": body, "told_at": told_at}
            for family, key in places
            if (body := newest[(family, key)]) is not None
        ]
        gone = [place for place in places if newest[place] is None]
        if not places:
            return
        with self._database.writing() as connection:
            if kept:
                connection.execute(upsert(connection, announcements), kept)
            for family, key in gone:
                connection.execute(delete(announcements).where(*_same(family, key)))

    def get(self, family: str, key: str) -> bytes | None:
        """Return what was said, or None."""
        query = select(announcements.c.body).where(*_same(family, key))
        with self._database.reading() as connection:
            body: bytes | None = connection.execute(query).scalar()
        return body

    def keys(self, family: str) -> tuple[str, ...]:
        """Return what a family's announcements are about, sorted."""
        query = select(announcements.c.key).where(announcements.c.family == family)
        with self._database.reading() as connection:
            return tuple(sorted(connection.execute(query).scalars()))

    def told_since(self, instant: datetime) -> tuple[tuple[str, str], ...]:
        """Return family and key of those told at `instant` or after."""
        query = select(announcements.c.family, announcements.c.key).where(
            announcements.c.told_at >= instant
        )
        with self._database.reading() as connection:
            return tuple((row.family, row.key) for row in connection.execute(query))

    def forget(self, family: str, key: str) -> None:
        """Delete one."""
        with self._database.writing() as connection:
            connection.execute(delete(announcements).where(*_same(family, key)))

    def prune(self, older_than: datetime, max_rows: int, max_bytes: int) -> int:
        """Delete the oldest beyond age, number or size; return how many went."""
        place = (announcements.c.family, announcements.c.key)
        newest_first = (announcements.c.told_at.desc(), *place)
        too_many = select(*place).order_by(*newest_first).offset(max_rows)
        goes = delete(announcements).where(
            or_(announcements.c.told_at < older_than, tuple_(*place).in_(too_many))
        )
        with self._database.writing() as connection:
            gone = int(connection.execute(goes).rowcount)
            for family, key in _in_excess(connection, max_bytes):
                connection.execute(delete(announcements).where(*_same(family, key)))
                gone += 1
        return gone


def _in_excess(connection: Connection, max_bytes: int) -> Sequence[tuple[str, str]]:
    """Return family and key of the oldest, which must go for the rest to weigh `max_bytes`."""
    c = announcements.c
    weight = func.length(c.body) + func.length(c.key)
    excess = int(connection.execute(select(func.sum(weight))).scalar() or 0) - max_bytes
    places: list[tuple[str, str]] = []
    if excess > 0:
        oldest_first = select(c.family, c.key, weight).order_by(c.told_at, c.family, c.key)
        for family, key, size in connection.execute(oldest_first):
            if excess <= 0:
                break
            places.append((family, key))
            excess -= size
    return places


def _same(family: str, key: str) -> tuple[Any, ...]:
    return announcements.c.family == family, announcements.c.key == key
