"""What devices announced, kept so that their later messages can be read.

Decoders stay pure: one that needs earlier words is handed a `recall`, and what
it learns comes back with the readings. Here is the other side: announcements
are known to the next message at once, made durable before the batch they came
in is acknowledged, and read again from the records after a restart or when
another process learned them.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.announcements import Announcement
from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded, NotYetReadable, Wish
from ingest.decoders.family import Reader, RecallingReader

if TYPE_CHECKING:  # a decoder asked from the command line needs no store
    from storage.ingest_ports import AnnouncementRecords

LONGEST_KEY = 600
"""In UTF-8, so that it fits an index of PostgreSQL whatever its letters."""

LARGEST_BODY = 256 * 1024
_MOST_ENTRIES = 50_000
_MOST_BYTES = 64 * 1024 * 1024
_MOST_ABSENT = 20_000
_ENTRY_BYTES = 200
"""What an entry weighs beside its texts, about."""

_REFRESH_S = 3.0
_OVERLAP = timedelta(seconds=120)
"""How far two hosts' clocks may differ, and a transaction last: one waits for a lock, then for
a server that froze."""

_MOST_ROWS = 100_000
_MOST_ROW_BYTES = 512 * 1024 * 1024
"""At some kilobytes each, more than any building has devices."""

_PRUNE_AFTER_BYTES = _MOST_ROW_BYTES // 8
_PRUNE_S = 600.0
_AGE = timedelta(days=3650)
"""An announcement is told once and holds for years: their number bounds them, not their age."""

_Key = tuple[str, str]


class Memory:
    """The announcements known to one `Decoders`; one thread at a time.

    Bounded: what was not asked for the longest is let go, and read again from
    the records when it is. Without records it is gone.
    """

    def __init__(
        self, kept: "AnnouncementRecords | None" = None, *, clock: Callable[[], float] = monotonic
    ) -> None:
        """Start knowing nothing but what `kept` holds; it is first asked when needed."""
        self._kept = kept
        self._clock = clock
        self._known: dict[_Key, bytes] = {}
        self._known_bytes = 0
        self._absent: set[_Key] = set()
        self._pending: dict[_Key, bytes | None] = {}
        self._flushed: dict[_Key, bytes | None] = {}
        self._wishes: dict[str, Wish] = {}
        self._refresh_at = clock() + _REFRESH_S
        self._refreshed_at = datetime.now(UTC)
        self._prune_at = clock() + _PRUNE_S
        self._written_bytes = 0

    def recall(self, family: str, key: str) -> bytes | None:
        """Return what was last announced, or None.

        Raises:
            StorageUnavailable: Nobody can tell now.
        """
        place = (family, key)
        body = self._known.pop(place, None)
        if body is not None:
            self._known[place] = body  # the youngest again
            return body
        if place in self._pending:
            return self._pending[place]
        if self._kept is None or place in self._absent or _is_too_long(key):
            return None
        body = self._kept.get(family, key)
        if body is None:
            self._miss(place)
        else:
            self._hold(place, body)
        return body

    def learn(self, announcements: Sequence[Announcement]) -> None:
        """Take over what a message announced.

        Raises:
            RejectedMessage: One of them is longer than can be kept.
        """
        for said in announcements:
            if _is_too_long(said.key) or len(said.body or b"") > LARGEST_BODY:
                raise RejectedMessage(
                    f"what it announces about {said.key[:60]!r} is too long to be remembered",
                    code="too_large",
                )
        for said in announcements:
            if said.body != self.recall(said.family, said.key):
                self._learn(said)

    def reader(self, read: RecallingReader) -> Reader:
        """Return a plain reader that recalls from here and learns into here."""

        def recalling(payload: bytes, zone: ZoneInfo) -> Decoded:
            try:
                decoded = read(self.recall, payload, zone)
            except NotYetReadable as rejection:
                self._wish(rejection.wishes)
                raise
            if decoded.announcements:
                self.learn(decoded.announcements)
            if decoded.wishes:
                self._wish(decoded.wishes)
            return decoded

        return recalling

    def refresh(self) -> None:
        """Let go of what another process learned anew; cheap to call often.

        Raises:
            StorageUnavailable: Nobody can tell now.
        """
        now = self._clock()
        if self._kept is None or now < self._refresh_at or not (self._known or self._absent):
            return
        started_at = datetime.now(UTC)
        for place in self._kept.told_since(self._refreshed_at - _OVERLAP):
            self._let_go(place)
            self._absent.discard(place)
        self._refreshed_at = started_at
        self._refresh_at = now + _REFRESH_S

    def flush(self) -> None:
        """Make durable what was learned since the last flush.

        Raises:
            StorageUnavailable: It is kept here, and the next flush tries again.
        """
        self._flushed = {}
        if self._kept is None or not self._pending:
            return
        told = [Announcement(*place, body) for place, body in self._pending.items()]
        self._kept.put(told, datetime.now(UTC))
        self._flushed, self._pending = self._pending, {}
        self._written_bytes += sum(len(said.body or b"") for said in told)
        now = self._clock()
        if now >= self._prune_at or self._written_bytes >= _PRUNE_AFTER_BYTES:
            self._prune_at = now + _PRUNE_S
            self._written_bytes = 0
            self._kept.prune(datetime.now(UTC) - _AGE, _MOST_ROWS, _MOST_ROW_BYTES)

    def take_back(self) -> None:
        """Keep for the next flush what the last one wrote: its transaction came to nothing."""
        self._pending = self._flushed | self._pending
        self._flushed = {}

    def forget_unkept(self) -> None:
        """Forget what is not durable: it is told again by the messages that told it."""
        for place in self._pending:
            self._let_go(place)
            self._absent.discard(place)
        self._pending.clear()

    def take_wishes(self) -> tuple[Wish, ...]:
        """Return what to publish, once."""
        wishes = tuple(self._wishes.values())
        self._wishes.clear()
        return wishes

    def _learn(self, said: Announcement) -> None:
        place = (said.family, said.key)
        if self._kept is not None:
            self._pending[place] = said.body
        self._let_go(place)
        self._absent.discard(place)
        if said.body is None:
            self._miss(place)
        else:
            self._hold(place, said.body)

    def _wish(self, wishes: Sequence[Wish]) -> None:
        self._wishes.update((wish.topic, wish) for wish in wishes if not _is_too_long(wish.topic))

    def _hold(self, place: _Key, body: bytes) -> None:
        self._known[place] = body
        self._known_bytes += _weight(place, body)
        while len(self._known) > _MOST_ENTRIES or self._known_bytes > _MOST_BYTES:
            self._let_go(next(iter(self._known)))

    def _let_go(self, place: _Key) -> None:
        body = self._known.pop(place, None)
        if body is not None:
            self._known_bytes -= _weight(place, body)

    def _miss(self, place: _Key) -> None:
        if len(self._absent) >= _MOST_ABSENT:
            self._absent.clear()
        self._absent.add(place)


def _is_too_long(key: str) -> bool:
    """Tell what no index would take; topics of 64 kB are allowed."""
    return len(key) > LONGEST_KEY or len(key.encode(errors="replace")) > LONGEST_KEY


def _weight(place: _Key, body: bytes) -> int:
    return len(place[0]) + len(place[1]) + len(body) + _ENTRY_BYTES
