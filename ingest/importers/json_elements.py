"""JSON read element by element, whatever the file's size: no more than one is held.

An element is an object that stands alone, in a list, after another one (ND-JSON,
or answers put end to end), or in the one list that the format names:
`{"header": …, "mesures": [element, element]}`.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import orjson

from domain.errors import RejectedFile
from ingest.importers.series import Progress

_CHUNK = 1 << 20
_LARGEST = 64 << 20
"""Three years of one point every five minutes take a third of this."""

_LONGEST_TEXT = 4 << 20
_DEEPEST = 100
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["{}\[\]]', re.DOTALL)
_OPENS = {b"{": b"}", b"[": b"]"}


def elements(
    path: Path, list_name: str, progress: Progress | None = None
) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield (line where it starts, element).

    Raises:
        RejectedFile: It is no JSON, breaks off, or holds an element too large to be one;
            or no element, unless its list is there and empty: a point without data.
    """
    try:
        with path.open("rb") as file:
            total = path.stat().st_size
            line = 0
            splitter = _Splitter(file, list_name)
            for line, raw in splitter:
                if progress is not None:
                    progress(file.tell(), total)
                yield line, _parsed(line, raw)
            if not line and not splitter.has_list:
                raise RejectedFile(["it holds no JSON element with measurements"])
    except OSError as error:
        raise RejectedFile([f"{path.name} cannot be read: {error.strerror}"]) from error


def _parsed(line: int, raw: bytes) -> dict[str, object]:
    try:
        element: dict[str, object] = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise RejectedFile([f"line {line}: it is no JSON ({error})"]) from error
    return element


class _Splitter:
    """Finds where elements begin and end, without reading what they hold."""

    def __init__(self, file: BinaryIO, list_name: str) -> None:
        self._file = file
        self._key = b'"%b"' % list_name.encode()
        self._buffer = b""
        self._line = 1
        self._counted = 0  # up to here in the buffer
        self._start = -1  # of the element being read, in the buffer
        self._is_wanted = False
        self._depth = 0  # of its surroundings
        self._closers: list[bytes] = []
        self._last_key = b""
        self.has_list = False

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        at = 0
        while True:
            token = _TOKEN.search(self._buffer, at)
            text = b"" if token is None else token[0]
            if token is None or text == b'"':  # nothing more, or a text that goes on
                at = self._read_on(len(self._buffer) if token is None else token.start())
                if at < 0:
                    break
                continue
            at = token.end()
            if text in _OPENS:
                self._open(text, token.start())
            elif text[:1] == b'"':
                self._last_key = text
            elif found := self._close(text, at):
                yield found
        if self._closers:
            raise RejectedFile([f"line {self._line}: it breaks off in the middle"])

    def _read_on(self, at: int) -> int:
        """Read the next chunk; return where the search goes on, negative at the file's end."""
        is_in_text = at < len(self._buffer)
        if len(self._buffer) - at > _LONGEST_TEXT:
            raise RejectedFile([f"line {self._line}: a text is longer than any of theirs"])
        keep = self._start if self._start >= 0 else at
        if len(self._buffer) - keep > _LARGEST:
            raise RejectedFile([f"line {self._line}: one element is larger than any point's"])
        more = self._file.read(_CHUNK)
        if not more and is_in_text:
            raise RejectedFile([f"line {self._line}: it breaks off in the middle of a text"])
        self._count_lines(keep)
        self._counted = 0
        self._buffer = self._buffer[keep:] + more
        self._start = min(self._start, 0)
        return at - keep if more else -1

    def _count_lines(self, until: int) -> None:
        self._line += self._buffer.count(b"\n", self._counted, until)
        self._counted = until

    def _open(self, mark: bytes, at: int) -> None:
        if self._start < 0:
            is_in_object = bool(self._closers) and self._closers[-1] == b"}"
            if mark == b"{" or is_in_object:
                self._count_lines(at)
                self._start, self._depth = at, len(self._closers)
                self._is_wanted = mark == b"{" and not is_in_object
        elif mark == b"[" and self._is_wanted and self._opens_the_list():
            self._start, self.has_list = -1, True
        self._closers.append(_OPENS[mark])
        if len(self._closers) > _DEEPEST:
            raise RejectedFile([f"line {self._line}: it is nested too deep to be a meter's"])

    def _opens_the_list(self) -> bool:
        return len(self._closers) == self._depth + 1 and self._last_key == self._key

    def _close(self, mark: bytes, end: int) -> tuple[int, bytes] | None:
        if not self._closers or self._closers.pop() != mark:
            raise RejectedFile([f"line {self._line}: a bracket closes what was not opened"])
        if self._start < 0 or len(self._closers) > self._depth:
            return None
        start, self._start = self._start, -1
        if not self._is_wanted:
            return None
        return self._line, self._buffer[start:end]
