"""Errands: what the pages ask of ingest through the records, done beside the live messages.

A page on another machine cannot call us, so it writes what is wanted into the
records, and we look. Every errand can be done twice without harm.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from domain.errors import StorageUnavailable

log = logging.getLogger(__name__)

Errand = Callable[[], bool]
"""Does one bounded piece of what is asked, and returns whether there may be more."""

LOOK_EVERY_S = 1.0

_BREATH_S = 0.1
"""Between two pieces of work, for the live messages."""

_LONGEST_PAUSE_S = 30.0
_STOP_WITHIN_S = 5.0


class Errands:
    """Does errands by turns in a thread of its own, until it is stopped."""

    def __init__(
        self,
        errands: Sequence[Errand],
        *,
        look_every_s: float = LOOK_EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the errands in the order they are looked at; nothing is done before `start`."""
        self._errands = tuple(_Attempted(errand, clock) for errand in errands)
        self._look_every_s = look_every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="errands", daemon=True)

    def start(self) -> None:
        """Start looking."""
        if self._errands:
            self._thread.start()

    def stop(self) -> None:
        """Finish the piece in hand, and look no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_WITHIN_S)
            if self._thread.is_alive():
                log.warning("an errand is still busy; what it leaves is done at the next start")

    def turn(self) -> bool:
        """Look at each errand once; return whether any may have more to do."""
        # All of them have their turn, whatever the first has left to do.
        return sum(errand.turn() for errand in self._errands if not self._stop.is_set()) > 0

    def _run(self) -> None:
        while not self._stop.is_set():
            has_more = self.turn()
            self._stop.wait(_BREATH_S if has_more else self._look_every_s)


class _Attempted:
    """One errand, whose failures concern nobody else and are said once."""

    def __init__(self, errand: Errand, clock: Callable[[], float]) -> None:
        self._errand = errand
        self._clock = clock
        self._pause_s = 0.0
        self._due_at = clock()

    def turn(self) -> bool:
        if self._clock() < self._due_at:
            return False
        try:
            has_more = self._errand()
        except StorageUnavailable as error:
            self._log("an errand waits for its store: %s", error)
        except Exception:
            # Whatever it is, the live messages and the other errands go on.
            if not self._pause_s:
                log.exception("an errand failed, and is tried again")
        else:
            self._pause_s = 0.0
            return has_more
        self._pause_s = min(max(LOOK_EVERY_S, 2 * self._pause_s), _LONGEST_PAUSE_S)
        self._due_at = self._clock() + self._pause_s
        return False

    def _log(self, text: str, error: Exception) -> None:
        log.log(logging.DEBUG if self._pause_s else logging.INFO, text, error)
