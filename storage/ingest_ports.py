"""What may be asked of the records about ingest: what it counted, refused, saw, was brought.

As in `storage.ports`, every method may raise `StorageUnavailable`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Protocol

from domain.announcements import Announcement
from domain.dead_letters import (
    EVERY_LETTER,
    DeadLetter,
    DeviceLetters,
    LetterFilter,
    LetterSum,
)
from domain.imports import FileImport, ImportState
from domain.reconciliations import Reconciliation
from domain.seen_devices import SeenDevice
from domain.tallies import DayTally


class DeadLetterRecords(Protocol):
    """Messages that could not be read, bounded by age and size.

    Letters are meant by a filter or by their ids.
    """

    def add(self, letters: Sequence[DeadLetter]) -> int:
        """Keep them; return how many are new.

        One of the same digest and reception is kept already, and so is one of
        the same digest that the broker sent again: both are the same message.
        """

    def count(self) -> int:
        """Return how many are kept."""

    def count_by_code(self, which: LetterFilter = EVERY_LETTER) -> Mapping[str, int]:
        """Return how many letters bear each code, the most frequent first."""

    def newest(self, limit: int, code: str | None = None) -> tuple[DeadLetter, ...]:
        """Return the newest first."""

    def page(
        self, which: LetterFilter, *, limit: int, before: int | None = None
    ) -> tuple[DeadLetter, ...]:
        """Return the newest first, of those with an id below `before`."""

    def in_order(
        self, which: LetterFilter | Collection[int], *, limit: int, after: int = 0
    ) -> tuple[DeadLetter, ...]:
        """Return the oldest first, of those with an id above `after`."""

    def get(self, letter_id: int) -> DeadLetter:
        """Return one letter, or raise `NotFound`."""

    def summed(self, which: LetterFilter | Collection[int]) -> LetterSum:
        """Return number, weight and age of some letters taken together."""

    def count_by_device(
        self, which: LetterFilter = EVERY_LETTER, *, limit: int
    ) -> tuple[DeviceLetters, ...]:
        """Return how many letters each named device has, the most frequent first."""

    def ask_replay(self, *, family: str, device: str) -> int:
        """Ask for the replay of all that one device sent; return how many."""

    def want(self, which: LetterFilter | Collection[int], at: datetime) -> int:
        """Ask for the replay of letters that are whole; return how many."""

    def wanted(self, limit: int, max_bytes: int) -> tuple[DeadLetter, ...]:
        """Return letters whose replay is asked for, those asked first first.

        At most `limit`, and no more payload than `max_bytes` unless one alone has more.
        """

    def replayed(self, gone: Collection[int], refused: Sequence[DeadLetter]) -> None:
        """Forget those that a replay stored; keep why the others were refused again."""

    def delete(self, which: LetterFilter | Collection[int]) -> int:
        """Delete letters; return how many."""

    def prune(self, older_than: datetime, max_bytes: int) -> int:
        """Delete the oldest beyond age or size; return how many went."""


class SeenDeviceRecords(Protocol):
    """Devices that speak and belong to no meter, bounded in number and size."""

    def note(self, devices: Sequence[SeenDevice]) -> None:
        """Add what came of each device to what is known of it."""

    def all(self) -> tuple[SeenDevice, ...]:
        """Return every device, ignored included, the last heard first."""

    def get(self, family: str, device: str) -> SeenDevice:
        """Return one device, or raise `NotFound`."""

    def ignored(self) -> AbstractSet[tuple[str, str]]:
        """Return (family, device) of those of which nothing is wanted."""

    def ignore(self, family: str, device: str, author: str) -> None:
        """Keep that somebody wants nothing of a device; an empty author wants it again."""

    def forget(self, family: str, device: str) -> None:
        """Forget a device; heard again, it is seen anew."""

    def prune(self, older_than: datetime, max_rows: int) -> int:
        """Forget those silent since, then what exceeds a number; return how many went."""


class TallyRecords(Protocol):
    """What became of every message, by day, meter and worker."""

    def add(self, tallies: Iterable[DayTally]) -> None:
        """Add to what stands, durably, all of it or nothing; negative counts take off."""

    def between(
        self, first_day: date, after_last: date, meter_ids: Sequence[str] | None = None
    ) -> tuple[DayTally, ...]:
        """Return those of [first_day, after_last[, by day, meter and worker.

        `meter_ids` None asks for all of them, `ANY_METER` and `NO_METER` included.
        """

    def prune(self, before: date) -> int:
        """Delete the days before one; return how many rows went."""


class ReconciliationRecords(Protocol):
    """What was expected of each meter's day, and what came of it."""

    def keep(self, days: Sequence[Reconciliation]) -> None:
        """Keep them in place of what was said of the same days and meters before."""

    def between(
        self, first_day: date, after_last: date, meter_ids: Sequence[str] | None = None
    ) -> tuple[Reconciliation, ...]:
        """Return those of [first_day, after_last[, by day and meter; None: all meters."""

    def prune(self, before: date) -> int:
        """Delete the days before one; return how many rows went."""


class ImportRecords(Protocol):
    """Files brought through a page, and what became of each."""

    def add(self, file: FileImport) -> None:
        """Keep a file that begins to arrive; raises `InvalidRecord` (id taken)."""

    def add_chunk(self, import_id: str, position: int, data: bytes) -> None:
        """Keep a piece of an arriving file, numbered from 0.

        Raises:
            NotFound: No file of that id is arriving: it was withdrawn meanwhile.
            InvalidRecord: That piece is there already.
        """

    def chunks(self, import_id: str) -> Iterator[bytes]:
        """Yield the pieces in their order, one in memory at a time."""

    def get(self, import_id: str) -> FileImport:
        """Return the file, or raise `NotFound`."""

    def newest(self, limit: int) -> tuple[FileImport, ...]:
        """Return the newest first, finished ones included."""

    def next_due(self) -> FileImport | None:
        """Return the file that has waited longest for ingest, or None."""

    def advance(self, file: FileImport, was: ImportState) -> bool:
        """Keep state, wish, found and progress of a file, unless it left the state it `was`.

        A file whose story is over loses its pieces with the same stroke.

        Returns:
            False when somebody else moved it meanwhile (withdrew it, for instance):
            nothing was written.

        Raises:
            InvalidRecord: That state never follows.
        """

    def kept_bytes(self) -> int:
        """Return how many bytes the pieces of all files take."""

    def prune(self, older_than: datetime) -> int:
        """Delete files that nobody touched since, and are not about to be imported."""


class AnnouncementRecords(Protocol):
    """What devices told about themselves, for their later messages to be read."""

    def put(self, told: Sequence[Announcement], told_at: datetime) -> None:
        """Keep each in the place of what was told before; forget those without body."""

    def get(self, family: str, key: str) -> bytes | None:
        """Return what was said, or None."""

    def keys(self, family: str) -> tuple[str, ...]:
        """Return what a family's announcements are about, sorted."""

    def told_since(self, instant: datetime) -> Sequence[tuple[str, str]]:
        """Return family and key of those told at `instant` or after."""

    def forget(self, family: str, key: str) -> None:
        """Delete one."""

    def prune(self, older_than: datetime, max_rows: int, max_bytes: int) -> int:
        """Delete the oldest beyond age, number or size; return how many went."""
