"""Errands: what the pages ask of ingest through the records, done beside the live messages.

A page on another machine cannot call us, so it writes what is wanted into the
records, and we look. Every errand can be done twice without harm.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping

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
    """Does each errand in a thread of its own, until stopped: a long file holds up no replay."""

    def __init__(
        self, errands: Mapping[str, Errand], *, look_every_s: float = LOOK_EVERY_S
    ) -> None:
        """Take the errands by name; nothing is done before `start`."""
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(
                target=Attempts(errand).run,
                args=(self._stop, look_every_s),
                name=f"errand {name}",
                daemon=True,
            )
            for name, errand in errands.items()
        ]

    def start(self) -> None:
        """Start looking."""
        for thread in self._threads:
            thread.start()

    def ask_to_stop(self) -> None:
        """Begin no other piece; return at once."""
        self._stop.set()

    def stop(self) -> None:
        """Finish the pieces in hand, and look no more."""
        self._stop.set()
        until = time.monotonic() + _STOP_WITHIN_S
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                log.warning("%s is still busy; what it leaves is done later", thread.name)


class Attempts:
    """One errand, tried again and again: a failure is said once, and then tried more rarely."""

    def __init__(self, errand: Errand, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the errand; it is due at once."""
        self._errand = errand
        self._clock = clock
        self._pause_s = 0.0
        self._due_at = clock()

    def run(self, stop: threading.Event, look_every_s: float) -> None:
        """Do what is asked until `stop` is set."""
        while not stop.is_set():
            stop.wait(_BREATH_S if self.turn() else look_every_s)

    def turn(self) -> bool:
        """Do one piece if it is due; return whether there may be more."""
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
