"""Burying what cannot be used, where somebody can find it again."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from domain.dead_letters import DeadLetter
from domain.errors import RejectedMessage
from domain.messages import RawMessage
from settings.model import IngestSettings
from storage.ports import Records

_REASON_LETTERS = 500
_PRUNE_EVERY = timedelta(minutes=10)


class DeadLetterBox:
    """Keeps unusable messages with their reasons, within the bounds set."""

    def __init__(self, ingest: IngestSettings, records: Records) -> None:
        """Take the bounds in age and size."""
        self._records = records
        self._cut_at = ingest.max_payload_kb * 1024
        self._max_bytes = ingest.dead_letter_max_mb * 1_000_000
        self._max_age = timedelta(days=ingest.dead_letter_max_days)
        self._added_bytes = 0
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
        self._records.dead_letters.add(letters)
        self._added_bytes += sum(len(letter.payload) for letter in letters)
        self._prune(datetime.now(UTC))

    def _letter(self, message: RawMessage, problems: Sequence[RejectedMessage]) -> DeadLetter:
        reasons = dict.fromkeys(problem.reason for problem in problems)
        return DeadLetter(
            topic=_plain(message.topic),
            payload=message.payload[: self._cut_at],
            size=len(message.payload),
            received_at=message.received_at,
            code=problems[0].code,
            reason=_plain("; ".join(reasons)[:_REASON_LETTERS]),
        )

    def _prune(self, now: datetime) -> None:
        """Delete beyond the bounds, now and then: always once a tenth was added."""
        is_due = self._pruned_at is None or now - self._pruned_at >= _PRUNE_EVERY
        if is_due or self._added_bytes > self._max_bytes // 10:
            self._records.dead_letters.prune(now - self._max_age, self._max_bytes)
            self._pruned_at = now
            self._added_bytes = 0


def _plain(text: str) -> str:
    """Return text that any database keeps: reasons quote what devices send."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
