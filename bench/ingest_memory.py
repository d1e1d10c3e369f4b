"""Memory of ingest at full rate over minutes, then while the store is away."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench import ingest_ground as ground
from bench import ingest_workers, report
from tests.services.servers import Influx, Missing, Mosquitto

MINUTES = 2.0
_AWAY_S = 30.0
_WARM_S = 20.0


def measure(minutes: float = MINUTES) -> None:
    """Print how far the resident memory of `zaindu ingest` moves.

    Args:
        minutes: How long to publish as fast as the broker takes it.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with ground.servers(folder) as (broker, influx):
                _measure(broker, influx, folder / "memory", minutes)
        except Missing as missing:
            report.line("memory", "not measured", reference=str(missing))


def _measure(broker: Mosquitto, influx: Influx, folder: Path, minutes: float) -> None:
    folder.mkdir()
    config = ingest_workers.configuration(folder, broker, influx, "memory")
    with ingest_workers.ingest(config, influx, 1) as process:
        ingest_workers.await_sessions(folder, 1)
        publisher = psutil.Popen(
            [sys.executable, "-m", "bench.ingest_memory", "--publish", str(broker.port)],
            env=dict(os.environ),
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(_WARM_S)
            flat = _watched(process, minutes * 60)
            influx.stop()
            away = _watched(process, _AWAY_S)
            influx.start()
        finally:
            publisher.kill()
            publisher.wait()
    middle = sorted(flat)[len(flat) // 2]
    widest = max(abs(size / middle - 1) for size in flat)
    report.line(
        f"{minutes:g} minutes at full rate, resident",
        f"{middle / 1e6:.0f} MB ± {widest:.0%}",
        ratio=widest / 0.10,
        reference="± 10 %",
    )
    report.line(
        "highest while the store is away",
        f"{max(away) / 1e6:.0f} MB",
        ratio=max(away) / middle,
        reference="the same in peace",
    )


def _watched(process: psutil.Process, seconds: float) -> list[int]:
    sizes = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        sizes.append(process.memory_info().rss)
        time.sleep(0.5)
    return sizes


def _publish_for_ever(port: int) -> None:
    publisher = ground.client("memory-publisher")
    publisher.max_inflight_messages_set(1000)
    publisher.connect("127.0.0.1", port)
    publisher.loop_start()
    first = ground.months_ago()
    number = 0
    while True:
        info = publisher.publish(*ground.message(number, first), qos=1)
        number += 1
        if number % 2000 == 0:
            info.wait_for_publish(60)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--publish", type=int, metavar="PORT", help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    chosen = parser.parse_args()
    if chosen.publish:
        _publish_for_ever(chosen.publish)
    measure(chosen.minutes)
