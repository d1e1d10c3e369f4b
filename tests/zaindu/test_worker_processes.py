"""Workers are kept alive by one that takes nothing, whatever the machine refuses it."""

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from zaindu import worker_processes
from zaindu.supervision import BackOff
from zaindu.worker_processes import run_workers


def test_a_machine_that_has_no_room_for_one_more_process_does_not_end_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, asked, started = threading.Event(), [], []
    usual = subprocess.Popen

    def popen(command: list[str], **more: Any) -> Any:
        asked.append(time.monotonic())
        if len(asked) == 1:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        started.append(usual([sys.executable, "-c", "input()"], **more))
        if len(started) == 2:
            stop.set()
        return started[-1]

    monkeypatch.setattr(worker_processes, "_LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(subprocess, "Popen", popen)
    assert run_workers(2, Path("c.toml"), stop, back_off=BackOff(first_s=0.02, last_s=0.02))
    assert len(asked) == 3
    assert "worker 1 cannot be started" in caplog.text
    for process in started:
        process.stdin.close()
