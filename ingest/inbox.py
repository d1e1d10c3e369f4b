"""The bounded queue between the network thread and the writer."""

import threading
import time
from collections import deque
from typing import NamedTuple

from domain.messages import RawMessage

_STEP_S = 0.2
"""How long a wait lasts before it looks again whether the queue was closed."""


class Delivery(NamedTuple):
    """A message and what is needed to acknowledge it."""

    message: RawMessage

    mid: int
    """The broker's number for it; 0 for QoS 0, which wants no acknowledgement."""

    generation: int
    """The connection it came by: the broker numbers anew on the next one."""


class Inbox:
    """Messages received and not yet handled, at most `bound` of them.

    One thread puts, one takes. A full inbox makes the network thread wait,
    which the broker feels, rather than growing or dropping.
    """

    def __init__(self, bound: int) -> None:
        """Start empty."""
        self._bound = bound
        self._deliveries: deque[Delivery] = deque()
        self._wanted = bound
        self._arrived = threading.Event()
        self._enough = threading.Event()
        self._room = threading.Event()
        self._closed = False

    def __len__(self) -> int:
        """How many wait."""
        return len(self._deliveries)

    def put(self, delivery: Delivery) -> bool:
        """Add one, waiting for room; return False when the inbox was closed meanwhile."""
        while len(self._deliveries) >= self._bound:
            self._room.clear()
            if self._closed:
                return False
            if len(self._deliveries) >= self._bound:
                self._room.wait(_STEP_S)
        self._deliveries.append(delivery)
        if not self._arrived.is_set():
            self._arrived.set()
        if len(self._deliveries) >= self._wanted and not self._enough.is_set():
            self._enough.set()
        return True

    def take(self, limit: int, *, delay_s: float, patience_s: float) -> list[Delivery]:
        """Return up to `limit` deliveries, oldest first.

        Args:
            limit: The most to return.
            delay_s: Once one is there, how long to wait for `limit` of them.
            patience_s: How long to wait for the first; then the list is empty.
        """
        if not self._deliveries and not self._await_first(patience_s):
            return []
        self._await_enough(min(limit, self._bound), delay_s)
        taken = [self._deliveries.popleft() for _ in range(min(limit, len(self._deliveries)))]
        self._room.set()
        return taken

    def close(self) -> None:
        """Let nobody wait any longer."""
        self._closed = True
        self._room.set()
        self._arrived.set()
        self._enough.set()

    def _await_first(self, patience_s: float) -> bool:
        self._arrived.clear()
        # Looked at again: one may have come between the caller's look and the clear.
        if not self._deliveries and not self._closed:
            self._arrived.wait(patience_s)
        return bool(self._deliveries)

    def _await_enough(self, limit: int, delay_s: float) -> None:
        self._wanted = limit
        until = time.monotonic() + delay_s
        while len(self._deliveries) < limit and not self._closed:
            remaining = until - time.monotonic()
            if remaining <= 0:
                return
            self._enough.clear()
            if len(self._deliveries) < limit:
                self._enough.wait(remaining)
