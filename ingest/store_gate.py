"""Whether it is worth asking the store now."""

import logging
import random
import time
from collections.abc import Callable

from domain.errors import StorageUnavailable

log = logging.getLogger(__name__)

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 5.0
_LONGEST_ASKED_S = 60.0
"""A store may ask us to wait, but not for so long that nobody knows whether it is back."""


class StoreGate:
    """Open while the store answers; after a failure shut for a growing, jittered time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start open."""
        self._clock = clock
        self._wait_s = 0.0
        self._shut_until = 0.0
        self._told: set[str] = set()

    @property
    def is_open(self) -> bool:
        """Tell whether the store may be asked."""
        return self.remaining_s <= 0

    @property
    def remaining_s(self) -> float:
        """How long it stays shut [s]; 0 or less when open."""
        return self._shut_until - self._clock() if self._wait_s else 0.0

    def failed(self, error: StorageUnavailable) -> None:
        """Shut it: the store did not answer, or said when to come again."""
        # Each trouble once in an outage: that of one store may hide that of another.
        trouble, _, _ = str(error).partition(": ")
        if trouble not in self._told:
            self._told.add(trouble)
            log.warning("the store is away, messages go to the spool: %s", error)
        self._wait_s = min(max(_FIRST_WAIT_S, self._wait_s * 2), _LONGEST_WAIT_S)
        jitter = random.uniform(0.75, 1.25)  # noqa: S311 - spreads retries, guards no secret
        asked_s = min(error.retry_after_s, _LONGEST_ASKED_S)
        self._shut_until = self._clock() + max(self._wait_s * jitter, asked_s)

    def succeeded(self) -> None:
        """Open it: the store answered."""
        if self._wait_s:
            log.info("the store is back")
        self._wait_s = 0.0
        self._told.clear()
