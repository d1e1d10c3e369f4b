"""Targets, append-only, and where the buildings stand against them."""

from datetime import UTC, datetime

from sqlalchemy import Connection, Select, and_, func, insert, select
from sqlalchemy.exc import IntegrityError

from domain.errors import InvalidRecord, NotFound
from domain.meters import Commodity
from domain.targets import Standing, StandingWord, Target
from storage.records.database import Database
from storage.records.rows import Row, row_of, upsert
from storage.records.tables import standings, targets

_LOCK = 2


class SqlTargets:
    """Every version of every target; see `TargetRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, target: Target) -> None:
        """Keep a new target."""
        if target.version != 1:
            raise InvalidRecord({"version": "target.version_conflict"})
        with self._database.writing(exclusive=_LOCK) as connection:
            _check(connection, target)
            _append(connection, target, {"id": "target.id_taken"})

    def edit(self, target: Target) -> None:
        """Keep a next version of a target that somebody else has not changed meanwhile."""
        with self._database.writing(exclusive=_LOCK) as connection:
            present = _present(connection, target.id)
            if target.version != present.version + 1:
                raise InvalidRecord({"version": "target.version_conflict"})
            if present.ended_at is not None:
                raise InvalidRecord({"ended_at": "target.ended"})
            _check(connection, target)
            _append(connection, target, {"version": "target.version_conflict"})

    def end(self, target_id: str, author: str, at: datetime) -> None:
        """End a target now; ending it again changes nothing."""
        with self._database.writing(exclusive=_LOCK) as connection:
            row = _present_row(connection, target_id)
            if row["ended_at"] is None:
                row |= {"ended_at": at, "author": author, "changed_at": at}
                connection.execute(insert(targets).values(row | {"version": row["version"] + 1}))

    def get(self, target_id: str) -> Target:
        """Return the present version, or raise `NotFound`."""
        with self._database.reading() as connection:
            return _present(connection, target_id)

    def all(self, building_id: str | None = None) -> tuple[Target, ...]:
        """Return present versions, newest first."""
        query = _present_versions().order_by(targets.c.first_day.desc(), targets.c.id)
        if building_id is not None:
            query = query.where(targets.c.building_id == building_id)
        with self._database.reading() as connection:
            return tuple(_target(dict(row)) for row in connection.execute(query).mappings())

    def history(self, target_id: str) -> tuple[Target, ...]:
        """Return every version, oldest first."""
        query = select(targets).where(targets.c.id == target_id).order_by(targets.c.version)
        with self._database.reading() as connection:
            return tuple(_target(dict(row)) for row in connection.execute(query).mappings())

    def keep_standing(self, standing: Standing) -> None:
        """Keep where a building stands, in place of what was known before."""
        with self._database.writing() as connection:
            connection.execute(upsert(connection, standings), row_of(standing))

    def standing(self, target_id: str) -> Standing | None:
        """Return the newest standing."""
        query = select(standings).where(standings.c.target_id == target_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else Standing(**dict(row) | {"word": StandingWord(row["word"])})


def _present_versions() -> Select[tuple[object, ...]]:
    newest = (
        select(targets.c.id, func.max(targets.c.version).label("version"))
        .group_by(targets.c.id)
        .subquery()
    )
    same = and_(targets.c.id == newest.c.id, targets.c.version == newest.c.version)
    return select(targets).join(newest, same)


def _present_row(connection: Connection, target_id: str) -> Row:
    query = (
        select(targets).where(targets.c.id == target_id).order_by(targets.c.version.desc()).limit(1)
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(f"no target {target_id!r}")
    return dict(row)


def _present(connection: Connection, target_id: str) -> Target:
    return _target(_present_row(connection, target_id))


def _target(row: Row) -> Target:
    return Target(**row | {"commodity": Commodity(row["commodity"])})


def _check(connection: Connection, target: Target) -> None:
    findings = {}
    if not 0 < target.reduction < 1:
        findings["reduction"] = "target.reduction_out_of_range"
    if target.last_day < target.first_day:
        findings["last_day"] = "target.days_reversed"
    elif _overlaps(connection, target):
        findings["first_day"] = "target.overlaps"
    if findings:
        raise InvalidRecord(findings)


def _overlaps(connection: Connection, target: Target) -> bool:
    others = _present_versions().where(
        targets.c.id != target.id,
        targets.c.building_id == target.building_id,
        targets.c.commodity == target.commodity.value,
        targets.c.ended_at.is_(None),
        targets.c.first_day <= target.last_day,
        targets.c.last_day >= target.first_day,
    )
    return connection.execute(others.limit(1)).first() is not None


def _append(connection: Connection, target: Target, taken: dict[str, str]) -> None:
    row = row_of(target) | {"changed_at": target.changed_at or datetime.now(UTC)}
    try:
        connection.execute(insert(targets).values(row))
    except IntegrityError as error:
        raise InvalidRecord(taken) from error
