"""Running the parts of the house in one process, and starting again the one that dies."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

STOP_WITHIN_S = 9.0
"""What supervisors of processes give before they kill is ten seconds."""

_LONG_ENOUGH_S = 60.0
"""A part that ran that long is sound: its next fault starts from the first wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the house: runs until told to stop."""

    name: str
    run: Callable[[threading.Event], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOff:
    """How long to wait before starting a part again [s]."""

    first_s: float = 1.0
    last_s: float = 60.0


class Supervisor:
    """Keeps parts running, each in its thread, until one event stops them all."""

    def __init__(self, stop: threading.Event, back_off: BackOff | None = None) -> None:
        """Start with no part; `stop` ends those that will be started."""
        self._stop = stop
        self._back_off = back_off or BackOff()
        self._threads: list[threading.Thread] = []

    def start(self, *parts: Part) -> None:
        """Start parts, besides those that already run."""
        for part in parts:
            thread = threading.Thread(
                target=self._keep_running, args=(part,), name=part.name, daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def wait(self) -> bool:
        """Return once told to stop and all stopped; False when one does not end in time."""
        self._stop.wait()
        deadline = time.monotonic() + STOP_WITHIN_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        late = [thread.name for thread in self._threads if thread.is_alive()]
        if late:
            log.error("still busy after %.0f s: %s", STOP_WITHIN_S, ", ".join(late))
        return not late

    def _keep_running(self, part: Part) -> None:
        wait_s = self._back_off.first_s
        while not self._stop.is_set():
            started = time.monotonic()
            self._run_once(part)
            if self._stop.is_set():
                return
            if time.monotonic() - started >= _LONG_ENOUGH_S:
                wait_s = self._back_off.first_s
            log.warning("%s starts again in %.0f s", part.name, wait_s)
            self._stop.wait(wait_s)
            wait_s = min(2 * wait_s, self._back_off.last_s)

    def _run_once(self, part: Part) -> None:
        try:
            part.run(self._stop)
        except Exception:  # whatever stopped it, the other parts go on
            log.exception("%s died", part.name)
        else:
            if not self._stop.is_set():
                log.error("%s ended by itself", part.name)
