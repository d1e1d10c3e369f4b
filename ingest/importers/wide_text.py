"""Text of two bytes a letter, as Windows writes it (UTF-16), made the UTF-8 that formats read.

What PowerShell redirects into a file and what Excel calls "Unicode text" come so, marked by
their first two bytes. XML says its own encoding and is left to its parser.
"""

import codecs
import io
from pathlib import Path

from domain.errors import RejectedFile
from ingest.importers.expanding import Bound

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHUNK = 1 << 20


def is_wide(start: bytes) -> bool:
    """Tell from a file's first bytes whether it is such a text.

    >>> is_wide("a;b".encode("utf-16")), is_wide("<a/>".encode("utf-16")), is_wide(b"a;b")
    (True, False, False)
    """
    return start.startswith(_MARKS) and not _text(start).lstrip().startswith("<")


def as_utf8(path: Path, into: Path, bound: Bound) -> Path:
    """Write the text anew, line for line; return where it lies now.

    Raises:
        RejectedFile: It breaks off within a letter, or holds more than meters measure.
    """
    try:
        with (
            path.open("rb") as raw,
            io.TextIOWrapper(raw, "utf-16", newline="") as wide,
            into.open("wb") as narrow,
        ):
            while piece := wide.read(_CHUNK):
                text = piece.encode("utf-8")
                bound.count(len(text))
                narrow.write(text)
    except UnicodeError as error:
        raise RejectedFile(
            [f"{path.name} begins as UTF-16 and is not: save it as UTF-8, and bring that"]
        ) from error
    return into


def _text(start: bytes) -> str:
    whole = start[: len(start) // 2 * 2]
    return whole.decode("utf-16", "replace")
