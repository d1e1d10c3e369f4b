"""Texts kept once and pointed at by small integers."""

import sqlite3
from collections.abc import Iterable

from storage.embedded.sqlite_file import SqliteFile
from storage.refusals import is_nameable

Key = tuple[str, ...]


class Interned:
    """The number of each text of one table; numbers never change or go away.

    Args:
        file: Where the table is.
        table: Its name; it has an `id`.
        columns: The columns that make a key.
    """

    def __init__(self, file: SqliteFile, table: str, columns: tuple[str, ...]) -> None:
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        matches = " AND ".join(f"{name} = ?" for name in columns)
        # Only our own constants enter these statements.
        self._insert = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own schema
        self._select = f"SELECT id FROM {table} WHERE {matches}"  # noqa: S608 - names of our own schema
        self._file = file
        self._known: dict[Key, int] = {}

    def number(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Return a mapping that holds each key's number, new ones created.

        They are created in a transaction of their own, so that a number once
        remembered is in the file whatever becomes of the caller's transaction.
        """
        unknown = [key for key in set(keys) if key not in self._known]
        if unknown:
            with self._file.writing() as connection:
                connection.executemany(self._insert, unknown)
                found = {key: self._find(connection, key) for key in unknown}
            self._known.update({key: n for key, n in found.items() if n is not None})
        return self._known

    def find(self, connection: sqlite3.Connection, key: Key) -> int | None:
        """Return a key's number, or None when it was never kept."""
        number = self._known.get(key)
        if number is None and all(map(is_nameable, key)):
            number = self._find(connection, key)
            if number is not None:
                self._known[key] = number
        return number

    def _find(self, connection: sqlite3.Connection, key: Key) -> int | None:
        row = connection.execute(self._select, key).fetchone()
        return None if row is None else int(row[0])
