"""XML read as a stream of leaves: no tree is built, whatever the file's size.

A file from outside may hide a bomb: document types, entities and references to
other files are refused before anything of them is read (defusedxml).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
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


@dataclass(frozen=True, slots=True)
class Leaf:
    """An element that ended; names are without prefix."""

    name: str
    text: str
    """Its own text when it holds no other element."""

    attributes: dict[str, str]
    parent: str
    line: int
    """Where it starts, from 1."""


class _Gatherer(ContentHandler):
    """Turns the parser's calls into leaves."""

    def __init__(self) -> None:
        super().__init__()
        self.leaves: list[Leaf] = []
        self._open: list[tuple[str, dict[str, str], int]] = []
        self._text: list[str] = []
        self._length = 0
        self._line_of: DefusedExpatParser | None = None

    def attend(self, parser: DefusedExpatParser) -> None:
        """Ask that parser for line numbers."""
        self._line_of = parser

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        line = self._line_of.getLineNumber() if self._line_of is not None else None
        attributes = {_bare(key): value for key, value in attrs.items()} if len(attrs) else {}
        self._open.append((_bare(name), attributes, line or 1))
        if len(self._open) > _DEEPEST:
            raise RejectedFile([f"line {line or 1}: it is nested too deep to be a meter's file"])
        self._text.clear()
        self._length = 0

    def characters(self, content: str) -> None:
        self._length += len(content)
        if self._length <= _LONGEST_TEXT:
            self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802, ARG002 (it is the last one opened)
        own, attributes, line = self._open.pop()
        parent = self._open[-1][0] if self._open else ""
        self.leaves.append(Leaf(own, "".join(self._text).strip(), attributes, parent, line))
        self._text.clear()
        self._length = 0


def leaves(path: Path, progress: Progress | None = None) -> Iterator[Leaf]:
    """Yield the elements of a file as they end.

    Raises:
        RejectedFile: It is no XML, breaks off, or declares what it should not.
    """
    parser = DefusedExpatParser(forbid_dtd=True)
    gatherer = _Gatherer()
    gatherer.attend(parser)
    parser.setContentHandler(gatherer)
    try:
        with path.open("rb") as file:
            total = path.stat().st_size
            parser.feed(b"")  # so that an empty file is found to be one
            while chunk := file.read(_CHUNK):
                parser.feed(chunk)
                yield from _taken(gatherer)
                if progress is not None:
                    progress(file.tell(), total)
        parser.close()
        yield from _taken(gatherer)
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


def root_of(head: bytes) -> str:
    """Return the name of the first element in a file's first bytes, or an empty text."""
    is_wide = head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    text = head.decode("utf-16" if is_wide else "utf-8-sig", "replace").lstrip()
    found = _ELEMENT.search(_COMMENT.sub("", text)) if text.startswith("<") else None
    return "" if found is None else _bare(found[1])


def _taken(gatherer: _Gatherer) -> list[Leaf]:
    taken, gatherer.leaves = gatherer.leaves, []
    return taken


def _bare(name: str) -> str:
    return name.rpartition(":")[2]
