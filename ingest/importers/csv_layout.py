"""How a CSV file is laid out: encoding, separator, header row, decimal mark, order."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice, pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

from domain.errors import RejectedFile
from ingest.importers.local_times import parse_stamp, text_of_stamp
from ingest.importers.written_numbers import DecimalMark, is_blank

_SEPARATORS = (";", ",", "\t", "|")
_HEADER_WITHIN = 60
_SAMPLE = 200
_CHUNK = 1 << 20
_PROGRESS_EVERY = 2000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where things stand in one file."""

    encoding: str
    separator: str
    header_line: int
    """Number of the line that names the columns, from 1."""

    headers: tuple[str, ...]
    decimal: str = "."
    is_decimal_guessed: bool = False
    """Its numbers are all like `1,234`: nothing tells a thousand from one and a bit."""

    descending: bool = False
    """The newest row comes first."""

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.headers)

    def place_of(self, header: str) -> int:
        """Return the position of a column, whatever its capitals and accents."""
        return [folded(name) for name in self.headers].index(folded(header))


def folded(text: str) -> str:
    """Return a header without capitals, accents or doubled spaces."""
    bare = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for in a file; empty texts are found."""

    times: tuple[str, ...]
    numbers: tuple[str, ...]
    time_format: str = ""
    separator: str = ""
    decimal: str = ""


def find_layout(path: Path, wanted: Wanted) -> Layout:
    """Return the layout of a file that has the wanted columns.

    Raises:
        RejectedFile: It cannot be opened, or has no such columns: says which it has.
    """
    try:
        encoding = _encoding(path)
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            head = list(islice(file, _HEADER_WITHIN + _SAMPLE))
    except OSError as error:
        raise RejectedFile([f"{path} cannot be read: {error.strerror}"]) from error
    names = [folded(name) for name in (*wanted.times, *wanted.numbers)]
    best: tuple[int, int, list[str]] = (-1, 0, [])
    for separator in (wanted.separator,) if wanted.separator else _SEPARATORS:
        for line, cells in _split(head[:_HEADER_WITHIN], separator):
            present = {folded(cell) for cell in cells}
            if present.issuperset(names):
                _check_once(names, cells)
                bare = Layout(
                    encoding=encoding, separator=separator, header_line=line, headers=tuple(cells)
                )
                rows = [row for _, row in _split(head[line:], separator)]
                return _completed(path, bare, wanted, rows)
            best = max(best, (sum(name in present for name in names), len(cells), cells))
    raise RejectedFile(_missing((*wanted.times, *wanted.numbers), best[2]))


def _check_once(names: Sequence[str], cells: Sequence[str]) -> None:
    """Refuse two columns of one wanted name: nothing tells which of them is meant."""
    there = [folded(cell) for cell in cells]
    twice = [cells[there.index(name)] for name in names if there.count(name) > 1]
    if twice:
        raise RejectedFile(
            [f"two columns are called {name!r}: give each a name of its own" for name in twice]
        )


def _split(lines: list[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        return  # not with this separator


def _completed(path: Path, bare: Layout, wanted: Wanted, rows: list[list[str]]) -> Layout:
    """Add what only the rows tell: the decimal mark and the order."""
    times = [bare.place_of(name) for name in wanted.times]
    descending = _is_descending(rows, times, wanted.time_format)
    if wanted.decimal:
        return replace(bare, decimal=wanted.decimal, descending=descending)
    seen = _decimal_mark(path, bare, [bare.place_of(name) for name in wanted.numbers], rows)
    return replace(
        bare, decimal=seen.mark, is_decimal_guessed=seen.is_guessed, descending=descending
    )


def _decimal_mark(
    path: Path, bare: Layout, places: Sequence[int], rows: Sequence[list[str]]
) -> DecimalMark:
    """Look at the first rows, and at the others as long as no number tells.

    Heating begins with weeks of zeros: what no mark was met in says nothing of
    the `0,123` that follows.
    """
    seen = DecimalMark()
    for row in rows:
        _see(seen, row, places)
    if not seen.is_told:
        with Rows(path, bare, None) as every:
            try:
                for _, row in every:
                    _see(seen, row, places)
                    if seen.is_told:
                        break
            except csv.Error:
                pass  # told with its line when the file is read
    return seen


def _see(seen: DecimalMark, row: Sequence[str], places: Sequence[int]) -> None:
    for place in places:
        if place < len(row) and not is_blank(row[place]):
            seen.see(row[place])


def _is_descending(rows: list[list[str]], places: list[int], form: str) -> bool:
    stamps = []
    for row in rows:
        try:
            stamp = parse_stamp(text_of_stamp([row[place] for place in places]), form)
            stamps.append(stamp.replace(tzinfo=None))
        except (ValueError, IndexError):
            continue  # told when the file is read
    falls = sum(later < earlier for earlier, later in pairwise(stamps))
    return falls > len(stamps) / 2


def _encoding(path: Path) -> str:
    """Return the file's encoding: by its mark, else UTF-8, else what Excel writes in French."""
    with path.open("rb") as file:
        start = file.read(4)
        for mark, name in _BOMS:
            if start.startswith(mark):
                return name
        decoder = codecs.getincrementaldecoder("utf-8")()
        chunk = start
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = file.read(_CHUNK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _missing(wanted: Sequence[str], present: list[str]) -> list[str]:
    problems = []
    names = {folded(name): name for name in present if name}
    for header in wanted:
        if folded(header) in names:
            continue
        close = get_close_matches(folded(header), names, n=1, cutoff=0.5)
        hint = f"; did you mean {names[close[0]]!r}?" if close else ""
        shown = ", ".join(repr(name[:40]) for name in list(names.values())[:12]) or "none"
        problems.append(f"there is no column {header!r}{hint} (columns found: {shown})")
    return problems or ["the file has no header row with those columns"]


class Rows:
    """The rows below the header, streamed, each with the number of its line."""

    def __init__(
        self, path: Path, layout: Layout, progress: Callable[[int, int], None] | None
    ) -> None:
        """Open the file; `progress` is told bytes read of bytes in all."""
        self._raw = path.open("rb")
        self._text = io.TextIOWrapper(
            self._raw, encoding=layout.encoding, errors="replace", newline=""
        )
        self._total = path.stat().st_size
        self._layout = layout
        self._progress = progress
        self.line = 0

    def __enter__(self) -> Self:
        """Return the rows."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._text.close()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (line, cells)."""
        layout = self._layout
        reader = csv.reader(self._text, delimiter=layout.separator)
        for cells in reader:
            self.line = reader.line_num
            if self.line <= layout.header_line:
                continue
            if self._progress is not None and self.line % _PROGRESS_EVERY == 0:
                self._progress(self._raw.tell(), self._total)
            yield self.line, cells
        if self._progress is not None:
            self._progress(self._total, self._total)
