"""A workbook's sheets as CSV: then every format that is a table can be read from one.

Row n of a sheet is line n of the text. Dates become ISO 8601 without offset, numbers
have a point; a text that is a number with a comma is written like the numbers around it.
"""

import csv
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from domain.errors import RejectedFile
from ingest.importers.expanding import Bound

_T = TypeVar("_T")

SEPARATOR = ";"

_SHARED_MAX = 256 << 20
_COLUMNS_MAX = 1000
_NUMBER_WITH_COMMA = re.compile(r"[+-]?\d{1,3}(?:[\s\u00a0\u202f]?\d{3})*,\d+|[+-]?\d+,\d+", re.A)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_FAULTS = frozenset(("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"))
_HALF_SECOND = timedelta(milliseconds=500)


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Tell whether a ZIP archive is an Excel workbook."""
    return "xl/workbook.xml" in archive.namelist()


def sheets(path: Path, room: Path, bound: Bound) -> Iterator[tuple[int, int, str, Path]]:
    """Yield (number, how many, title, CSV file) of each sheet that is not hidden.

    The file is written over by the next sheet.

    Raises:
        RejectedFile: The workbook cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            shared = [i.file_size for i in archive.infolist() if "sharedStrings" in i.filename]
        if sum(shared) > _SHARED_MAX:
            raise RejectedFile([f"{path.name} holds more texts than any load curve"])
        # Opened by us: openpyxl believes a file's name rather than what is in it.
        with path.open("rb") as file:
            book = _quietly(
                lambda: load_workbook(file, read_only=True, data_only=True, keep_links=False)
            )
            visible = [s for s in book.worksheets if s.sheet_state == "visible"]
            for number, sheet in enumerate(visible):
                text = room / "sheet.csv"
                # The size a sheet says it has may be a million empty columns.
                sheet.reset_dimensions()
                rows = sheet.iter_rows(values_only=True)
                _quietly(partial(_write, rows, text, bound))
                yield number, len(visible), sheet.title, text
    except (
        InvalidFileException,
        DefusedXmlException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
    ) as error:
        # openpyxl trusts a workbook's parts to be where they should, and what they should.
        raise RejectedFile([f"{path.name} is a workbook that cannot be read: {error}"]) from error


def _quietly(do: Callable[[], _T]) -> _T:
    """Do something without openpyxl's warnings of styles and extensions that nobody looks at."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return do()


def _write(rows: Iterator[tuple[object, ...]], path: Path, bound: Bound) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=SEPARATOR, lineterminator="\n")
        for row in rows:
            cells = [cell_text(value) for value in row[:_COLUMNS_MAX]]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                writer.writerow(cells)
            else:
                file.write("\n")
            bound.count(sum(map(len, cells)) + 1)


def cell_text(value: object) -> str:
    """Return what a cell holds as it is written in the CSV.

    >>> cell_text(datetime(2026, 1, 20, 7, 29, 59, 999_998)), cell_text("1 234,5")
    ('2026-01-20 07:30:00', '1234.5')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        # A spreadsheet counts days in floating point: half past seven is a hair before it.
        return (value + _HALF_SECOND).replace(microsecond=0).isoformat(sep=" ")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    text = " ".join(str(value).split())
    if text in _FAULTS:
        return ""
    return _SPACES.sub("", text).replace(",", ".") if _NUMBER_WITH_COMMA.fullmatch(text) else text
