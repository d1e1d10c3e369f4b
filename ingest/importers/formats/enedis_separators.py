"""The sign between the cells of Enedis's tables: their own, or the one a spreadsheet put there.

Enedis writes semicolons. Who opens such a table and keeps it again may leave tabs or commas
behind, and numbers with a comma between quotes.
"""

import csv
import io
from collections.abc import Callable
from itertools import islice

from ingest.importers.table_heads import text_of

SEMICOLON = ";"
_SIGNS = (SEMICOLON, "\t", ",")
_BLANK_LINES = 10

IsHeader = Callable[[list[str]], bool]


def separator_of(head: bytes, is_header: IsHeader) -> str:
    """Return the sign with which a file's first row is the one looked for; "": with none.

    Args:
        head: The first bytes.
        is_header: Tells the row by its cells.
    """
    lines = islice(io.StringIO(text_of(head)), _BLANK_LINES)
    first = next((line for line in lines if line.strip()), "")
    for sign in _SIGNS:
        try:
            cells = next(csv.reader([first], delimiter=sign), [])
        except csv.Error:
            continue  # no text, however it is cut
        if is_header([cell.strip() for cell in cells]):
            return sign
    return ""


def with_semicolons(lines: bytes, sign: str) -> bytes:
    """Return whole lines with semicolons in the place of another sign, line for line."""
    if sign == SEMICOLON:
        return lines
    if b'"' not in lines:
        return lines.replace(sign.encode(), SEMICOLON.encode())
    return b"".join(_again(line, sign) for line in lines.splitlines(keepends=True))


def _again(line: bytes, sign: str) -> bytes:
    # Latin-1 gives each byte back as it came, whatever the encoding.
    text = line.decode("latin-1").rstrip("\r\n")
    try:
        cells = next(csv.reader([text], delimiter=sign), [])
    except csv.Error:
        return line  # a cell too long to be one: told with its line when it is read
    return SEMICOLON.join(cells).encode("latin-1") + (b"\n" if line.endswith(b"\n") else b"")
