"""Messages that could not be read, bounded by age and size."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, or_, select, update

from domain.dead_letters import DeadLetter
from storage.records.database import Database
from storage.records.rows import row_of
from storage.records.tables import dead_letters

_ROW_BYTES = 100
"""What a letter weighs beside its texts, about."""


class SqlDeadLetters:
    """The letters, oldest first to go; see `DeadLetterRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, letters: Sequence[DeadLetter]) -> None:
        """Keep them."""
        rows = []
        for letter in letters:
            row = row_of(letter)
            del row["id"]
            texts = sum(len(row[name]) for name in ("topic", "code", "reason"))
            rows.append(row | {"kept_bytes": len(letter.payload) + texts + _ROW_BYTES})
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert(dead_letters), rows)

    def count(self) -> int:
        """Return how many are kept."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count(dead_letters.c.id))).scalar_one())

    def count_by_code(self) -> Mapping[str, int]:
        """Return how many letters bear each code."""
        query = select(dead_letters.c.code, func.count()).group_by(dead_letters.c.code)
        with self._database.reading() as connection:
            return {code: int(number) for code, number in connection.execute(query).all()}

    def newest(self, limit: int, code: str | None = None) -> tuple[DeadLetter, ...]:
        """Return the newest first."""
        query = select(dead_letters).order_by(dead_letters.c.id.desc()).limit(limit)
        if code is not None:
            query = query.where(dead_letters.c.code == code)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            DeadLetter(
                id=row.id,
                topic=row.topic,
                payload=row.payload,
                size=row.size,
                received_at=row.received_at,
                code=row.code,
                reason=row.reason,
            )
            for row in rows
        )

    def prune(self, older_than: datetime, max_bytes: int) -> int:
        """Delete the oldest beyond age or size; return how many went."""
        weight = func.sum(dead_letters.c.kept_bytes).over(order_by=dead_letters.c.id.desc())
        weighed = select(dead_letters.c.id, weight.label("with_newer")).subquery()
        too_heavy = select(weighed.c.id).where(weighed.c.with_newer > max_bytes)
        too_old = dead_letters.c.received_at < older_than
        goes = delete(dead_letters).where(or_(too_old, dead_letters.c.id.in_(too_heavy)))
        with self._database.writing() as connection:
            return int(connection.execute(goes).rowcount)

    def ask_replay(self, *, family: str, device: str) -> int:
        """Ask that the letters of a device be read again; return how many were asked."""
        asked = (
            update(dead_letters)
            .where(dead_letters.c.family == family, dead_letters.c.device == device)
            .values(wanted_at=datetime.now(UTC))
        )
        with self._database.writing() as connection:
            return int(connection.execute(asked).rowcount)
