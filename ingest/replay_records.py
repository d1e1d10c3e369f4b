"""The records as a replay meets them: what it reads again is no news."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from domain.dead_letters import DeadLetter
from storage.ports import Records


def records_beside(records: Records, pile: "Pile") -> Records:
    """Return the records, but new dead letters go on a pile, and no device is noted as seen."""
    return cast(Records, _Aside(records, pile))


class Pile:
    """Takes what is refused again in the place of the records' letters."""

    def __init__(self) -> None:
        """Start with none."""
        self.letters: list[DeadLetter] = []

    def add(self, letters: Sequence[DeadLetter]) -> int:
        """Lay letters aside."""
        self.letters.extend(letters)
        return len(letters)

    def prune(self, older_than: datetime, max_bytes: int) -> int:  # noqa: ARG002 - the port's
        """Make no room: what is laid aside is in memory, and soon gone."""
        return 0

    def ask_replay(self, *, family: str, device: str) -> int:  # noqa: ARG002 - the port's
        """Leave it to who listens to the broker: the letters read here are being replayed."""
        return 0


class _SeenAlready:
    """Takes no note of a device, for that was done when its message came."""

    def __init__(self, records: Records) -> None:
        self.ignored = records.seen_devices.ignored

    def note(self, devices: object) -> None:
        """Count nothing twice."""

    def forget(self, family: str, device: str) -> None:
        """Leave what is known of it."""

    def prune(self, older_than: datetime, most: int) -> int:  # noqa: ARG002 - the port's
        return 0


class _Aside:
    """The records, but for new dead letters and devices seen: these are not news."""

    def __init__(self, records: Records, pile: Pile) -> None:
        self._records = records
        self.dead_letters = pile
        self.seen_devices = _SeenAlready(records)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any other facet
        return getattr(self._records, name)
