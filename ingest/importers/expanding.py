"""How much a compressed file may grow."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from domain.errors import RejectedFile

EXPANDED_MAX_BYTES = 2 << 30
"""More than a portfolio's ten years of load curves as XML."""

_RATIO_MAX = 250
"""Load curves shrink to a tenth, at best to a fiftieth; only what is made to burst does more."""

_SMALL = 32 << 20
"""Up to here nobody is harmed, whatever the ratio."""

_CHUNK = 1 << 20


class Packed(Protocol):
    """What can be read piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many of the next bytes; none at the end."""


class Bound:
    """Counts what comes out of one file, in all its layers."""

    def __init__(self, path: Path) -> None:
        """Start with nothing out of the file."""
        self._name = path.name
        self._size = max(path.stat().st_size, 1)
        self._out = 0

    def chunks(self, packed: Packed) -> Iterator[bytes]:
        """Yield what is unpacked, piece by piece.

        Raises:
            RejectedFile: It grows beyond what meters measure.
        """
        while chunk := packed.read(_CHUNK):
            self.count(len(chunk))
            yield chunk

    def count(self, size: int) -> None:
        """Add to what came out.

        Raises:
            RejectedFile: That is too much.
        """
        self._out += size
        if self._out > self._most():
            raise RejectedFile(
                [
                    f"{self._name} holds over {self._out >> 20} MB when unpacked: unpack it "
                    "yourself and bring its files in several goes"
                ]
            )

    def check_whole(self, archive: zipfile.ZipFile) -> None:
        """Refuse an archive that says itself that it holds too much, before it is opened.

        Raises:
            RejectedFile: It does.
        """
        self.count(sum(info.file_size for info in archive.infolist()))

    def _most(self) -> int:
        return min(EXPANDED_MAX_BYTES, max(_SMALL, _RATIO_MAX * self._size))
