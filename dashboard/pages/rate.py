"""How often one address may ask for something that is kept."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_MAX_ADDRESSES = 5000


class Rate:
    """A bucket for each address: so many a minute, no more at once."""

    def __init__(self, *, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Start full; `clock` gives seconds that never go back."""
        self._most = float(per_minute)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def admits(self, address: str) -> bool:
        """Take one from the address's bucket; False when it is empty."""
        now = self._clock()
        with self._lock:
            left, at = self._buckets.pop(address, (self._most, now))
            left = min(self._most, left + (now - at) * self._most / 60)
            admitted = left >= 1
            self._buckets[address] = (left - 1 if admitted else left, now)
            while len(self._buckets) > _MAX_ADDRESSES:
                self._buckets.popitem(last=False)
        return admitted
