"""The bounded queue between the network thread and the writer."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from domain.messages import RawMessage

_STEP_S = 0.05
"""How long the network thread waits for room before it sees to its pings again."""

MAX_BYTES = 64 * 1024 * 1024
_BATCH_BYTES = 16 * 1024 * 1024
"""What is taken at once, but for a message that is larger by itself."""


class Delivery(NamedTuple):
    """A message and what is needed to acknowledge it."""

    message: RawMessage

    mid: int
    """The broker's number for it; 0 for QoS 0, which wants no acknowledgement."""

    generation: int
    """The connection it came by: the broker numbers anew on the next one."""


class Inbox:
    """Messages received and not yet handled, bounded in number and in bytes.

    One thread puts, one takes. Whoever puts asks for room first: what does not
    fit stays in the broker's socket, which the broker feels, rather than
    growing here or being dropped.
    """

    def __init__(self, bound: int, *, max_bytes: int = MAX_BYTES) -> None:
        """Start empty.

        Args:
            bound: With so many messages there is no room for more.
            max_bytes: Nor with so much payload.
        """
        self._bound = bound
        self._max_bytes = max_bytes
        # One for each thread: a sum that both changed would need a lock.
        self._bytes_put = 0
        self._bytes_taken = 0
        self._deliveries: deque[Delivery] = deque()
        self._wanted = bound
        self._arrived = threading.Event()
        self._enough = threading.Event()
        self._room = threading.Event()
        self._closed = False

    def __len__(self) -> int:
        """How many wait."""
        return len(self._deliveries)

    def has_room(self, patience_s: float = _STEP_S) -> bool:
        """Tell whether more may be put; waits a moment for a yes."""
        if not self._is_full():
            return True
        self._room.clear()
        # What is there is all there will be: the taker need not wait for more.
        self._enough.set()
        if self._is_full() and not self._closed:
            self._room.wait(patience_s)
        return not self._is_full()

    def put(self, deliveries: Sequence[Delivery]) -> None:
        """Add what one read brought."""
        self._bytes_put += sum([len(delivery.message.payload) for delivery in deliveries])
        self._deliveries.extend(deliveries)
        if not self._arrived.is_set():
            self._arrived.set()
        if len(self._deliveries) >= self._wanted and not self._enough.is_set():
            self._enough.set()

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
        taken: list[Delivery] = []
        size = 0
        while self._deliveries and len(taken) < limit and size < _BATCH_BYTES:
            delivery = self._deliveries.popleft()
            size += len(delivery.message.payload)
            taken.append(delivery)
        self._bytes_taken += size
        self._room.set()
        return taken

    def close(self) -> None:
        """Let nobody wait any longer."""
        self._closed = True
        self._room.set()
        self._arrived.set()
        self._enough.set()

    def _is_full(self) -> bool:
        held = self._bytes_put - self._bytes_taken
        return len(self._deliveries) >= self._bound or held >= self._max_bytes

    def _await_first(self, patience_s: float) -> bool:
        self._arrived.clear()
        # Looked at again: one may have come between the caller's look and the clear.
        if not self._deliveries and not self._closed:
            self._arrived.wait(patience_s)
        return bool(self._deliveries)

    def _await_enough(self, limit: int, delay_s: float) -> None:
        self._wanted = limit
        until = time.monotonic() + delay_s
        self._enough.clear()
        while len(self._deliveries) < limit and not self._is_full() and not self._closed:
            remaining = until - time.monotonic()
            if remaining <= 0 or self._enough.wait(remaining):
                return
