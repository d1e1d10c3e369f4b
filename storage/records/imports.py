"""Files brought through a page: each in pieces until it is imported, then only its story."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.errors import InvalidRecord, NotFound
from domain.imports import DUE, NEXT, FileImport, Found, ImportState, ImportWish
from storage.records.database import Database
from storage.records.rows import Row, row_of
from storage.records.tables import import_chunks, imports

_WISH = TypeAdapter(ImportWish)
_FOUND = TypeAdapter(Found | None)
_GROWING = ("wish", "found", "state", "done_bytes", "readings", "changed_at")


class SqlImports:
    """The files and their states; see `ImportRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, file: FileImport) -> None:
        """Keep a file that begins to arrive."""
        with self._database.writing() as connection:
            try:
                connection.execute(insert(imports).values(_row(file)))
            except IntegrityError as error:
                raise InvalidRecord({"id": "import.id_taken"}) from error

    def add_chunk(self, import_id: str, position: int, data: bytes) -> None:
        """Keep the next piece of an arriving file."""
        arrives = select(imports.c.id).where(
            imports.c.id == import_id, imports.c.state == ImportState.ARRIVING.value
        )
        with self._database.writing() as connection:
            if connection.execute(arrives).first() is None:
                raise NotFound(f"no arriving file {import_id!r}")
            row = {"import_id": import_id, "position": position, "data": data}
            try:
                connection.execute(insert(import_chunks).values(row))
            except IntegrityError as error:
                raise InvalidRecord({"position": "import.chunk_twice"}) from error

    def chunks(self, import_id: str) -> Iterator[bytes]:
        """Yield the pieces in their order, each read when it is asked for."""
        of_file = import_chunks.c.import_id == import_id
        after = -1
        while True:
            query = (
                select(import_chunks.c.position, import_chunks.c.data)
                .where(of_file, import_chunks.c.position > after)
                .order_by(import_chunks.c.position)
                .limit(1)
            )
            with self._database.reading() as connection:
                row = connection.execute(query).first()
            if row is None:
                return
            after = row.position
            yield bytes(row.data)

    def get(self, import_id: str) -> FileImport:
        """Return the file, or raise `NotFound`."""
        query = select(imports).where(imports.c.id == import_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(f"no file {import_id!r}")
        return _file(dict(row))

    def newest(self, limit: int) -> tuple[FileImport, ...]:
        """Return the newest first."""
        query = select(imports).order_by(imports.c.made_at.desc(), imports.c.id).limit(limit)
        with self._database.reading() as connection:
            return tuple(_file(dict(row)) for row in connection.execute(query).mappings())

    def next_due(self) -> FileImport | None:
        """Return the file that has waited longest for ingest, or None."""
        query = (
            select(imports)
            .where(imports.c.state.in_([state.value for state in DUE]))
            .order_by(imports.c.made_at, imports.c.id)
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _file(dict(row))

    def advance(self, file: FileImport, was: ImportState) -> bool:
        """Keep what became of a file, unless it is no longer in the state it `was`."""
        if file.state is not was and file.state not in NEXT[was]:
            raise InvalidRecord({"state": "import.no_such_step"})
        row = _row(file)
        still = imports.c.state == was.value
        with self._database.writing() as connection:
            changed = connection.execute(
                update(imports)
                .where(imports.c.id == file.id, still)
                .values({name: row[name] for name in _GROWING})
            )
            if changed.rowcount and file.state.is_over:
                connection.execute(
                    delete(import_chunks).where(import_chunks.c.import_id == file.id)
                )
        return bool(changed.rowcount)

    def kept_bytes(self) -> int:
        """Return how much room the pieces take."""
        with self._database.reading() as connection:
            size = func.sum(func.length(import_chunks.c.data))
            return int(connection.execute(select(size)).scalar() or 0)

    def prune(self, older_than: datetime) -> int:
        """Delete the files nobody touched since; return how many went."""
        goes = delete(imports).where(
            imports.c.changed_at < older_than,
            imports.c.state.not_in([ImportState.CONFIRMED.value, ImportState.IMPORTING.value]),
        )
        with self._database.writing() as connection:
            return int(connection.execute(goes).rowcount)


def _row(file: FileImport) -> Row:
    return row_of(file) | {
        "wish": _WISH.dump_json(file.wish).decode(),
        "found": _FOUND.dump_json(file.found).decode(),
    }


def _file(row: Row) -> FileImport:
    return FileImport(
        **row
        | {
            "state": ImportState(row["state"]),
            "wish": _wish(row["wish"]),
            "found": _found(row["found"]),
        }
    )


def _wish(text: str) -> ImportWish:
    """Return what was chosen; of another version's shape, nothing: the file then asks again."""
    try:
        return _WISH.validate_json(text)
    except ValidationError:
        return ImportWish()


def _found(text: str) -> Found | None:
    try:
        return _FOUND.validate_json(text)
    except ValidationError:
        return None
