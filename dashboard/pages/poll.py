"""Asking the records again from time to time, without a screen waiting for it."""

import logging
import threading
import time
from collections.abc import Callable

from domain.errors import StorageUnavailable

log = logging.getLogger(__name__)

AFTER_A_FAILURE_S = 5.0
"""A database that hangs is not asked again at once."""


class Poll:
    """Asks at most every so often: one thread asks, the others go on with what is known."""

    def __init__(
        self,
        ask: Callable[[], None],
        every_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask nothing yet.

        Args:
            ask: Reads the records and keeps what they say.
            every_s: Least time between two questions [s].
            clock: Seconds that never go back.
        """
        self._ask = ask
        self._every_s = every_s
        self._clock = clock
        self._next = clock()
        self._asking = threading.Lock()
        self.failure: StorageUnavailable | None = None
        """Why the last question had no answer; None when it had one."""

    def run(self, *, wait: bool) -> None:
        """Ask if it is time.

        Args:
            wait: While another thread is asking, wait for its answer: there is
                nothing yet to go on with.
        """
        if self._clock() < self._next or not self._asking.acquire(blocking=wait):
            return
        try:
            if self._clock() >= self._next:
                self._next = self._clock() + self._asked()
        finally:
            self._asking.release()

    def _asked(self) -> float:
        """Ask, and return how long to wait before the next question [s]."""
        try:
            self._ask()
        except StorageUnavailable as error:
            if self.failure is None:
                log.warning("the records are away: the walls keep what they know (%s)", error)
            self.failure = error
            return max(self._every_s, AFTER_A_FAILURE_S)
        if self.failure is not None:
            log.warning("the records answer again")
        self.failure = None
        return self._every_s
