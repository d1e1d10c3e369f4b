"""Burying what cannot be used, where somebody can find it again."""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from domain.dead_letters import DeadLetter, digest_of
from domain.errors import RejectedMessage
from domain.messages import RawMessage
from settings.model import IngestSettings
from storage.ports import Records

log = logging.getLogger(__name__)

_REASON_LETTERS = 500
_NAME_LETTERS = 200
_PRUNE_EVERY = timedelta(minutes=10)


class DeadLetterBox:
    """Keeps unusable messages with their reasons, within the bounds set.

    The bound in size holds at every moment, whatever comes: before letters are
    added, as many of the oldest go as make room for them, and for a tenth of
    the bound at once so that this is not done for each. (With several workers
    each may be up to a tenth ahead of what the others know.)
    """

    def __init__(self, ingest: IngestSettings, records: Records) -> None:
        """Take the bounds in age and size."""
        self._records = records
        self._cut_at = ingest.max_payload_kb * 1024
        self._max_bytes = ingest.dead_letter_max_mb * 1_000_000
        self._max_age = timedelta(days=ingest.dead_letter_max_days)
        self._room_bytes = 0
        self._pruned_at: datetime | None = None

    def keep(
        self, batch: Sequence[RawMessage], problems: Mapping[int, Sequence[RejectedMessage]]
    ) -> None:
        """Keep one letter for each message with problems.

        Raises:
            StorageUnavailable: None of them is kept.
        """
        if not problems:
            return
        letters = [self._letter(batch[at], found) for at, found in sorted(problems.items())]
        fitting = self._newest_that_fit(letters)
        weight = sum(letter.weight_bytes for letter in fitting)
        self._make_room(weight, datetime.now(UTC))
        self._records.dead_letters.add(fitting)
        self._room_bytes -= weight

    def forget_room(self) -> None:
        """Prune before the next letters: what was done last may have been undone."""
        self._room_bytes = 0

    def _letter(self, message: RawMessage, problems: Sequence[RejectedMessage]) -> DeadLetter:
        reasons = dict.fromkeys(problem.reason for problem in problems)
        told = next((problem for problem in problems if problem.device), problems[0])
        return DeadLetter(
            topic=_plain(message.topic),
            payload=message.payload[: self._cut_at],
            size=len(message.payload),
            received_at=message.received_at,
            code=problems[0].code,
            reason=_plain("; ".join(reasons)[:_REASON_LETTERS]),
            family=_plain(told.family[:_NAME_LETTERS]),
            device=_plain(told.device[:_NAME_LETTERS]),
            retained=message.retained,
            queued=message.queued,
            repeated=message.repeated,
            digest=digest_of(message.topic, message.payload),
        )

    def _newest_that_fit(self, letters: Sequence[DeadLetter]) -> Sequence[DeadLetter]:
        """Return what of one batch the bound leaves room for, were it empty."""
        room = self._max_bytes
        for place in range(len(letters) - 1, -1, -1):
            room -= letters[place].weight_bytes
            if room < 0:
                log.warning("%d unreadable messages are more than may be kept", place + 1)
                return letters[place + 1 :]
        return letters

    def _make_room(self, weight_bytes: int, now: datetime) -> None:
        is_due = self._pruned_at is None or now - self._pruned_at >= _PRUNE_EVERY
        if is_due or weight_bytes > self._room_bytes:
            room = max(weight_bytes, self._max_bytes // 10)
            self._records.dead_letters.prune(now - self._max_age, self._max_bytes - room)
            self._pruned_at = now
            self._room_bytes = room


def _plain(text: str) -> str:
    """Return text that any database keeps: reasons quote what devices send."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
