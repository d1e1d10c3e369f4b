"""When a message was received, told apart from the one before it.

Messages without a time of their own are dated by their reception, and two of
one meter in the same instant would be one row: one of them would be lost.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MICROSECOND = timedelta(microseconds=1)

_SET_BACK = timedelta(seconds=1)
"""When the clock stands that far behind, it was set back: it is right, not we."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ReceptionClock:
    """A clock that gives no instant twice, however many messages one read brings."""

    def __init__(self, clock: Callable[[], datetime] = _utc_now) -> None:
        """Start now."""
        self._clock = clock
        self.newest = clock()

    def next(self) -> datetime:
        """Return now, or the newest instant given when that is not over yet."""
        now = self._clock()
        return self.newest if now <= self.newest < now + _SET_BACK else now
