"""Slows down whoever guesses passwords, by name and by address."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE_TRIES_PER_NAME = 4
"""People mistype; beyond this each failure doubles the wait."""

FREE_TRIES_PER_ADDRESS = 12
"""A whole office may sit behind one address."""

LONGEST_WAIT_S = 300.0
"""Long enough to spoil guessing, short enough that nobody can lock a colleague out."""

FORGET_AFTER_S = 3600.0
MAX_KEYS = 10_000
"""Bounds memory when an attacker varies names; the oldest are forgotten first."""


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class SignInThrottle:
    """Counts tries that did not succeed, and says how long to wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nothing counted; `clock` gives seconds that never go back."""
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, name: str, address: str) -> float:
        """Return 0 and count a try, or how long to wait [s] before the next.

        The try counts as failed until `succeeded` says otherwise, so that
        many sent at once cannot all slip through.
        """
        keys = self._keys(name, address)
        with self._lock:
            wait = max(self._wait(key, free) for key, free in keys)
            if wait <= 0:
                for key, _ in keys:
                    self._count(key)
            return wait

    def succeeded(self, name: str, address: str) -> None:
        """Forget the name's failures, and take back the try counted for the address."""
        (name_key, _), (address_key, _) = self._keys(name, address)
        with self._lock:
            self._failures.pop(name_key, None)
            failures = self._failures.get(address_key)
            if failures is not None:
                failures.count = max(0, failures.count - 1)

    @staticmethod
    def _keys(name: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
        return (
            (f"name:{name.strip().casefold()[:200]}", FREE_TRIES_PER_NAME),
            (f"address:{address}", FREE_TRIES_PER_ADDRESS),
        )

    def _wait(self, key: str, free: int) -> float:
        failures = self._failures.get(key)
        if failures is None or failures.count < free:
            return 0.0
        since = self._clock() - failures.last
        if since > FORGET_AFTER_S:
            del self._failures[key]
            return 0.0
        doublings = min(failures.count - free, 20)
        return max(0.0, math.ceil(min(2.0**doublings, LONGEST_WAIT_S) - since))

    def _count(self, key: str) -> None:
        failures = self._failures.pop(key, None)
        count = failures.count + 1 if failures else 1
        self._failures[key] = _Failures(count, self._clock())
        while len(self._failures) > MAX_KEYS:
            self._failures.popitem(last=False)
