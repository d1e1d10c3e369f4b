"""A report as XLSX: typed dates and numbers, and a sheet that says what they mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dashboard.exports.columns import COLUMNS, Cell, Column
from dashboard.queries.consumption import ReportRow
from dashboard.text.words import Words

ROWS_PER_SHEET = 1_048_000
"""A sheet of XLSX holds 1,048,576 rows; the rest goes on the next one."""


def _offset(row: ReportRow) -> str:
    """Return the offset from UTC that a spreadsheet's date cannot carry: `+02:00`."""
    return row.interval.start.isoformat()[-6:]


BOOK_COLUMNS = (*COLUMNS[:8], Column(name="utc_offset", read=_offset, width=9), *COLUMNS[8:])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Styles:
    title: Format
    head: Format
    date: Format
    number: Format
    share: Format
    wrap: Format


def write_workbook(
    path: Path, rows: Iterable[ReportRow], read_me: Sequence[tuple[str, str]], words: Words
) -> None:
    """Write the file row by row, so that a long report needs no memory.

    Args:
        path: Where to write it.
        rows: The report.
        read_me: Lines of the first sheet: a subject and what is to be known of it.
        words: The language of sheet names and headings.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(path.parent),
    }
    book = Workbook(str(path), options)
    try:
        styles = _styles(book)
        _write_read_me(book.add_worksheet(words.say("reports.sheet.read_me")), read_me, styles)
        left = iter(rows)
        first, number = next(left, None), 1
        while first is not None or number == 1:
            suffix = f" {number}" if number > 1 else ""
            sheet = book.add_worksheet(words.say("reports.sheet.data") + suffix)
            head = () if first is None else (first,)
            _write_rows(sheet, chain(head, islice(left, ROWS_PER_SHEET - 1)), styles, words)
            first, number = next(left, None), number + 1
    finally:
        book.close()


def _styles(book: Workbook) -> _Styles:
    return _Styles(
        title=book.add_format({"bold": True, "font_size": 14}),
        head=book.add_format({"bold": True, "bottom": 1, "bg_color": "#F5F0E7"}),
        date=book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        number=book.add_format({"num_format": "#,##0.###"}),
        share=book.add_format({"num_format": "0.0%"}),
        wrap=book.add_format({"text_wrap": True, "valign": "top"}),
    )


def _write_read_me(sheet: Worksheet, lines: Sequence[tuple[str, str]], styles: _Styles) -> None:
    sheet.set_column(0, 0, 26, styles.wrap)
    sheet.set_column(1, 1, 90, styles.wrap)
    sheet.hide_gridlines(2)
    for at, (subject, text) in enumerate(lines):
        sheet.write_string(at, 0, subject, styles.title if at == 0 else styles.wrap)
        sheet.write_string(at, 1, text, styles.wrap)


def _write_rows(sheet: Worksheet, rows: Iterable[ReportRow], styles: _Styles, words: Words) -> None:
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(BOOK_COLUMNS):
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, words.say(f"reports.column.{column.name}"), styles.head)
    for line, row in enumerate(rows, start=1):
        for at, column in enumerate(BOOK_COLUMNS):
            _write_cell(sheet, (line, at), column, column.read(row), styles)
    sheet.autofilter(0, 0, 0, len(BOOK_COLUMNS) - 1)


def _write_cell(
    sheet: Worksheet, place: tuple[int, int], column: Column, value: Cell, styles: _Styles
) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        sheet.write_datetime(*place, value.replace(tzinfo=None), styles.date)
    elif isinstance(value, float):
        is_share = column.name in ("coverage", "estimated_share")
        sheet.write_number(*place, value, styles.share if is_share else styles.number)
    else:
        sheet.write_string(*place, str(value))
