"""Live messages: how long from published to durable, in peace and while a spool drains.

The publisher is a process of its own, so that it shares no interpreter with
what is measured. A message is durable when ingest is about to acknowledge it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from bench import ingest_ground as ground
from bench import report
from domain.messages import RawMessage
from ingest.inbox import Delivery
from ingest.service import IngestService
from ingest.spool import Spool
from storage.records import open_records
from tests.services.servers import Influx, Missing, Mosquitto

PER_SECOND = 1000
_SECONDS = 30
_OUTAGE_S = 600
_SPOOL_BYTES = 8_000_000_000
_SENT = "SentNs"


def measure(seconds: float = _SECONDS, outage_s: float = _OUTAGE_S) -> None:
    """Print the latency of live messages, and how fast what an outage left is caught up.

    Args:
        seconds: How long to publish in peace [s].
        outage_s: What an outage of so long left on disk, at the same rate [s].
    """
    ground.collect_rarely()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with ground.servers(folder) as (broker, influx):
                _measure_peace(broker, influx, folder, seconds)
                _measure_catching_up(broker, influx, folder, outage_s)
        except Missing as missing:
            report.line("live messages", "not measured", reference=str(missing))


def _measure_peace(broker: Mosquitto, influx: Influx, folder: Path, seconds: float) -> None:
    with _running(broker, influx, folder, "peace") as running, _publishing(broker):
        running.await_first()
        time.sleep(seconds)
        delays = running.delays_ms
    delay_ms = ground.settings(broker, folder, "x").ingest.batch_delay_ms
    for share in (50, 99):
        figure = _percentile(delays, share)
        report.line(
            f"published to durable at {PER_SECOND:,}/s, p{share}",
            f"{figure:.0f} ms",
            ratio=figure / 300 if share == 99 else None,
            reference="300 ms" if share == 99 else f"{delay_ms} ms of them are the batch's delay",
        )


def _measure_catching_up(broker: Mosquitto, influx: Influx, folder: Path, outage_s: float) -> None:
    number = int(outage_s * PER_SECOND)
    _fill_spool(folder / "behind", number)
    with _running(broker, influx, folder, "behind") as running, _publishing(broker):
        running.await_first()
        started, waiting = time.monotonic(), running.service.counters.spooled
        while (left := running.service.counters.spooled) > 0:
            if time.monotonic() - started > max(ground.PATIENCE_S, outage_s):
                break
            time.sleep(0.05)
        took = time.monotonic() - started
        delays = running.delays_ms
    rate = (waiting - left) / took
    report.line(
        f"{outage_s / 60:.0f} minutes' outage caught up, live going on",
        f"{rate:,.0f} messages/s",
        ratio=rate / PER_SECOND,
        reference="the rate it filled at",
    )
    figure = _percentile(delays, 99)
    report.line(
        "live messages meanwhile, p99", f"{figure:.0f} ms", ratio=figure / 2000, reference="2 s"
    )


def _fill_spool(data_dir: Path, number: int) -> None:
    """Put on disk what an outage would have: straight, for an hour is long to wait."""
    spool = Spool(data_dir / "spool", max_bytes=_SPOOL_BYTES)
    first = datetime.now(UTC) - timedelta(days=60)
    received_at = datetime.now(UTC) - timedelta(hours=1)
    for start in range(0, number, 5000):
        batch = [
            RawMessage(topic, payload.encode(), received_at)
            for topic, payload in (
                ground.message(place, first) for place in range(start, min(start + 5000, number))
            )
        ]
        if not spool.append(batch):
            raise RuntimeError("the disk has no room for the spool")
    spool.close()


class _Running:
    """Ingest in this process, with an ear on its acknowledgements."""

    def __init__(self, service: IngestService) -> None:
        self.service = service
        self.delays_ms: list[float] = []
        acknowledge = service._writer._acknowledge

        def listen(batch: Sequence[Delivery]) -> None:
            now = time.monotonic_ns()
            for delivery in batch:
                sent = json.loads(delivery.message.payload).get(_SENT)
                if sent is not None:
                    self.delays_ms.append((now - sent) / 1e6)
            acknowledge(batch)

        service._writer._acknowledge = listen

    def await_first(self) -> None:
        """Return once messages flow."""
        until = time.monotonic() + ground.PATIENCE_S
        while not self.delays_ms and time.monotonic() < until:
            time.sleep(0.01)
        self.delays_ms = []


@contextmanager
def _running(broker: Mosquitto, influx: Influx, folder: Path, name: str) -> Iterator[_Running]:
    store = ground.influx_store(influx)
    records = open_records(f"sqlite:///{folder / name}.sqlite")
    store.prepare()
    records.portfolio.apply_config(ground.portfolio())
    settings = ground.settings(broker, folder / name, name, spool_max_mb=_SPOOL_BYTES // 1_000_000)
    service = IngestService(settings, readings=store, records=records)
    running = _Running(service)
    stop = threading.Event()
    thread = threading.Thread(target=service.run, args=(stop,))
    thread.start()
    try:
        while not service.is_ready:
            time.sleep(0.01)
        yield running
    finally:
        stop.set()
        thread.join()
        store.close()
        records.close()


@contextmanager
def _publishing(broker: Mosquitto) -> Iterator[psutil.Popen]:
    command = [sys.executable, "-m", "bench.ingest_live", "--publish", str(broker.port)]
    process = psutil.Popen(command, env=dict(os.environ), stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _publish_for_ever(port: int) -> None:
    """Publish at a steady rate, each message with the instant it was sent."""
    publisher = ground.client("live-publisher")
    publisher.max_inflight_messages_set(0)
    publisher.connect("127.0.0.1", port)
    publisher.loop_start()
    first = datetime.now(UTC) - timedelta(days=30)
    started, number = time.monotonic(), 0
    while True:
        due = int((time.monotonic() - started) * PER_SECOND)
        while number < due:
            sent = {_SENT: time.monotonic_ns()}
            publisher.publish(*ground.message(number, first, **sent), qos=1)
            number += 1
        time.sleep(0.002)


def _percentile(values: Sequence[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)] if ordered else float("nan")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--publish", type=int, metavar="PORT", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=_SECONDS)
    parser.add_argument("--outage-s", type=float, default=_OUTAGE_S)
    chosen = parser.parse_args()
    if chosen.publish:
        _publish_for_ever(chosen.publish)
    measure(chosen.seconds, chosen.outage_s)
