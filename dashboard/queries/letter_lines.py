"""Refused messages as a file that is never whole in memory."""

from collections.abc import Iterator, Sequence

from domain.dead_letters import LetterFilter
from domain.letter_lines import line_of
from storage.ports import Records

LINES = "application/x-ndjson"

_READ_AT_ONCE = 50


def letter_lines(records: Records, which: LetterFilter | Sequence[int]) -> Iterator[bytes]:
    """Yield each letter as a JSON line, oldest first."""
    after = 0
    while letters := records.dead_letters.in_order(which, limit=_READ_AT_ONCE, after=after):
        after = letters[-1].id or 0
        yield b"".join(map(line_of, letters))
