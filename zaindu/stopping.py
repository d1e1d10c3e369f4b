"""Stopping on request: Ctrl-C, or the SIGTERM of whoever supervises the process."""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from zaindu.failures import Exit
from zaindu.supervision import STOP_WITHIN_S

log = logging.getLogger(__name__)


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """Yield an event that SIGINT and SIGTERM set; asked a second time, the process ends at once.

    Some supervisors signal a process and then its group: what comes at once is the same request.
    """
    stop = threading.Event()
    asked_at = 0.0

    def on_signal(number: int, _frame: FrameType | None) -> None:
        nonlocal asked_at
        if stop.is_set():
            if time.monotonic() - asked_at > _SAME_REQUEST_S:
                os._exit(Exit.INTERRUPTED)
            return
        asked_at = time.monotonic()
        stop.set()
        _end_anyway_after(STOP_WITHIN_S + 0.8)
        log.info("stopping on %s", signal.Signals(number).name)

    before = {number: signal.signal(number, on_signal) for number in _SIGNALS}
    try:
        yield stop
    finally:
        stop.set()
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_with_input(stop: threading.Event) -> None:
    """Set `stop` once standard input ends, as it does when whoever started us dies."""

    def wait() -> None:
        # Not by `sys.stdin`: its lock, held by a thread that waits, would abort us as we end.
        with suppress(OSError):
            while os.read(_STANDARD_INPUT, 1024):
                pass
        log.info("stopping: the process that started this one is gone")
        stop.set()

    threading.Thread(target=wait, name="parent", daemon=True).start()


_STANDARD_INPUT = 0
_SAME_REQUEST_S = 0.3
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _end_anyway_after(seconds: float) -> None:
    """End the process even when a library's thread refuses to."""
    timer = threading.Timer(seconds, os._exit, (Exit.FAILED,))
    timer.daemon = True
    timer.start()
