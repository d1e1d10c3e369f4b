"""When undated messages were first received, for the case that the broker sends them again.

A message without a time of its own is dated by its reception. Killed between
storing it and acknowledging it, we are sent it once more, and dated anew it
would be a second row: a delta counted twice. So what is about to be stored, or
put on disk unread, is noted first, in a small file that is written over and
over, and a message that the broker marks as sent before takes the time it had.

The file is not forced to disk: it outlives our process, which is what dies
often. After a power cut a few undated rows may be there twice.
"""

import logging
import os
import struct
import zlib
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.messages import RawMessage

log = logging.getLogger(__name__)

BATCHES = 8
"""So many batches back, for acknowledgements wait in paho before they leave."""

_ENTRY = struct.Struct("<HIq")
_HEAD = struct.Struct("<II")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_Key = tuple[int, int]
"""The broker's number of a message, and a checksum of its topic and payload."""


class ReceptionJournal:
    """The undated messages of the newest batches, in memory and in a file."""

    def __init__(self, file: Path) -> None:
        """Read what an earlier process left; what it left half-written counts for nothing."""
        self._file = file
        self._blocks: deque[bytes] = deque(maxlen=BATCHES)
        self._known: dict[_Key, datetime] = {}
        self._descriptor: int | None = None
        self._is_refused = False
        self._read()

    def note(self, messages: Iterable[RawMessage]) -> None:
        """Note messages that are about to be kept; those of QoS 0 never come again.

        Noted again at a second attempt, they push none of the others out.
        """
        entries = [
            (message.mid, _checksum(message), message.received_at)
            for message in messages
            if message.mid
        ]
        if not entries:
            return
        block = b"".join(
            _ENTRY.pack(mid, checksum, (at - _EPOCH) // _MICROSECOND)
            for mid, checksum, at in entries
        )
        is_news = not self._blocks or self._blocks[-1] != block
        if is_news:
            self._blocks.append(block)
            self._known = _entries(self._blocks)
        if is_news or self._is_refused:
            self._write()

    def redated(self, messages: Sequence[RawMessage]) -> Sequence[RawMessage]:
        """Return a batch, with those that the broker sends again as they came the first time.

        Asked when the batch is handled, not when it arrives: after a short cut the first
        copy of a message may still wait before the second, in this very batch.
        """
        if not any(message.repeated for message in messages):
            return messages
        known = self._known.copy()
        return [_as_it_came_first(message, known) for message in messages]

    def close(self) -> None:
        """Close the file; what it says stays."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _read(self) -> None:
        try:
            content = self._file.read_bytes()
            length, checksum = _HEAD.unpack_from(content)
        except (OSError, struct.error):
            return
        block = content[_HEAD.size : _HEAD.size + length]
        if zlib.crc32(block) == checksum and len(block) == length and not length % _ENTRY.size:
            self._blocks.append(block)
            self._known = _entries(self._blocks)

    def _write(self) -> None:
        block = b"".join(self._blocks)
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o640)
            os.pwrite(self._descriptor, _HEAD.pack(len(block), zlib.crc32(block)) + block, 0)
            self._is_refused = False
        except OSError as fault:
            level = logging.DEBUG if self._is_refused else logging.WARNING
            log.log(level, "%s cannot be written: %s", self._file, fault)
            self._is_refused = True


def _as_it_came_first(message: RawMessage, known: dict[_Key, datetime]) -> RawMessage:
    """Return a message with the time it had when it was known already; else it is known now."""
    if not message.mid:
        return message
    key = (message.mid, _checksum(message))
    before = known.get(key) if message.repeated else None
    if before is None:
        known[key] = message.received_at
        return message
    return message._replace(received_at=before, queued=False)


def _checksum(message: RawMessage) -> int:
    return zlib.crc32(message.payload, zlib.crc32(message.topic.encode("utf-8", "surrogatepass")))


def _entries(blocks: Iterable[bytes]) -> dict[_Key, datetime]:
    known: dict[_Key, datetime] = {}
    for block in blocks:
        for mid, checksum, at_us in _ENTRY.iter_unpack(block):
            known[mid, checksum] = _EPOCH + at_us * _MICROSECOND
    return known
