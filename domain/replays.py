"""What became of dead letters that were replayed."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from domain.errors import ZainduError

REPLAY_NOTE = "letters.replay"
"""Where the records remember the newest replay that somebody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How many letters came to which end; each is counted once."""

    stored: int = 0
    """What they say is in the store now, and they are gone."""

    without_reading: int = 0
    """They are understood now, and hold nothing that a meter wants: they are gone."""

    refused: int = 0
    """All of it or a part is refused again; they stay, with the new reason."""

    cut: int = 0
    """Too long to have been kept whole: they stay as they were."""

    @property
    def number(self) -> int:
        """How many letters were tried."""
        return self.stored + self.without_reading + self.refused + self.cut

    def plus(self, other: "Replayed") -> "Replayed":
        """Return both together."""
        return Replayed(
            stored=self.stored + other.stored,
            without_reading=self.without_reading + other.without_reading,
            refused=self.refused + other.refused,
            cut=self.cut + other.cut,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRun:
    """One replay, from when it was asked for until nothing was left of it to do."""

    asked_at: datetime
    changed_at: datetime
    replayed: Replayed = Replayed()

    def plus(self, replayed: Replayed, at: datetime) -> "ReplayRun":
        """Return it one batch later."""
        return replace(self, replayed=self.replayed.plus(replayed), changed_at=at)

    def as_json(self) -> str:
        """Return it as the records keep it."""
        return json.dumps(asdict(self), default=datetime.isoformat)


def replay_run_of(text: str) -> ReplayRun:
    """Return the replay that a note tells of.

    Raises:
        ZainduError: It is not one of ours.
    """
    try:
        told = json.loads(text)
        return ReplayRun(
            asked_at=datetime.fromisoformat(told["asked_at"]),
            changed_at=datetime.fromisoformat(told["changed_at"]),
            replayed=Replayed(**told["replayed"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ZainduError(f"the note about replays cannot be read: {error!r}") from error
