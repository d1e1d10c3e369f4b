"""The header of a table, found in the first bytes of a file that may be any text."""

import codecs
import csv
import re
from collections.abc import Iterable, Sequence

from ingest.importers.csv_layout import folded

_SEPARATORS = (";", "\t", ",", "|")
_WITHIN = 60
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x19\x1b-\x1f]")
"""What no table holds, and any picture does; 0x1A ends files of old programs."""


_NO_TABLE = ("{", "[", "<")
"""How JSON and XML begin."""


def text_of(head: bytes) -> str:
    """Return the first bytes as text: by their mark, else UTF-8, else what Excel writes."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    try:
        # Not final: the last letter may be cut in two.
        return codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return head.decode("cp1252", "replace")


def header_with(head: bytes, wanted: Sequence[Iterable[str]]) -> tuple[str, ...] | None:
    """Return, as the file spells them, the names of the wanted columns; None: there are not all.

    Args:
        head: The first bytes.
        wanted: For each column, the names it may go by, whatever capitals and accents.
    """
    for cells in _rows(text_of(head)):
        named = {folded(cell): cell for cell in cells if cell}
        found = [next((n for n in map(folded, names) if n in named), None) for names in wanted]
        if all(name is not None for name in found):
            return tuple(named[name] for name in found if name is not None)
    return None


def widest_row(head: bytes) -> tuple[str, ...]:
    """Return the row that looks most like a header: the first of those with most names.

    What is no text has none, however its bytes fall; nor has JSON or XML.
    """
    text = text_of(head)
    if _NO_TEXT.search(text) or text.lstrip().startswith(_NO_TABLE):
        return ()
    best: tuple[int, tuple[str, ...]] = (1, ())
    for cells in _rows(text):
        names = sum(bool(cell) and not cell[0].isdigit() and cell[0] not in "+-" for cell in cells)
        if names > best[0]:
            best = (names, tuple(cell for cell in cells if cell))
    return best[1]


def _rows(text: str) -> Iterable[list[str]]:
    lines = text.splitlines()[:_WITHIN]
    for separator in _SEPARATORS:
        try:
            for cells in csv.reader(lines, delimiter=separator):
                if len(cells) > 1:
                    yield [cell.strip() for cell in cells]
        except csv.Error:
            continue  # not with this separator
