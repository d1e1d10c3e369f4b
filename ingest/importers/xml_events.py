"""XML from outside, streamed: names without their namespace, the line of each, no entities."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol
from xml.sax import SAXException
from xml.sax.expatreader import ExpatParser
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from domain.errors import RejectedFile
from ingest.importers.series import Progress

_CHUNK = 1 << 16
_DEEPEST = 100
_TEXT_MAX = 4096
"""Longer texts are cut: no number, time or link is that long."""


class Listener(Protocol):
    """Hears elements as they begin and end."""

    def begins(self, name: str, attributes: Sequence[tuple[str, str]], line: int) -> None:
        """Take the beginning of an element: local name, attributes, line from 1."""

    def ends(self, name: str, text: str, line: int) -> None:
        """Take the end of an element, and the text it held itself."""


def stream(path: Path, listener: Listener, progress: Progress | None) -> Iterator[None]:
    """Feed a file to a listener; yield after each piece, when what was heard can be taken.

    Raises:
        RejectedFile: It is no well-formed XML, or brings a DTD or entities.
    """
    parser: ExpatParser = DefusedExpatParser(
        namespaceHandling=1, forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(_Ear(parser, listener))
    try:
        total, done = path.stat().st_size, 0
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                parser.feed(chunk)
                done += len(chunk)
                if progress is not None:
                    progress(done, total)
                yield
        parser.close()
        yield
    except DefusedXmlException as error:
        raise RejectedFile(
            [f"{path.name} brings a document type or entities, which no meter file needs"]
        ) from error
    except (SAXException, ValueError, LookupError) as error:
        # An unknown encoding is a LookupError; a fault of expat says line and column.
        raise RejectedFile([f"{path.name} is no well-formed XML: {error}"]) from error
    except OSError as error:
        raise RejectedFile([f"{path.name} cannot be read: {error.strerror}"]) from error


class _Ear(ContentHandler):
    def __init__(self, parser: ExpatParser, listener: Listener) -> None:
        super().__init__()
        self._parser = parser
        self._listener = listener
        self._texts: list[list[str]] = []

    def startElementNS(  # noqa: N802 (the name SAX gives it)
        self, name: tuple[str | None, str], _qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        if len(self._texts) >= _DEEPEST:
            raise RejectedFile([f"elements lie {_DEEPEST} deep: this is no meter file"])
        self._texts.append([])
        attributes = [(key[1], str(value)) for key, value in attrs.items()]
        self._listener.begins(name[1], attributes, self._parser.getLineNumber())

    def endElementNS(  # noqa: N802
        self, name: tuple[str | None, str], _qname: str | None
    ) -> None:
        text = "".join(self._texts.pop()).strip()
        self._listener.ends(name[1], text, self._parser.getLineNumber())

    def characters(self, content: str) -> None:
        pieces = self._texts[-1]
        if len(pieces) < _TEXT_MAX:
            pieces.append(content[:_TEXT_MAX])
