"""How a noun becomes a row of the table that bears its fields' names."""

from dataclasses import fields
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = dict[str, Any]


def row_of(noun: "DataclassInstance") -> Row:
    """Return a noun's fields; a word of an enumeration as its text."""
    return {name: _plain(getattr(noun, name)) for name in _names(type(noun))}


@cache
def _names(kind: "type[DataclassInstance]") -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def upsert(connection: Connection, table: Table) -> Insert:
    """Return an insertion that replaces the row of the same primary key."""
    insert = (
        sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
    )
    key = [column.name for column in table.primary_key]
    rest = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=rest)
