"""A file as somebody brings it: alone, compressed, an archive of several, a workbook, UTF-16.

What lies inside is unpacked one after the other into a folder of its own that is gone
afterwards, and never more than a bound: a small file may be made to grow without end.
"""

import gzip
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from domain.errors import RejectedFile
from ingest.importers.expanding import Bound, Packed
from ingest.importers.unopened import refuse_other_sheets, refuse_unopened
from ingest.importers.wide_text import as_utf8, is_wide
from ingest.importers.workbook import is_workbook, sheets

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_START = 64
_DEEPEST = 2
_MEMBERS_MAX = 10_000
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,  # how zipfile refuses a compression that it does not know
    UnicodeDecodeError,  # a name that is not in the encoding it says
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One readable file inside what was brought."""

    name: str
    """Its name inside the archive or workbook; "" of a file that stands alone."""

    path: Path
    """Where it can be read until the next one is asked for."""

    begins: float = 0.0
    """Share of the whole that lies before it."""

    share: float = 1.0
    """Its own share of the whole."""

    is_sheet: bool = False
    """It was a sheet of a workbook, and is CSV now; its lines are the sheet's rows."""


@contextmanager
def opened(path: Path, folder: Path | None = None) -> Iterator[Iterator[Member]]:
    """Lend the files inside one; nothing of it is left on disk afterwards.

    Args:
        path: What was brought.
        folder: Where there is room to unpack; None: the system's own.

    Raises:
        RejectedFile: It cannot be opened, or holds more than anybody measures.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="zaindu-", dir=folder) as room:
            yield _members(Member(name="", path=path), Path(room), Bound(path), 0)
    except OSError as error:
        raise RejectedFile([f"{path.name} cannot be opened: {error.strerror}"]) from error


def _members(outer: Member, room: Path, bound: Bound, depth: int) -> Iterator[Member]:
    with outer.path.open("rb") as file:
        start = file.read(_START)
    refuse_unopened(start, _told(outer), is_alone=not outer.name)
    if start.startswith((_GZIP, _ZIP)) and depth >= _DEEPEST:
        raise RejectedFile([f"{_told(outer)} is an archive in an archive in an archive"])
    try:
        if start.startswith(_GZIP):
            yield from _gunzipped(outer, room, bound, depth)
        elif start.startswith(_ZIP):
            with zipfile.ZipFile(outer.path) as archive:
                if is_workbook(archive):
                    yield from _of_workbook(outer, archive, room, bound)
                else:
                    yield from _unzipped(outer, archive, room, bound, depth)
        elif is_wide(start):
            yield replace(outer, path=as_utf8(outer.path, room / f"narrow-{depth}", bound))
        else:
            yield outer
    except _BROKEN as error:
        raise RejectedFile([f"{_told(outer)} is a broken archive: {error}"]) from error


def _gunzipped(outer: Member, room: Path, bound: Bound, depth: int) -> Iterator[Member]:
    with gzip.open(outer.path) as packed:
        inner = _unpacked(packed, room, depth, bound)
    yield from _members(
        Member(name=outer.name, path=inner, begins=outer.begins, share=outer.share),
        room,
        bound,
        depth + 1,
    )
    inner.unlink()


def _unzipped(
    outer: Member, archive: zipfile.ZipFile, room: Path, bound: Bound, depth: int
) -> Iterator[Member]:
    refuse_other_sheets(archive, _told(outer))
    infos = [info for info in archive.infolist() if _is_of_interest(info)]
    if len(infos) > _MEMBERS_MAX:
        raise RejectedFile([f"{_told(outer)} holds more than {_MEMBERS_MAX} files"])
    whole = sum(info.file_size for info in infos) or 1
    before = 0
    for info in infos:
        if info.flag_bits & _ENCRYPTED:
            raise RejectedFile(
                [f"{_told(outer)}: {info.filename} is encrypted; decrypt it first, then bring it"]
            )
        with archive.open(info) as packed:
            inner = _unpacked(packed, room, depth, bound)
        yield from _members(
            Member(
                name=f"{outer.name} › {info.filename}" if outer.name else info.filename,
                path=inner,
                begins=outer.begins + outer.share * before / whole,
                share=outer.share * info.file_size / whole,
            ),
            room,
            bound,
            depth + 1,
        )
        inner.unlink()
        before += info.file_size


def _of_workbook(
    outer: Member, archive: zipfile.ZipFile, room: Path, bound: Bound
) -> Iterator[Member]:
    bound.check_whole(archive)
    for number, count, title, path in sheets(outer.path, room, bound):
        yield Member(
            name=f"{outer.name} › {title}" if outer.name else title,
            path=path,
            begins=outer.begins + outer.share * number / count,
            share=outer.share / count,
            is_sheet=True,
        )


def _unpacked(packed: Packed, room: Path, depth: int, bound: Bound) -> Path:
    """Return where a compressed file now lies whole."""
    path = room / f"unpacked-{depth}"
    with path.open("wb") as file:
        for chunk in bound.chunks(packed):
            file.write(chunk)
    return path


def _is_of_interest(info: zipfile.ZipInfo) -> bool:
    """Tell a file from folders and from what macOS adds to archives."""
    parts = PurePosixPath(info.filename).parts
    hidden = any(part == "__MACOSX" or part.startswith(".") for part in parts)
    return not (info.is_dir() or hidden)


def _told(member: Member) -> str:
    return member.name or member.path.name
