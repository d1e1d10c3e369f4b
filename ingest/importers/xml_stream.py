"""XML from outside, streamed: elements as they begin and end, or only those that end.

No tree is built, whatever the file's size. A file from outside may hide a bomb:
document types, entities and references to other files are refused before
anything of them is read (defusedxml). Names are told without their prefix.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from domain.errors import RejectedFile
from ingest.importers.series import Progress

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ELEMENT = re.compile(r"<([^\s<>/?!][^\s<>/]*)")
_CHUNK = 1 << 16
_DEEPEST = 100
_LONGEST_TEXT = 10_000
"""No meter writes more into one element."""


class Listener(Protocol):
    """Hears elements as they begin and end."""

    def begins(self, name: str, attributes: dict[str, str], line: int) -> None:
        """Take the beginning of an element, with the line where it stands, from 1."""

    def ends(self, name: str, text: str, line: int) -> None:
        """Take the end of an element, and its own text if no other element stands in it."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An element that ended."""

    name: str
    text: str
    """Its own text when it holds no other element."""

    attributes: dict[str, str]
    parent: str
    line: int
    """Where it starts, from 1."""


def stream(path: Path, listener: Listener, progress: Progress | None = None) -> Iterator[None]:
    """Feed a file to a listener; yield after each piece, when what was heard can be taken.

    Raises:
        RejectedFile: It is no XML, breaks off, or declares what it should not.
    """
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(_Ear(parser, listener))
    try:
        with path.open("rb") as file:
            total = path.stat().st_size
            parser.feed(b"")  # so that an empty file is found to be one
            while chunk := file.read(_CHUNK):
                parser.feed(chunk)
                yield
                if progress is not None:
                    progress(file.tell(), total)
        parser.close()
        yield
    except DefusedXmlException as error:
        raise RejectedFile(
            [
                "it declares a document type or an entity, which no meter's file does and "
                "which can make a small file endless; ask its sender for it again"
            ]
        ) from error
    except SAXParseException as error:
        raise RejectedFile(
            [f"line {error.getLineNumber() or 1}: it is no whole XML ({error.getMessage()})"]
        ) from error
    except (SAXException, ValueError, LookupError) as error:
        raise RejectedFile([f"it is no XML that can be read ({error})"]) from error
    except OSError as error:
        raise RejectedFile([f"{path.name} cannot be read: {error.strerror}"]) from error


def leaves(path: Path, progress: Progress | None = None) -> Iterator[Leaf]:
    """Yield the elements of a file as they end.

    Raises:
        RejectedFile: As `stream`.
    """
    gatherer = _Gatherer()
    for _ in stream(path, gatherer, progress):
        taken, gatherer.leaves = gatherer.leaves, []
        yield from taken


def root_of(head: bytes) -> str:
    """Return the name of the first element in a file's first bytes, or an empty text."""
    is_wide = head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    text = head.decode("utf-16" if is_wide else "utf-8-sig", "replace").lstrip()
    found = _ELEMENT.search(_COMMENT.sub("", text)) if text.startswith("<") else None
    return "" if found is None else _bare(found[1])


class _Ear(ContentHandler):
    """Turns the parser's calls into those of a listener."""

    def __init__(self, parser: DefusedExpatParser, listener: Listener) -> None:
        super().__init__()
        self._parser = parser
        self._listener = listener
        self._depth = 0
        self._text: list[str] = []
        self._length = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        line = self._parser.getLineNumber() or 1
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RejectedFile([f"line {line}: it is nested too deep to be a meter's file"])
        attributes = {_bare(key): value for key, value in attrs.items()} if len(attrs) else {}
        self._text.clear()
        self._length = 0
        self._listener.begins(_bare(name), attributes, line)

    def characters(self, content: str) -> None:
        self._length += len(content)
        if self._length <= _LONGEST_TEXT:
            self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        self._depth -= 1
        text = "".join(self._text).strip()
        self._text.clear()
        self._length = 0
        self._listener.ends(_bare(name), text, self._parser.getLineNumber() or 1)


class _Gatherer:
    """Gathers leaves."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self._open: list[tuple[str, dict[str, str], int]] = []

    def begins(self, name: str, attributes: dict[str, str], line: int) -> None:
        self._open.append((name, attributes, line))

    def ends(self, name: str, text: str, line: int) -> None:
        del line
        _, attributes, began = self._open.pop()
        parent = self._open[-1][0] if self._open else ""
        self.leaves.append(Leaf(name, text, attributes, parent, began))


def _bare(name: str) -> str:
    return name.rpartition(":")[2]
