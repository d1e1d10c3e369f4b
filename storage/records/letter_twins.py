"""One message, one letter: what comes again after a kill or a cut is known by its digest.

A letter is durable before its message is acknowledged. Killed in between, we
meet the message again: from the broker, which says so, or from our own spool,
with the same reception.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from domain.dead_letters import DeadLetter
from storage.records.tables import dead_letters

_IN_FLIGHT = 65_535
"""MQTT numbers no more messages than that at once: an older letter was acknowledged."""

_ASKED_AT_ONCE = 500

Receptions = Mapping[str, Counter[datetime]]
"""Digest → how many letters with it were received when."""


def not_kept_yet(connection: Connection, letters: Sequence[DeadLetter]) -> Iterator[DeadLetter]:
    """Yield the letters whose message has none yet.

    Each kept letter stands for one message only: a device that sends the same
    thing every minute has a letter for every time it did.
    """
    kept = _receptions(connection, sorted({letter.digest for letter in letters} - {""}))
    for letter in letters:
        receptions = kept.get(letter.digest, Counter())
        twin_at = _twin(letter, receptions)
        if twin_at is None:
            yield letter
        else:
            receptions[twin_at] -= 1


def _twin(letter: DeadLetter, receptions: Counter[datetime]) -> datetime | None:
    """Return when the message was received for which a letter is kept already."""
    if receptions[letter.received_at] > 0:
        return letter.received_at
    if not letter.repeated:
        return None
    return next((at for at, number in receptions.items() if number > 0), None)


def _receptions(connection: Connection, digests: Sequence[str]) -> Receptions:
    c = dead_letters.c
    found: defaultdict[str, Counter[datetime]] = defaultdict(Counter)
    if digests:
        newest = connection.execute(select(func.max(c.id))).scalar() or 0
        for start in range(0, len(digests), _ASKED_AT_ONCE):
            asked = digests[start : start + _ASKED_AT_ONCE]
            query = select(c.digest, c.received_at).where(
                c.digest.in_(asked), c.id > newest - _IN_FLIGHT
            )
            for digest, received_at in connection.execute(query):
                found[digest][received_at] += 1
    return found
