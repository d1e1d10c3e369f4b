"""Telling what waited at the broker from what was just measured.

After an absence the broker hands over in seconds what meters published for
hours. Messages that carry their own time do not mind. One that carries none
would be dated now: hours of use would fall into one minute. No protocol field
tells the two apart, but time does: what was kept comes at once, without a
pause, and for a time in proportion to the absence.
"""

import time
from collections.abc import Callable

PAUSE_S = 1.0
"""A broker that still has something for us does not pause that long."""

SHORTEST_S = 2.0
LONGEST_S = 600.0

PACE = 50.0
"""What was published in so many seconds is handed over in one, at least."""


class CatchingUp:
    """Whether what arrives now may have waited for us."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start up to date."""
        self._clock = clock
        self._until = self._newest = 0.0
        self._is_behind = False

    def begin(self, away_s: float) -> None:
        """Start again with a kept session, after being away for so long [s]."""
        self._newest = self._clock()
        self._until = self._newest + min(SHORTEST_S + max(away_s, 0.0) / PACE, LONGEST_S)
        self._is_behind = True

    def arrived(self) -> bool:
        """Tell whether the message that arrives now may be an old one."""
        if self._is_behind:
            now = self._clock()
            self._is_behind = now < self._until and now - self._newest < PAUSE_S
            self._newest = now
        return self._is_behind
