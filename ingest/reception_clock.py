"""When a message was received, told apart from the one before it.

Messages without a time of their own are dated by their reception, and two of
one meter in the same instant would be one row: one of them would be lost.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

PLACES = 16
"""So many workers that share one meter's messages never give one instant to two of them.

At 16 µs a message a process would have to take 60,000 a second to run ahead of the clock.
"""

_SET_BACK = timedelta(seconds=1)
"""When the clock stands that far behind, it was set back: it is right, not we."""

_MOST_SET_BACK = timedelta(days=7)
"""By more than that, it is rather the clock that we started with that was wrong."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ReceptionClock:
    """A clock that gives no instant twice, however many messages one read brings."""

    def __init__(
        self,
        clock: Callable[[], datetime] = _utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        place: int = 0,
        places: int = 1,
    ) -> None:
        """Start now.

        Args:
            clock: The wall's, which somebody or something may set.
            monotonic: The one that nobody sets [s].
            place: Which of `places` it is, from 0: it gives no other's instants.
            places: How many processes date messages of the same meters.
        """
        self._clock = clock
        self._place, self._places = place, places
        self.step = timedelta(microseconds=places)
        self._monotonic = monotonic
        self._started_s = monotonic()
        self._started_at = clock()
        self.newest = self._own(self._started_at)

    def next(self) -> datetime:
        """Return now, or the newest instant given when that is not over yet.

        What follows is dated `step` apart.
        """
        now = self._own(self._clock())
        return self.newest if now <= self.newest < now + _SET_BACK else now

    def _own(self, instant: datetime) -> datetime:
        """Return the instant of our own that is nearest before it, or a few µs behind."""
        microsecond = instant.microsecond - instant.microsecond % self._places
        return instant.replace(microsecond=microsecond + self._place)

    def set_back(self) -> timedelta:
        """Return by how much the clock was set back since the start; at most a week.

        A meter whose clock is right is then ahead of ours by that much.
        """
        elapsed = timedelta(seconds=self._monotonic() - self._started_s)
        behind = self._started_at + elapsed - self._clock()
        return min(max(behind, timedelta(0)), _MOST_SET_BACK)
