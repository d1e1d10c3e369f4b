"""How messages lie on disk: length, checksum, then the message, one after another.

A record is `length u32, crc32 u32` of a body, and the body is `received_at
i64 [µs since 1970 UTC], flags u8, topic length u32, topic, payload`, all
little-endian. A crash can only tear the last record of a file; a disk that
fails can damage any, and what stands behind the damage is found again by its
shape and its checksum.
"""

import io
import os
import re
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple

from domain.messages import RawMessage

_FRAME = struct.Struct("<II")
_HEAD = struct.Struct("<qBI")
_RETAINED, _QUEUED, _REPEATED = 1, 2, 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_LIKE_A_RECORD = re.compile(
    rb"(?=.{3}[\x00-\x0f].{4}.{6}[\x03-\x1f]\x00[\x00-\x1f].{2}\x00\x00)", re.DOTALL
)
"""Less than 256 MB, received between 1996 and 2246, a topic that MQTT allows."""

_SHAPE_BYTES = _FRAME.size + _HEAD.size
_WINDOW_BYTES = 1024 * 1024
_PAGE_BYTES = 4096


class Piece(NamedTuple):
    """A stretch of a segment, from the end of the one before."""

    end: int
    """Where it ends [B]."""

    body: bytes | None
    """A record's; None: damaged, one record or several."""


class _Tolerant(io.FileIO):
    """A file of which the pages that the disk does not give are read as zeros."""

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Read what there is, a page of zeros where that fails."""
        try:
            return super().readinto(buffer) or 0
        except OSError:
            at = self.tell()
            left = os.fstat(self.fileno()).st_size - at
            number = max(0, min(len(buffer), _PAGE_BYTES - at % _PAGE_BYTES, left))
            memoryview(buffer)[:number] = bytes(number)
            self.seek(at + number)
            return number


def encode(message: RawMessage) -> bytes:
    """Return a message as it lies on disk."""
    topic = message.topic.encode("utf-8", "surrogatepass")
    body = b"".join(
        (
            _HEAD.pack(
                (message.received_at - _EPOCH) // _MICROSECOND,
                (_RETAINED if message.retained else 0)
                | (_QUEUED if message.queued else 0)
                | (_REPEATED if message.repeated else 0),
                len(topic),
            ),
            topic,
            message.payload,
        )
    )
    return _FRAME.pack(len(body), zlib.crc32(body)) + body


def decode(body: bytes) -> RawMessage:
    """Return the message of a record."""
    received_us, flags, topic_bytes = _HEAD.unpack_from(body)
    payload_at = _HEAD.size + topic_bytes
    return RawMessage(
        body[_HEAD.size : payload_at].decode("utf-8", "surrogatepass"),
        body[payload_at:],
        _EPOCH + received_us * _MICROSECOND,
        bool(flags & _RETAINED),
        bool(flags & _QUEUED),
        bool(flags & _REPEATED),
    )


def pieces(path: Path, at: int) -> Iterator[Piece]:
    """Yield what stands in a file from `at` on, but for a torn tail.

    Nobody was told that the torn record of a crash is kept: it comes again.
    """
    with io.BufferedReader(_Tolerant(path), _WINDOW_BYTES) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(at)
        while at < size:
            body = _body(file, size - at)
            if body is None:
                start, at = at, _next_sound(file, at + 1, size)
                if at == size and _is_torn(file, start, size):
                    return
                file.seek(at)
            else:
                at += _FRAME.size + len(body)
            yield Piece(at, body)


def count(path: Path, at: int) -> int:
    """Count the records from `at` on; a damaged stretch counts as one."""
    return sum(1 for _ in pieces(path, at))


def _body(file: BinaryIO, room: int) -> bytes | None:
    """Read the record at the file's position; None when none stands there whole."""
    frame = file.read(_FRAME.size)
    if len(frame) < _FRAME.size:
        return None
    length, checksum = _FRAME.unpack(frame)
    if not _HEAD.size <= length <= room - _FRAME.size:
        return None
    body = file.read(length)
    return body if zlib.crc32(body) == checksum else None


def _next_sound(file: BinaryIO, at: int, size: int) -> int:
    """Return where the first whole record from `at` on starts; `size` when there is none."""
    while size - at >= _SHAPE_BYTES:
        file.seek(at)
        window = file.read(_WINDOW_BYTES)
        for match in _LIKE_A_RECORD.finditer(window):
            place = at + match.start()
            file.seek(place)
            if _body(file, size - place) is not None:
                return place
        at += len(window) - _SHAPE_BYTES + 1
    return size


def _is_torn(file: BinaryIO, at: int, size: int) -> bool:
    """Tell whether a file's end is what a crash leaves: half a record, or zeros."""
    file.seek(at)
    rest = file.read()
    if len(rest) < _FRAME.size or not rest.strip(b"\x00"):
        return True
    length, _ = _FRAME.unpack_from(rest)
    return bool(length > size - at - _FRAME.size)
