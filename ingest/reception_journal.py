"""When undated messages were first received, for the case that the broker sends them again.

A message without a time of its own is dated by its reception. Killed between
storing it and acknowledging it, we are sent it once more, and dated anew it
would be a second row: a delta counted twice. So what is about to be stored is
noted first, in a small file that is written over and over, and a message that
the broker marks as sent before takes the time it had.

The file is not forced to disk: it outlives our process, which is what dies
often. After a power cut a few undated rows may be there twice.
"""

import logging
import os
import struct
import zlib
from collections import deque
from collections.abc import Iterable
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
        """Note messages that are about to be stored; those of QoS 0 never come again."""
        entries = [
            (message.mid, _checksum(message), message.received_at)
            for message in messages
            if message.mid
        ]
        if not entries:
            return
        self._blocks.append(
            b"".join(
                _ENTRY.pack(mid, checksum, (at - _EPOCH) // _MICROSECOND)
                for mid, checksum, at in entries
            )
        )
        self._known = _entries(self._blocks)
        self._write()

    def first_received_at(self, message: RawMessage) -> datetime | None:
        """Return when a message that the broker sends again was first received [UTC]."""
        return self._known.get((message.mid, _checksum(message)))

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


def _checksum(message: RawMessage) -> int:
    return zlib.crc32(message.payload, zlib.crc32(message.topic.encode("utf-8", "surrogatepass")))


def _entries(blocks: Iterable[bytes]) -> dict[_Key, datetime]:
    known: dict[_Key, datetime] = {}
    for block in blocks:
        for mid, checksum, at_us in _ENTRY.iter_unpack(block):
            known[mid, checksum] = _EPOCH + at_us * _MICROSECOND
    return known
