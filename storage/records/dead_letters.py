"""Messages that could not be read, bounded by age and size."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, case, delete, func, insert, literal, select, update

from domain.dead_letters import (
    EVERY_LETTER,
    DeadLetter,
    DeviceLetters,
    LetterFilter,
    LetterSum,
)
from domain.errors import NotFound
from storage.records.database import Database
from storage.records.letter_rows import IS_WHOLE, Which, letter_of, matching, row_of_letter
from storage.records.letter_twins import not_kept_yet
from storage.records.tables import dead_letters

_BY_DEVICE = (dead_letters.c.family, dead_letters.c.device)


class SqlDeadLetters:
    """The letters, oldest first to go; see `DeadLetterRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, letters: Sequence[DeadLetter]) -> int:
        """Keep them, but for those kept already; return how many are new."""
        if not letters:
            return 0
        with self._database.writing() as connection:
            rows = [row_of_letter(letter) for letter in not_kept_yet(connection, letters)]
            if rows:
                connection.execute(insert(dead_letters), rows)
        return len(rows)

    def count(self) -> int:
        """Return how many are kept."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count(dead_letters.c.id))).scalar_one())

    def newest(self, limit: int, code: str | None = None) -> tuple[DeadLetter, ...]:
        """Return the newest first."""
        return self.page(LetterFilter(code=code or ""), limit=limit)

    def page(
        self, which: LetterFilter, *, limit: int, before: int | None = None
    ) -> tuple[DeadLetter, ...]:
        """Return the newest first, of those with an id below `before`."""
        query = select(dead_letters).where(*matching(which)).limit(limit)
        if before is not None:
            query = query.where(dead_letters.c.id < before)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(dead_letters.c.id.desc())).all()
        return tuple(letter_of(row) for row in rows)

    def in_order(self, which: Which, *, limit: int, after: int = 0) -> tuple[DeadLetter, ...]:
        """Return the oldest first, of those with an id above `after`."""
        query = select(dead_letters).where(*matching(which), dead_letters.c.id > after)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(dead_letters.c.id).limit(limit)).all()
        return tuple(letter_of(row) for row in rows)

    def get(self, letter_id: int) -> DeadLetter:
        """Return one letter."""
        query = select(dead_letters).where(dead_letters.c.id == letter_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"there is no dead letter {letter_id}")
        return letter_of(row)

    def summed(self, which: Which) -> LetterSum:
        """Return number, weight and age of some letters taken together."""
        c = dead_letters.c
        query = select(
            func.count(c.id),
            func.coalesce(func.sum(c.kept_bytes), 0),
            func.min(c.received_at),
            func.max(c.received_at),
            func.count(c.wanted_at),
            func.min(c.wanted_at),
            func.coalesce(func.sum(case((IS_WHOLE, 0), else_=1)), 0),
        ).where(*matching(which))
        with self._database.reading() as connection:
            found = connection.execute(query).one()
        return LetterSum(
            number=found[0],
            weight_bytes=int(found[1]),
            oldest_at=found[2],
            newest_at=found[3],
            wanted=found[4],
            wanted_since=found[5],
            cut=int(found[6]),
        )

    def count_by_code(self, which: LetterFilter = EVERY_LETTER) -> Mapping[str, int]:
        """Return how many letters bear each code, the most frequent first."""
        code, number = dead_letters.c.code, func.count(dead_letters.c.id)
        query = select(code, number).where(*matching(which)).group_by(code)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(number.desc(), code)).all()
        return {row[0]: int(row[1]) for row in rows}

    def count_by_device(
        self, which: LetterFilter = EVERY_LETTER, *, limit: int
    ) -> tuple[DeviceLetters, ...]:
        """Return how many letters each named device has, the most frequent first."""
        number = func.count(dead_letters.c.id)
        query = (
            select(*_BY_DEVICE, number)
            .where(*matching(which), dead_letters.c.device != "")
            .group_by(*_BY_DEVICE)
            .order_by(number.desc(), *_BY_DEVICE)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(DeviceLetters(family=row[0], device=row[1], number=row[2]) for row in rows)

    def ask_replay(self, *, family: str, device: str) -> int:
        """Ask for the replay of all that one device sent; return how many."""
        return self.want(LetterFilter(family=family, device=device), datetime.now(UTC))

    def want(self, which: Which, at: datetime) -> int:
        """Ask for the replay of letters that are whole; return how many."""
        column = dead_letters.c.wanted_at
        # Whoever asks again keeps the place in the queue.
        since = func.coalesce(column, literal(at, column.type))
        asked = update(dead_letters).where(*matching(which), IS_WHOLE).values(wanted_at=since)
        with self._database.writing() as connection:
            return int(connection.execute(asked).rowcount)

    def wanted(self, limit: int, max_bytes: int) -> tuple[DeadLetter, ...]:
        """Return letters whose replay is asked for, those asked first first."""
        c = dead_letters.c
        order = (c.wanted_at, c.id)
        waiting = select(c.id, func.length(c.payload)).where(c.wanted_at.is_not(None))
        chosen: list[int] = []
        with self._database.reading() as connection:
            for letter_id, size in connection.execute(waiting.order_by(*order).limit(limit)):
                max_bytes -= size
                if max_bytes < 0 and chosen:
                    break
                chosen.append(letter_id)
            query = select(dead_letters).where(c.id.in_(chosen)).order_by(*order)
            rows = connection.execute(query).all() if chosen else []
        return tuple(letter_of(row) for row in rows)

    def replayed(self, gone: Collection[int], refused: Sequence[DeadLetter]) -> None:
        """Forget those that a replay stored; keep why the others were refused again."""
        with self._database.writing() as connection:
            if gone:
                connection.execute(delete(dead_letters).where(dead_letters.c.id.in_(gone)))
            for letter in refused:
                row = row_of_letter(replace(letter, wanted_at=None))
                changed = {
                    name: row[name]
                    for name in ("code", "reason", "family", "device", "kept_bytes", "wanted_at")
                }
                connection.execute(
                    update(dead_letters)
                    .where(dead_letters.c.id == letter.id)
                    .values(**changed, attempts=dead_letters.c.attempts + 1)
                )

    def delete(self, which: Which) -> int:
        """Delete letters; return how many."""
        with self._database.writing() as connection:
            goes = delete(dead_letters).where(*matching(which))
            return int(connection.execute(goes).rowcount)

    def prune(self, older_than: datetime, max_bytes: int) -> int:
        """Delete the oldest beyond age or size; return how many went.

        SQLite's file does not shrink, and need not: what is freed is used again
        before the file grows.
        """
        c = dead_letters.c
        with self._database.writing() as connection:
            by_age = connection.execute(delete(dead_letters).where(c.received_at < older_than))
            gone = int(by_age.rowcount)
            last = _last_in_excess(connection, max_bytes)
            if last is not None:
                gone += int(connection.execute(delete(dead_letters).where(c.id <= last)).rowcount)
        return gone


def _last_in_excess(connection: Connection, max_bytes: int) -> int | None:
    """Return the newest id that must go for the rest to weigh at most `max_bytes`."""
    c = dead_letters.c
    excess = int(connection.execute(select(func.sum(c.kept_bytes))).scalar() or 0) - max_bytes
    if excess <= 0:
        return None
    oldest_first = select(c.id, c.kept_bytes).order_by(c.id).execution_options(yield_per=1000)
    with connection.execute(oldest_first) as weighed:
        for letter_id, weight in weighed:
            excess -= weight
            if excess <= 0:
                return int(letter_id)
    return None
