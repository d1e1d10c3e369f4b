"""Several ingest workers on one machine, each a process, kept alive by one that takes nothing."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from zaindu.supervision import STOP_WITHIN_S, BackOff

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.2
_LONG_ENOUGH_S = 60.0


class WorkerProcess:
    """One worker; started again whenever it ends by itself."""

    def __init__(self, number: int, arguments: Sequence[str], back_off: BackOff) -> None:
        """Prepare worker `number`, which `zaindu ingest` runs with these arguments more."""
        self._number = number
        self._command = [
            *(sys.executable, "-m", "zaindu", "ingest"),
            *("--worker", str(number), *arguments),
        ]
        self._back_off = back_off
        self._wait_s = back_off.first_s
        self._started_at = self._due_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Its process, None while there is none."""
        return None if self._process is None else self._process.pid

    def look(self) -> None:
        """Start it when it is not running and its time has come."""
        now = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            self._note_end(now, f"ended with {self._process.returncode}")
        if self._process is None and now >= self._due_at:
            self._started_at = now
            try:
                # Its standard input ends with us, however we end, which tells it to stop.
                self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603 - ourselves
            except OSError as fault:
                # Too little memory for one more process: those that run go on.
                self._note_end(now, f"cannot be started ({fault})")
            else:
                log.info("worker %d runs as process %d", self._number, self._process.pid)

    def _note_end(self, now: float, how: str) -> None:
        if now - self._started_at >= _LONG_ENOUGH_S:
            self._wait_s = self._back_off.first_s
        log.error("worker %d %s; it starts again in %.0f s", self._number, how, self._wait_s)
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None
        self._due_at = now + self._wait_s
        self._wait_s = min(2 * self._wait_s, self._back_off.last_s)

    def ask_to_stop(self) -> None:
        """Ask it to end: it makes durable what it has in hand first."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait(self, seconds: float) -> bool:
        """Tell whether it ended in that time."""
        if self._process is None:
            return True
        try:
            self._process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            return False
        return True


def run_workers(
    count: int,
    config: Path,
    stop: threading.Event,
    *,
    arguments: Sequence[str] = (),
    back_off: BackOff | None = None,
) -> bool:
    """Keep `count` workers running until `stop` is set; tell whether all ended in time.

    Args:
        count: How many.
        config: The configuration they read.
        stop: Ends them.
        arguments: What else `zaindu ingest` is given.
        back_off: How long to wait before starting one again.
    """
    pace = back_off or BackOff()
    workers = [
        WorkerProcess(number, ["--config", str(config), *arguments], pace)
        for number in range(1, count + 1)
    ]
    while not stop.wait(_LOOK_EVERY_S):
        for worker in workers:
            worker.look()
    for worker in workers:
        worker.ask_to_stop()
    deadline = time.monotonic() + STOP_WITHIN_S
    late = [worker for worker in workers if not worker.wait(deadline - time.monotonic())]
    return not late
