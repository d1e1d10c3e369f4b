"""Nudges, that they were shown, and what was answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from domain.errors import NotFound
from domain.meters import EndUse
from domain.nudges import Act, Answer, Exposure, Moment, Nudge
from storage.records.database import Database
from storage.records.rows import row_of, upsert
from storage.records.tables import answers, nudges
from storage.records.tables import exposures as shown

_LONGEST_REASON = 500
"""Anybody may answer, without an account [characters]."""


class SqlNudges:
    """Nudges with their exposures and answers; see `NudgeRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, nudge: Nudge) -> None:
        """Keep a nudge; the same id again replaces it."""
        with self._database.writing() as connection:
            connection.execute(upsert(connection, nudges), row_of(nudge))

    def newest(self, building_id: str, limit: int = 20) -> tuple[Nudge, ...]:
        """Return the newest first."""
        query = (
            select(nudges)
            .where(nudges.c.building_id == building_id)
            .order_by(nudges.c.made_at.desc(), nudges.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            Nudge(
                **dict(row)
                | {
                    "act": Act(row["act"]),
                    "moment": Moment(row["moment"]),
                    "end_use": EndUse(row["end_use"]),
                }
            )
            for row in rows
        )

    def keep_exposures(self, exposures: Sequence[Exposure]) -> None:
        """Keep that nudges were shown."""
        rows = [row_of(exposure) for exposure in exposures]
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert(shown), rows)

    def answer(self, nudge_id: str, answer: Answer, reason: str, at: datetime) -> int:
        """Keep an anonymous answer; return its id."""
        row = {
            "nudge_id": nudge_id,
            "answer": answer.value,
            "reason": reason[:_LONGEST_REASON],
            "answered_at": at,
        }
        known = select(nudges.c.id).where(nudges.c.id == nudge_id)
        with self._database.writing() as connection:
            if connection.execute(known).first() is None:
                raise NotFound(f"no nudge {nudge_id!r}")
            key = connection.execute(insert(answers).values(row)).inserted_primary_key
        if key is None:
            raise NotFound("the database gave the answer no id")
        return int(key[0])

    def withdraw_answer(self, answer_id: int) -> None:
        """Forget an answer; one that is gone already is gone."""
        with self._database.writing() as connection:
            connection.execute(delete(answers).where(answers.c.id == answer_id))

    def answers(self, nudge_id: str) -> Mapping[Answer, int]:
        """Return how many answered what."""
        query = (
            select(answers.c.answer, func.count())
            .where(answers.c.nudge_id == nudge_id)
            .group_by(answers.c.answer)
        )
        with self._database.reading() as connection:
            counts = {Answer(word): int(n) for word, n in connection.execute(query)}
        return {word: counts.get(word, 0) for word in Answer}
