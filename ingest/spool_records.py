"""How one message lies on disk: length, checksum, then the message.

A record is `length u32, crc32 u32` of a body, and the body is `received_at
i64 [µs since 1970 UTC], flags u8, topic length u32, topic, payload`, all
little-endian. A crash can only tear the last record of a file.
"""

import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from domain.messages import RawMessage

_FRAME = struct.Struct("<II")
_HEAD = struct.Struct("<qBI")
_RETAINED, _QUEUED, _REPEATED = 1, 2, 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class DamagedRecord(Exception):
    """A record is not what was written, and more follows it."""


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


def read_next(file: BinaryIO) -> RawMessage | None:
    """Read the record at the file's position; None at its end, or at a torn tail.

    Raises:
        DamagedRecord: The checksum does not match, and it is not the last record.
    """
    frame = file.read(_FRAME.size)
    if len(frame) < _FRAME.size:
        return None
    length, checksum = _FRAME.unpack(frame)
    body = file.read(length)
    if len(body) < length:
        return None
    if length < _HEAD.size or zlib.crc32(body) != checksum:
        if file.read(1):
            raise DamagedRecord
        return None
    return _decode(body)


def count(path: Path, offset: int) -> int:
    """Count the whole records from `offset` on, by their lengths alone."""
    return sum(1 for _ in _ends(path, offset))


def _ends(path: Path, offset: int) -> Iterator[int]:
    size = path.stat().st_size
    with path.open("rb") as file:
        while True:
            file.seek(offset)
            frame = file.read(_FRAME.size)
            if len(frame) < _FRAME.size:
                return
            offset += _FRAME.size + _FRAME.unpack(frame)[0]
            if offset > size:
                return
            yield offset


def _decode(body: bytes) -> RawMessage:
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
