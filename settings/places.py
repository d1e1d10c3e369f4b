"""Where each key of a TOML text stands, which `tomllib` does not tell.

A path is what leads to a value: table names, positions in arrays, the key. The
text is known to be valid TOML, so that the scanner only looks for where keys
begin and values end.
"""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]
"""For instance `("buildings", 0, "meters", 2, "cadence_s")`."""

_BARE_END = set(" \t\r\n=.]#,{}[\"'")
_SCALAR_END = set(" \t\r\n#,]}")
_DATE_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d \d")
"""The only value with a space in it that is not between quotes."""


def line_of(places: dict[Path, int], path: Path) -> int:
    """Return the line of `path`, or of the nearest table above it that is written."""
    while path and path not in places:
        path = path[:-1]
    return places.get(path, 1)


def locate(text: str) -> dict[Path, int]:
    """Return the line, from 1, on which each table, element and key starts."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.places


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.places: dict[Path, int] = {}
        self._lengths: dict[Path, int] = {}
        self._counted_to = 0
        self._line = 1

    def document(self) -> None:
        table: Path = ()
        while self._skip_blank():
            if self.text.startswith("[[", self.at):
                table = self._header(array=True)
            elif self.text[self.at] == "[":
                table = self._header(array=False)
            else:
                self._assignment(table)

    def _header(self, *, array: bool) -> Path:
        line = self._line_here()
        self.at += 2 if array else 1
        keys = list(self._dotted_key("]"))
        self.at += 2 if array else 1
        path = self._resolve(keys if not array else keys[:-1])
        if array:
            whole: Path = (*path, keys[-1])
            self.places.setdefault(whole, line)
            position = self._lengths.get(whole, 0)
            self._lengths[whole] = position + 1
            path = (*whole, position)
        self._note(path, line)
        return path

    def _resolve(self, keys: list[str]) -> Path:
        """Follow table names; a name of an array of tables means its last element."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        return path

    def _assignment(self, table: Path) -> None:
        line = self._line_here()
        path: Path = (*table, *self._dotted_key("="))
        self.at += 1
        for depth in range(len(table) + 1, len(path) + 1):
            self.places.setdefault(path[:depth], line)
        self._value(path)

    def _dotted_key(self, end: str) -> Iterator[str]:
        """Yield the parts of a key and stop on `end`."""
        while self._skip_blank() and self.text[self.at] != end:
            character = self.text[self.at]
            if character == ".":
                self.at += 1
            elif character in "\"'":
                start = self.at
                self._string()
                yield self.text[start + 1 : self.at - 1]
            else:
                start = self.at
                self._skip_until(_BARE_END)
                yield self.text[start : self.at]

    def _value(self, path: Path) -> None:
        self._skip_blank()
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif opening in ('"', "'"):
            self._string()
        else:
            date_and_time = _DATE_AND_TIME.match(self.text, self.at)
            if date_and_time:
                self.at = date_and_time.end()
            self._skip_until(_SCALAR_END)

    def _array(self, path: Path) -> None:
        self.at += 1
        position = 0
        while self._skip_blank() and self.text[self.at] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._note((*path, position), self._line_here())
            self._value((*path, position))
            position += 1
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self._skip_blank() and self.text[self.at] != "}":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._assignment(path)
        self.at += 1

    def _string(self) -> None:
        quote = self.text[self.at]
        triple = quote * 3
        if self.text.startswith(triple, self.at):
            self._long_string(quote, triple)
            return
        self.at += 1
        while self.text[self.at] != quote:
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += 1

    def _long_string(self, quote: str, triple: str) -> None:
        self.at += 3
        while not self.text.startswith(triple, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += 3
        # Up to two quotes may stand just before the closing three.
        while self.text.startswith(quote, self.at):
            self.at += 1

    def _skip_blank(self) -> bool:
        """Go to the next character that counts; False at the end of the text."""
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at].isspace():
                self.at += 1
            else:
                return True
        return False

    def _skip_until(self, stops: set[str]) -> None:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in stops:
            self.at += 1
        # A valid text always gives something here; never stand still on one that does not.
        self.at += self.at == start

    def _line_here(self) -> int:
        self._line += self.text.count("\n", self._counted_to, self.at)
        self._counted_to = self.at
        return self._line

    def _note(self, path: Path, line: int) -> None:
        self.places.setdefault(path, line)
