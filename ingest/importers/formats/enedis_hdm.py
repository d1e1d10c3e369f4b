"""Enedis HDM: the history of points in CSV, as SGE and the customer portals give it.

Blocks follow one another: two rows say which point and quantity it is, one row
names the columns, then come the values. The unit is often left out, blanks are
unknown, and the step may change inside a block.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from domain.errors import RejectedFile
from ingest.importers.csv_layout import folded
from ingest.importers.formats.enedis_separators import SEMICOLON, separator_of, with_semicolons
from ingest.importers.formats.hdm_block import Block
from ingest.importers.formats.hdm_heading import Heading
from ingest.importers.series import Choices, Progress, Report, Series

_BEGINS = b"Identifiant PRM"
_BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 20
_HEAD = 1 << 12
_LONGEST_LINE = 1 << 16
_HEADING_ROWS = 3


class _Hdm:
    name = "enedis-hdm"
    label = "Enedis HDM"

    def recognises(self, head: bytes) -> bool:
        """Tell by the first row, that names point and kind of data but no values."""
        return bool(separator_of(head, _is_first_row))

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield its points' curves, days and indexes, as `FileFormat` has it."""
        reader = _Reader(choices, report)
        for line, part, begins in _parts(path, progress):
            if begins:
                yield from reader.end()
                reader = _Reader(choices, report)
                reader.has_begun = True
            yield from reader.take(line, part)
        yield from reader.end()


class _Reader:
    """Reads one block: first its heading, row by row, then its values in bulk."""

    def __init__(self, choices: Choices, report: Report) -> None:
        self._choices = choices
        self._report = report
        self._rows: list[tuple[int, str]] = []
        self._block: Block | None = None
        self.has_begun = False

    def take(self, line: int, part: bytes) -> Iterator[Series]:
        while self._block is None and part:
            row, _, part = part.partition(b"\n")
            if text := _decoded(row).strip():
                self._rows.append((line, text))
                if not self.has_begun:
                    raise RejectedFile([f"line {line}: {_BEGINS.decode()};… is due here"])
            line += 1
            if len(self._rows) == _HEADING_ROWS:
                self._block = Block(Heading.of(self._rows), self._choices, self._report)
        if self._block is not None and part:
            yield from self._block.add(line, part)

    def end(self) -> Iterator[Series]:
        if self._block is not None:
            yield from self._block.series()


def _is_first_row(cells: list[str]) -> bool:
    names = {folded(cell) for cell in cells}
    return {"identifiant prm", "type de donnees"} <= names and "horodate" not in names


def _decoded(row: bytes) -> str:
    """Return a row of a heading, kept by Excel in its own encoding or as it came."""
    try:
        return row.decode("utf-8")
    except UnicodeDecodeError:
        return row.decode("cp1252", "replace")


def _parts(path: Path, progress: Progress | None) -> Iterator[tuple[int, bytes, bool]]:
    """Yield (number of the first line, whole lines, whether they begin a block)."""
    for line, piece in _pieces(path, progress):
        begins = set(_line_starts(piece, _BEGINS))
        number = line
        for start, end in pairwise(sorted({0, *begins, len(piece)})):
            yield number, piece[start:end], start in begins
            number += piece.count(b"\n", start, end)


def _line_starts(piece: bytes, word: bytes) -> Iterator[int]:
    found = piece.find(word)
    while found >= 0:
        start = piece.rfind(b"\n", 0, found) + 1
        if piece[start:found] in (b"", b'"'):
            yield start
        found = piece.find(word, found + 1)


def _pieces(path: Path, progress: Progress | None) -> Iterator[tuple[int, bytes]]:
    """Yield (number of the first line, whole lines) of a file, about a megabyte each."""
    line, waiting = 1, b""
    try:
        total = path.stat().st_size
        with path.open("rb") as file:
            sign = separator_of(file.read(_HEAD), _is_first_row) or SEMICOLON
            file.seek(0)
            while chunk := file.read(_CHUNK):
                text = waiting + (chunk if file.tell() > len(chunk) else chunk.removeprefix(_BOM))
                end = text.rfind(b"\n") + 1
                waiting = text[end:]
                if len(waiting) > _LONGEST_LINE:
                    raise RejectedFile([f"line {line}: a line is longer than any of theirs"])
                yield line, with_semicolons(text[:end], sign)
                line += text.count(b"\n", 0, end)
                if progress is not None:
                    progress(file.tell(), total)
        if waiting:
            yield line, with_semicolons(waiting, sign)
    except OSError as error:
        raise RejectedFile([f"{path.name} cannot be read: {error.strerror}"]) from error


FORMAT = _Hdm()
