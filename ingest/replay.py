"""Dead letters read a second time, by today's decoders and today's portfolio."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from domain.dead_letters import DeadLetter, digest_of
from domain.errors import StorageUnavailable
from domain.messages import RawMessage
from domain.replays import REPLAY_NOTE, Replayed, ReplayRun, replay_run_of
from ingest.narrowing import Narrowing
from ingest.pipeline import Outcome, Pipeline
from ingest.replay_records import Pile, records_beside
from settings.model import Settings
from storage.ports import ReadingStore, Records

log = logging.getLogger(__name__)

BATCH_LETTERS = 500
BATCH_BYTES = 8_000_000
"""What is replayed at once: a fraction of a second, so that live messages hardly wait."""

_REASON_LETTERS = 500
_UNBOUNDED_MB = 1_000_000
_Identity = tuple[str, str, datetime]


class Replay:
    """Replays letters through a pipeline of its own.

    Doing it twice is harmless: the same rows are written. A letter goes once its
    readings are durable, so that a kill in between only makes it be replayed again.
    """

    def __init__(self, settings: Settings, readings: ReadingStore, records: Records) -> None:
        """Take the stores; the portfolio is read at the first batch."""
        self._records = records
        self._pile = Pile()
        # What is laid aside must be all that is refused, or the rest would be taken for stored.
        boundless = settings.ingest.model_copy(update={"dead_letter_max_mb": _UNBOUNDED_MB})
        self._pipeline = Pipeline(
            settings.model_copy(update={"ingest": boundless}),
            records.portfolio.portfolio,
            readings,
            records_beside(records, self._pile),
        )

    def replay(self, letters: Sequence[DeadLetter]) -> Replayed:
        """Replay letters in their order; return what became of them.

        Raises:
            StorageUnavailable: A store is away; the letters stay as they were.
        """
        whole = [letter for letter in letters if letter.is_whole]
        cut = [letter for letter in letters if not letter.is_whole]
        self._pile.letters.clear()
        outcome = self._pipeline.handle([message_of(letter) for letter in whole])
        again = {_identity(letter): letter for letter in self._pile.letters}
        refused = [
            _refused_again(letter, again[_identity(letter)])
            for letter in whole
            if _identity(letter) in again
        ]
        _check(outcome, len(self._pile.letters), len(refused))
        staying = {letter.id for letter in refused}
        gone = [letter.id for letter in whole if letter.id not in staying]
        self._records.dead_letters.replayed(
            [letter_id for letter_id in gone if letter_id is not None], [*refused, *cut]
        )
        return Replayed(
            stored=len(whole) - len(refused) - outcome.without_reading,
            without_reading=outcome.without_reading,
            refused=len(refused),
            cut=len(cut),
        )


class ReplayErrand:
    """Replays what somebody asked for in the records, a batch at a time."""

    def __init__(self, settings: Settings, readings: ReadingStore, records: Records) -> None:
        """Take the stores."""
        self._settings = settings
        self._readings = readings
        self._records = records
        self._narrowing = Narrowing(BATCH_LETTERS)

    def do_one(self) -> bool:
        """Replay one batch; return whether there may be more."""
        letters = self._records.dead_letters.wanted(self._narrowing.limit, BATCH_BYTES)
        if not letters:
            return False
        # A fresh one: what was refused for want of a meter is asked for as soon as there is one.
        replay = Replay(self._settings, self._readings, self._records)
        try:
            replayed = replay.replay(letters)
        except StorageUnavailable:
            raise
        except Exception as fault:
            # Raised again; the letter that brings it out is found first, to hold up no other.
            if self._narrowing.failed(len(letters)):
                self._leave(letters[0], fault)
            raise
        self._narrowing.succeeded()
        self._note(letters[0].wanted_at or datetime.now(UTC), replayed)
        return True

    def _leave(self, letter: DeadLetter, fault: Exception) -> None:
        """Ask no more for a letter that we fail on: it would keep back all the others."""
        reason = f"Zaindu failed on its replay: {fault!r}"[:_REASON_LETTERS]
        failed = replace(letter, code="decoder_failed", reason=reason)
        self._records.dead_letters.replayed([], [failed])

    def _note(self, asked_at: datetime, replayed: Replayed) -> None:
        now = datetime.now(UTC)
        note = self._records.jobs.note(REPLAY_NOTE)
        run = replay_run_of(note) if note else None
        if run is None or asked_at > run.changed_at:
            run = ReplayRun(asked_at=asked_at, changed_at=now)
        run = run.plus(replayed, now)
        self._records.jobs.set_note(REPLAY_NOTE, run.as_json())
        log.info("dead letters replayed: %s", run.replayed)


def message_of(letter: DeadLetter) -> RawMessage:
    """Return the message that a letter was, as it was received."""
    return RawMessage(
        letter.topic,
        letter.payload,
        letter.received_at,
        # Letters kept by an earlier version do not know their flags; this code tells one.
        letter.retained or letter.code == "retained_without_time",
        letter.queued,
        letter.repeated,
    )


def _identity(letter: DeadLetter) -> _Identity:
    """Return what tells a message from all others in a batch, or makes them the same."""
    return letter.topic, digest_of(letter.topic, letter.payload), letter.received_at


def _refused_again(letter: DeadLetter, again: DeadLetter) -> DeadLetter:
    return replace(
        letter,
        code=again.code,
        reason=again.reason,
        family=again.family or letter.family,
        device=again.device or letter.device,
    )


def _check(outcome: Outcome, laid_aside: int, refused: int) -> None:
    """Raise rather than take a letter for stored that is not.

    Raises:
        RuntimeError: A fault of ours; every letter stays.
    """
    problems = outcome.dead_lettered + outcome.partly_dead_lettered
    if problems != laid_aside or refused < laid_aside:
        raise RuntimeError(f"of {problems} letters refused again {laid_aside} are known")
