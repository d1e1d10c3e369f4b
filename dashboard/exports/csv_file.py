"""A report as CSV, one line at a time, so that a long one needs no memory."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from dashboard.exports.columns import Column
from dashboard.queries.consumption import ReportRow
from dashboard.text.words import Words

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CHUNK_ROWS = 500


class Flavour(StrEnum):
    """For whom the file is written."""

    PLAIN = "plain"
    """RFC 4180: comma, decimal point, English column names, UTF-8."""

    EXCEL = "excel"
    """What a double click opens well in French Excel: BOM, semicolon, decimal comma."""


class _Line:
    """The file object that `csv` wants: hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_chunks(
    rows: Iterable[ReportRow], columns: Sequence[Column], flavour: Flavour, words: Words
) -> Iterator[bytes]:
    """Yield the file in pieces, header first."""
    excel = flavour is Flavour.EXCEL
    writer = csv.writer(_Line(), delimiter=";" if excel else ",", lineterminator="\r\n")
    heads = [words.say(f"reports.column.{c.name}") if excel else c.name for c in columns]
    waiting = ["\ufeff"] if excel else []
    waiting.append(str(writer.writerow([harmless(head) for head in heads])))
    for row in rows:
        cells = [_cell(column.read(row), decimal_comma=excel) for column in columns]
        waiting.append(str(writer.writerow(cells)))
        if len(waiting) >= CHUNK_ROWS:
            yield "".join(waiting).encode()
            waiting.clear()
    yield "".join(waiting).encode()


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> harmless("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _cell(value: object, *, decimal_comma: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        # Twelve digits keep every count of a meter and none of the float's noise.
        figure = f"{value:.12g}"
        return figure.replace(".", ",") if decimal_comma else figure
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return harmless(str(value))
