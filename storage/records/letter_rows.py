"""How a dead letter lies in its table, and how some of them are looked for."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, literal, or_

from domain.dead_letters import DeadLetter, LetterFilter
from storage.records import rows
from storage.records.tables import dead_letters

Which = LetterFilter | Collection[int]
"""Letters meant by what they are, or by their ids."""

_RETAINED, _QUEUED, _REPEATED = 1, 2, 4

IS_WHOLE: ColumnElement[bool] = func.length(dead_letters.c.payload) == dead_letters.c.size
"""All of the message was kept, so that it can be replayed."""


def row_of_letter(letter: DeadLetter) -> rows.Row:
    """Return what the table keeps of a letter; the id is its own to give."""
    row = rows.row_of(letter)
    flags = _RETAINED * row.pop("retained") + _QUEUED * row.pop("queued")
    flags += _REPEATED * row.pop("repeated")
    del row["id"]
    return row | {"flags": flags, "kept_bytes": letter.weight_bytes}


def letter_of(row: Row[Any]) -> DeadLetter:
    """Return the letter that lies in a row."""
    return DeadLetter(
        id=row.id,
        topic=row.topic,
        payload=row.payload,
        size=row.size,
        received_at=row.received_at,
        code=row.code,
        reason=row.reason,
        family=row.family,
        device=row.device,
        retained=bool(row.flags & _RETAINED),
        queued=bool(row.flags & _QUEUED),
        repeated=bool(row.flags & _REPEATED),
        digest=row.digest,
        attempts=row.attempts,
        wanted_at=row.wanted_at,
    )


def matching(which: Which) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that the letters meant fulfil, all of them."""
    if isinstance(which, LetterFilter):
        return tuple(_conditions(which))
    return (dead_letters.c.id.in_(which),)


def _conditions(which: LetterFilter) -> Iterator[ColumnElement[bool]]:
    c = dead_letters.c
    if which.code:
        yield c.code == which.code
    if which.family:
        yield c.family == which.family
    if which.device:
        yield _of_device(which.device)
    # Whichever case somebody types: both databases then find the same.
    if which.topic.endswith("#"):
        yield c.topic.istartswith(which.topic[:-1], autoescape=True)
    elif which.topic:
        yield c.topic.icontains(which.topic, autoescape=True)
    if which.text:
        yield c.reason.icontains(which.text, autoescape=True)
    if which.received_from is not None:
        yield c.received_at >= which.received_from
    if which.received_before is not None:
        yield c.received_at < which.received_before


def _of_device(device: str) -> ColumnElement[bool]:
    """Return what letters of a device fulfil: they name it, or only their topic can."""
    levels = literal("/") + dead_letters.c.topic + literal("/")
    in_topic = levels.contains(f"/{device}/", autoescape=True)
    return or_(dead_letters.c.device == device, and_(dead_letters.c.device == "", in_topic))
