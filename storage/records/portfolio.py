"""The portfolio's one home: what config declares, and what was added on screen."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.errors import InvalidRecord
from domain.meters import Meter
from domain.sites import Building, Origin, Portfolio
from storage.records.database import Database
from storage.records.portfolio_rows import (
    building_of,
    building_row,
    meter_of,
    meter_row,
    zone_of,
    zone_row,
)
from storage.records.rows import Row, upsert
from storage.records.tables import buildings, meters, zones

_LOCK = 1


class SqlPortfolio:
    """Buildings, zones and meters; see `PortfolioRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def apply_config(self, declared: Portfolio) -> None:
        """Make what config declares true; retire what it no longer declares."""
        with self._database.writing(exclusive=_LOCK) as connection:
            _refuse_other_meanings(connection, declared.meters)
            _declare(connection, buildings, [building_row(b) for b in declared.buildings])
            _declare(connection, zones, [zone_row(z) for z in declared.zones])
            _declare(connection, meters, [meter_row(m) for m in declared.meters])
            _retire_others(connection, buildings, {b.id for b in declared.buildings})
            _retire_others(connection, meters, {m.id for m in declared.meters})
            in_use = select(meters.c.zone_id).where(meters.c.zone_id.is_not(None))
            undeclared = _undeclared(zones, {z.id for z in declared.zones})
            connection.execute(delete(zones).where(undeclared, zones.c.id.not_in(in_use)))

    def portfolio(self) -> Portfolio:
        """Return everything known, in the order of config, then of arrival."""
        with self._database.reading() as connection:
            return Portfolio(
                buildings=tuple(map(building_of, _ordered(connection, buildings))),
                zones=tuple(map(zone_of, _ordered(connection, zones))),
                meters=tuple(map(meter_of, _ordered(connection, meters))),
            )

    def add_building(self, building: Building, author: str) -> None:
        """Keep a building declared on screen."""
        with self._database.writing(exclusive=_LOCK) as connection:
            _add(connection, buildings, building_row(building), author, "building.id_taken")

    def add_meter(self, meter: Meter, author: str) -> None:
        """Keep a meter declared on screen."""
        with self._database.writing(exclusive=_LOCK) as connection:
            findings = dict(_findings(connection, meter))
            if findings:
                raise InvalidRecord(findings)
            _add(connection, meters, meter_row(meter), author, "meter.id_taken")

    def edit_meter(self, meter: Meter, author: str) -> None:
        """Change a meter that was declared on screen; its commodity and building stay."""
        ours = (meters.c.id == meter.id, meters.c.origin == Origin.SCREEN.value)
        with self._database.writing(exclusive=_LOCK) as connection:
            known = connection.execute(select(meters).where(*ours)).first()
            if known is None:
                raise InvalidRecord({"id": "meter.from_config"})
            if (known.commodity, known.building_id) != (meter.commodity.value, meter.building_id):
                raise InvalidRecord({"commodity": "meter.commodity_changed"})
            if findings := dict(_findings(connection, meter)):
                raise InvalidRecord(findings)
            change = meter_row(meter) | {"author": author}
            connection.execute(update(meters).where(*ours).values(change))

    def added_meters(self) -> Mapping[str, str]:
        """Return who last declared each meter that comes from a screen, by id."""
        query = select(meters.c.id, meters.c.author).where(meters.c.origin == Origin.SCREEN.value)
        with self._database.reading() as connection:
            return {row.id: row.author for row in connection.execute(query)}


def _refuse_other_meanings(connection: Connection, declared: Sequence[Meter]) -> None:
    """An id never changes meaning: its readings would change with it."""
    known = {r.id: r.commodity for r in connection.execute(select(meters.c.id, meters.c.commodity))}
    changed = [m.id for m in declared if known.get(m.id, m.commodity) != m.commodity]
    if changed:
        raise InvalidRecord(
            {f"meters.{meter_id}.commodity": "meter.commodity_changed" for meter_id in changed}
        )


def _declare(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Keep config's rows: one that was retired, or added on screen, is config's now."""
    from_config: Row = {"origin": Origin.CONFIG.value}
    if "author" in table.c:
        from_config["author"] = ""
    if rows:
        placed = [row | from_config | {"position": n} for n, row in enumerate(rows)]
        connection.execute(upsert(connection, table), placed)


def _undeclared(table: Table, declared: set[str]) -> ColumnElement[bool]:
    return and_(table.c.origin == Origin.CONFIG.value, table.c.id.not_in(declared))


def _retire_others(connection: Connection, table: Table, declared: set[str]) -> None:
    connection.execute(update(table).where(_undeclared(table, declared)).values(retired=True))


def _ordered(connection: Connection, table: Table) -> Iterator[Row]:
    """Yield a table's rows: config's, then those added on screen by arrival."""
    query = select(table).order_by(table.c.origin, table.c.position, table.c.id)
    return (dict(row) for row in connection.execute(query).mappings())


def _add(connection: Connection, table: Table, row: Row, author: str, taken: str) -> None:
    last = connection.execute(select(func.max(table.c.position))).scalar()
    more: Row = {
        "origin": Origin.SCREEN.value,
        "author": author,
        "position": 0 if last is None else last + 1,
    }
    try:
        connection.execute(insert(table).values(row | more))
    except IntegrityError as error:
        raise InvalidRecord({"id": taken}) from error


def _findings(connection: Connection, meter: Meter) -> Iterator[tuple[str, str]]:
    """Yield (field, text key) for whatever the meter refers to in vain."""
    if not _has(connection, buildings, meter.building_id):
        yield "building_id", "meter.building_unknown"
    if meter.zone_id and not _has(connection, zones, meter.zone_id, meter.building_id):
        yield "zone_id", "meter.zone_unknown"
    if meter.parent_id and not _has(connection, meters, meter.parent_id, meter.building_id):
        yield "parent_id", "meter.parent_unknown"


def _has(connection: Connection, table: Table, row_id: str, building_id: str | None = None) -> bool:
    query = select(table.c.id).where(table.c.id == row_id)
    if building_id is not None:
        query = query.where(table.c.building_id == building_id)
    return connection.execute(query).first() is not None
