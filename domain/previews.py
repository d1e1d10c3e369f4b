"""A glance at bytes from outside, as text that can do no harm wherever it is shown."""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

_DEEPEST = 20
_LONGEST_JSON = 100_000
_READABLE_SHARE = 0.9
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


class Looks(StrEnum):
    """What bytes look like."""

    EMPTY = "empty"
    JSON = "json"
    TEXT = "text"
    BINARY = "binary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What can be shown of a payload: printable letters and line feeds, nothing else."""

    looks: Looks
    text: str

    is_cut: bool
    """More follows that is not shown."""


def preview_of(payload: bytes, *, most_letters: int = 4000, hex_columns: int = 16) -> Preview:
    """Return a glance at a payload.

    Args:
        payload: What a device sent.
        most_letters: How much of it to show.
        hex_columns: How many bytes stand in a row where it is not text.
    """
    if not payload:
        return Preview(looks=Looks.EMPTY, text="", is_cut=False)
    text = _text_of(payload)
    if text is None:
        bytes_shown = max(1, most_letters // (4 * hex_columns + 8)) * hex_columns
        rows = _hex_rows(payload[:bytes_shown], hex_columns)
        is_cut = len(payload) > bytes_shown
        return Preview(looks=Looks.BINARY, text="\n".join(rows), is_cut=is_cut)
    looks, laid_out = Looks.TEXT, text
    if _is_json(text):
        looks, laid_out = Looks.JSON, "".join(_indented(text))
    shown = printable(laid_out[: most_letters + 1], line_feeds=True)
    return Preview(looks=looks, text=shown[:most_letters], is_cut=len(shown) > most_letters)


def printable(text: str, *, line_feeds: bool = False) -> str:
    r"""Return `text` with an escape in place of whatever a terminal or a page may obey.

    Control characters move the cursor, colour or retitle a terminal; marks of
    direction show letters in another order than they stand.

    >>> printable("a\x1b[31m\u202e")
    'a\\x1b[31m\\u202e'
    """
    return "".join(
        letter if letter.isprintable() or (line_feeds and letter == "\n") else _escape_of(letter)
        for letter in text
    )


def _escape_of(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def _text_of(payload: bytes) -> str | None:
    try:
        # Incremental, for a payload may have been cut in the middle of a letter.
        text = codecs.getincrementaldecoder("utf-8")().decode(payload)
    except UnicodeDecodeError:
        return None
    readable = sum(letter.isprintable() or letter in "\r\n\t" for letter in text)
    return text if readable >= _READABLE_SHARE * len(text) > 0 else None


def _is_json(text: str) -> bool:
    """Tell whether a text is a JSON document that indenting makes easier to read."""
    if len(text) > _LONGEST_JSON or not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    depths = accumulate((piece in "{[") - (piece in "}]") for piece in _PIECE.findall(text))
    return max(depths) <= _DEEPEST


def _indented(text: str) -> Iterator[str]:
    """Yield a JSON document's pieces as they stand, each member on its own line.

    Numbers are not read and written again: 9098.20 stays what the device sent.
    """
    depth = 0
    before = ""
    for piece in _PIECE.findall(text):
        if piece in "}]":
            depth -= 1
        if before in ("{", "[", ",") or piece in ("}", "]"):
            is_empty = before in ("{", "[") and piece in ("}", "]")
            yield "" if is_empty or not before else "\n" + "  " * depth
        if piece in "{[":
            depth += 1
        yield f"{piece} " if piece == ":" else piece
        before = piece


def _hex_rows(payload: bytes, columns: int) -> Iterator[str]:
    for start in range(0, len(payload), columns):
        row = payload[start : start + columns]
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        yield f"{start:04x}  {row.hex(' '):<{3 * columns}} {letters}"
