"""JSON files of the trade: one document a line, or one document that holds everything."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import orjson

from domain.errors import RejectedFile
from ingest.importers.series import Progress, Report

WHOLE_MAX_BYTES = 64 << 20
"""A document that fills the file is held whole: larger ones are refused."""

_LINE_MAX_BYTES = 1 << 20
_PROGRESS_EVERY = 500
_BOM = b"\xef\xbb\xbf"


def documents(
    path: Path, report: Report, progress: Progress | None
) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield (line, document) of a file of one document a line, or of an array of them.

    A line that is no document goes to `report`; a file whose first line is none is
    read as one document.

    Raises:
        RejectedFile: It cannot be opened, is no JSON, or is one document too large to hold.
    """
    try:
        total = path.stat().st_size
        with path.open("rb") as file:
            if _is_by_line(file):
                yield from _by_line(file, total, report, progress)
                return
        document = whole(path)
    except OSError as error:
        raise RejectedFile([f"{path.name} cannot be read: {error.strerror}"]) from error
    items = document if isinstance(document, list) else [document]
    for position, item in enumerate(items, start=1):
        if isinstance(item, dict):
            yield position, item
        else:
            report.complain(position, "it is no JSON object")
    if progress is not None:
        progress(total, total)


def whole(path: Path) -> object:
    """Return the document that a file is.

    Raises:
        RejectedFile: It is none, or too large to hold.
    """
    try:
        if path.stat().st_size > WHOLE_MAX_BYTES:
            raise RejectedFile(
                [f"{path.name} is one JSON document of over {WHOLE_MAX_BYTES >> 20} MB: split it"]
            )
        return orjson.loads(path.read_bytes().removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        raise RejectedFile([f"{path.name} is no JSON: {error}"]) from error
    except OSError as error:
        raise RejectedFile([f"{path.name} cannot be read: {error.strerror}"]) from error


def _is_by_line(file: BinaryIO) -> bool:
    """Tell whether the first line is a whole document; leave the file at its start."""
    first = b""
    while not first.strip() and (first := file.readline(_LINE_MAX_BYTES)):
        first = first.removeprefix(_BOM)
    file.seek(0)
    try:
        return isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        return False


def _by_line(
    file: BinaryIO, total: int, report: Report, progress: Progress | None
) -> Iterator[tuple[int, Mapping[str, object]]]:
    done, line = 0, 0
    while raw := file.readline(_LINE_MAX_BYTES):
        line += 1
        done += len(raw)
        if progress is not None and line % _PROGRESS_EVERY == 0:
            progress(done, total)
        bare = raw.removeprefix(_BOM).strip()
        if not bare:
            continue
        try:
            document = orjson.loads(bare)
        except orjson.JSONDecodeError as error:
            report.complain(line, f"it is no JSON ({error})")
            continue
        if isinstance(document, dict):
            yield line, document
        else:
            report.complain(line, "it is no JSON object")
    if progress is not None:
        progress(total, total)


def table(document: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Return the object under a key; an empty one when there is none."""
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def text(document: Mapping[str, object], key: str) -> str:
    """Return the text or number under a key as text; "" when there is none."""
    value = document.get(key)
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else ""


def number(document: Mapping[str, object], key: str) -> float | None:
    """Return the number under a key, written as one or as text; None when there is none.

    Raises:
        ValueError: What stands there is no number, or not a finite one.
    """
    value = document.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{key} is no number")
    try:
        found = float(value)
    except (ValueError, OverflowError):
        raise ValueError(f"{key} {str(value)[:40]!r} is not a number") from None
    if not math.isfinite(found):
        raise ValueError(f"{key} {str(value)[:40]!r} is not a number")
    return found
