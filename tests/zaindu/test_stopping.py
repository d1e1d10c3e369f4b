"""A worker ends with whoever started it, and in peace when it is asked to."""

import signal
import subprocess
import sys

import pytest

_WORKER = """
from zaindu.stopping import stop_on_signals, stop_with_input
with stop_on_signals() as stop:
    stop_with_input(stop)
    print("ready", flush=True)
    stop.wait()
"""


@pytest.mark.parametrize("how", ["asked", "left alone"])
def test_a_worker_ends_soundly(how: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdin is not None
        assert worker.stdout.readline() == b"ready\n"
        if how == "asked":
            worker.send_signal(signal.SIGTERM)
        else:
            worker.stdin.close()
        assert worker.wait(9) == 0
        assert worker.stderr is not None
        assert b"Fatal" not in worker.stderr.read()
