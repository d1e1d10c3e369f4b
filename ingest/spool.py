"""Messages kept on disk while the store is away, in the order they came.

Segments are append-only and forced to disk before the broker is told. What has
been handled is remembered by a cursor; a cursor that lags behind after a crash
only makes messages be handled twice, which writes the same rows.
"""

import errno
import fcntl
import logging
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from domain.errors import ConfigError
from domain.messages import RawMessage
from ingest import spool_records

log = logging.getLogger(__name__)

SEGMENT_BYTES = 16 * 1024 * 1024
_BATCH_BYTES = 8 * 1024 * 1024
"""What is read at once: many messages, but never many huge ones."""

_ASIDE_BYTES = 64 * 1024 * 1024


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Spool:
    """A queue of messages in a folder of its own; one process at a time."""

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int,
        max_age: timedelta = timedelta.max,
        segment_bytes: int = SEGMENT_BYTES,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Open the folder and count what an earlier process left in it.

        Args:
            folder: Its own.
            max_bytes: It takes no more on disk [B].
            max_age: When its oldest message was received that long ago, it is full too.
            segment_bytes: The size of one file [B].
            now: The clock.

        Raises:
            ConfigError: Another process uses the folder.
        """
        folder.mkdir(parents=True, exist_ok=True)
        _force_names_to_disk(folder.parent)
        self._folder = folder
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._now = now
        self._oldest_at: datetime | None = None
        self._segment_bytes = min(segment_bytes, max(max_bytes // 4, 1))
        self._lock: int | None = _locked(folder / "lock")
        self._segments = sorted(folder.glob("*.spool"))
        self._bytes = sum(path.stat().st_size for path in self._segments)
        pointed_at, offset = self._read_cursor()
        # A number is never used again: an old cursor would skip what a new segment holds.
        newest = int(self._segments[-1].stem) if self._segments else 0
        self._next_number = max(newest, pointed_at) + 1
        is_first = bool(self._segments) and int(self._segments[0].stem) == pointed_at
        self._offset = offset if is_first else 0
        self._peeked: tuple[int, int] | None = None
        self._output: BinaryIO | None = None
        self._counts = {
            path: spool_records.count(path, self._offset if path == self._segments[0] else 0)
            for path in self._segments
        }
        self._unreadable = 0
        self._is_refused = False
        if len(self):
            log.info("%d messages wait in the spool since an earlier run", len(self))

    def __len__(self) -> int:
        """How many messages wait."""
        return sum(self._counts.values())

    @property
    def unreadable(self) -> int:
        """How many messages the disk gave back damaged; a copy is kept aside."""
        return self._unreadable

    @property
    def size_bytes(self) -> int:
        """What the segments take on disk [B]."""
        return self._bytes

    def append(self, messages: Sequence[RawMessage]) -> bool:
        """Keep messages; when it returns True they survive a power cut.

        Returns:
            False when there is no room, or the disk refuses: nothing is kept.
        """
        block = b"".join(map(spool_records.encode, messages))
        if self._bytes + len(block) > self._max_bytes or self._is_too_old():
            return False
        try:
            output = self._output or self._new_segment()
            start = output.tell()
        except OSError as fault:
            self._note_refusal(fault)
            return False
        try:
            if output.write(block) != len(block):
                raise OSError(errno.ENOSPC, "only a part could be written")
            os.fsync(output.fileno())
        except OSError as fault:
            self._note_refusal(fault)
            self._take_back(output, start)
            return False
        self._is_refused = False
        self._bytes += len(block)
        self._counts[self._segments[-1]] += len(messages)
        if output.tell() >= self._segment_bytes:
            self._close_output()
        return True

    def peek(self, limit: int) -> list[RawMessage]:
        """Return up to `limit` of the oldest messages; `drop_peeked` forgets them."""
        messages: list[RawMessage] = []
        while not messages and self._segments:
            messages = self._read(self._segments[0], limit)
            if not messages:
                self._finish_segment()
        return messages

    def drop_peeked(self) -> None:
        """Forget what `peek` returned, now that it is durable elsewhere."""
        if self._peeked is None:
            return
        number, self._offset = self._peeked
        self._peeked = None
        self._oldest_at = None
        segment = self._segments[0]
        self._counts[segment] -= number
        if self._counts[segment] <= 0:
            # A torn tail may be left, or more than a disk that failed gave when it was counted.
            self._counts[segment] = spool_records.count(segment, self._offset)
        if self._counts[segment]:
            self._write_cursor()
        else:
            self._finish_segment()

    def close(self) -> None:
        """Release the folder; what waits stays."""
        self._close_output()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def oldest_at(self) -> datetime | None:
        """When the oldest message was received [UTC]; None when none waits."""
        if self._oldest_at is None and self._segments:
            stand = (piece.body for piece in spool_records.pieces(self._segments[0], self._offset))
            oldest = next((body for body in stand if body is not None), None)
            self._oldest_at = None if oldest is None else spool_records.decode(oldest).received_at
        return self._oldest_at

    def _is_too_old(self) -> bool:
        oldest_at = self.oldest_at
        return oldest_at is not None and self._now() - oldest_at >= self._max_age

    def _read(self, segment: Path, limit: int) -> list[RawMessage]:
        messages: list[RawMessage] = []
        start = end = self._offset
        for piece in spool_records.pieces(segment, start):
            if piece.body is None:
                if messages:
                    break
                self._set_aside(segment, end, piece.end)
                start = self._offset = piece.end
            else:
                messages.append(spool_records.decode(piece.body))
            end = piece.end
            if len(messages) >= limit or end - start >= _BATCH_BYTES:
                break
        self._peeked = (len(messages), end)
        return messages

    def _set_aside(self, segment: Path, start: int, end: int) -> None:
        """Count what cannot be read, and keep its bytes for whoever can."""
        self._counts[segment] = max(0, self._counts[segment] - 1)
        self._unreadable += 1
        aside = segment.with_name(f"{segment.stem}-{start}.damaged")
        try:
            if sum(path.stat().st_size for path in self._folder.glob("*.damaged")) > _ASIDE_BYTES:
                raise OSError(errno.EDQUOT, "enough is kept for whoever looks into it")
            with segment.open("rb") as damaged:
                damaged.seek(start)
                aside.write_bytes(damaged.read(end - start))
        except OSError as fault:
            log.error("%s is damaged at byte %d, and not kept: %s", segment, start, fault)
        else:
            log.error("%s is damaged at byte %d; that part is kept as %s", segment, start, aside)

    def _finish_segment(self) -> None:
        segment = self._segments.pop(0)
        self._oldest_at = None
        self._unreadable += self._counts.pop(segment)
        self._peeked = None
        if not self._segments:
            self._close_output()
        self._bytes -= segment.stat().st_size
        self._offset = 0
        self._write_cursor()
        try:
            segment.unlink()
        except OSError as fault:
            # At the next start it is read once more, which writes the same rows.
            log.error("%s has been read and cannot be deleted: %s", segment, fault)

    def _new_segment(self) -> BinaryIO:
        path = self._folder / f"{self._next_number:012d}.spool"
        self._next_number += 1
        # Unbuffered: what a failed write left behind must not be written later.
        output = path.open("xb", buffering=0)
        try:
            _force_names_to_disk(self._folder)
        except OSError:
            output.close()
            path.unlink()
            raise
        self._segments.append(path)
        self._counts[path] = 0
        self._output = output
        return output

    def _note_refusal(self, fault: OSError) -> None:
        """Say it once, not at each attempt: the log may be on the same disk."""
        log.log(
            logging.DEBUG if self._is_refused else logging.WARNING,
            "the spool cannot be written: %s",
            fault,
        )
        self._is_refused = True

    def _take_back(self, output: BinaryIO, start: int) -> None:
        try:
            output.truncate(start)
            output.seek(start)
        except OSError:
            # The torn tail is left; the next messages go to a file of their own.
            self._close_output()

    def _close_output(self) -> None:
        if self._output is not None:
            self._output.close()
            self._output = None

    def _read_cursor(self) -> tuple[int, int]:
        """Return the number of the segment it points into, and where [B]."""
        with suppress(OSError, ValueError):
            name, offset = (self._folder / "cursor").read_text().split()
            return int(Path(name).stem), int(offset)
        return 0, 0

    def _write_cursor(self) -> None:
        if not self._segments:
            return
        draft = self._folder / "cursor.new"
        with suppress(OSError):
            draft.write_text(f"{self._segments[0].name} {self._offset}\n")
            draft.replace(self._folder / "cursor")


def _force_names_to_disk(folder: Path) -> None:
    """Make the names of a folder's newest files survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _locked(path: Path) -> int:
    """Return a descriptor that holds the lock until it is closed, or we die."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise ConfigError(
            [f"{path.parent} is in use by another ingest; give each its own [site] data_dir"]
        ) from None
    return lock
