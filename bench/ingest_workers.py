"""Two worker processes next to one, on the same queue: what sharing a subscription brings.

Both are `zaindu ingest` as it is installed. The rate is read from the tallies
in the records, which are written with each batch, between the first and the
last of them: starting Python does not count.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import psutil

from bench import ingest_ground as ground
from bench import report
from domain.tallies import ANY_METER
from storage.ports import Records
from storage.records import open_records
from tests.services.servers import Influx, Missing, Mosquitto

MESSAGES = 100_000
_SATURATED = 0.9

_Run = tuple[float, dict[str, float], float]
"""Messages a second, cores used by program, share of all cores that was busy."""


def measure(messages: int = MESSAGES) -> None:
    """Print the rate of one and of two worker processes, and who used the processor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with ground.servers(folder) as (broker, influx):
                rates = {
                    count: _rate(broker, influx, folder / f"workers-{count}", count, messages)
                    for count in (1, 2)
                }
        except Missing as missing:
            report.line("workers", "not measured", reference=str(missing))
            return
    for count, (rate, busy, whole) in rates.items():
        report.line(
            f"{count} worker process{'es' * (count > 1)}",
            f"{rate:,.0f} messages/s",
            ratio=rate / rates[1][0] if count > 1 else None,
            reference="one" if count > 1 else "",
        )
        used = ", ".join(f"{name} {share:.2f}" for name, share in busy.items())
        report.line("  cores used", f"of {psutil.cpu_count()}", reference=used)
        saturates = "the processor saturates" if whole > _SATURATED else "the processor does not"
        report.line("  whole machine busy", f"{whole:.0%}", reference=saturates)


def _rate(broker: Mosquitto, influx: Influx, folder: Path, count: int, messages: int) -> _Run:
    folder.mkdir()
    config = configuration(folder, broker, influx, f"workers-{count}")
    with ingest(config, influx, count):  # makes the sessions
        await_sessions(folder, count)
    ground.publish(broker, messages)
    with ingest(config, influx, count) as process:
        records = open_records(f"sqlite:///{folder / 'data' / 'records.sqlite'}")
        try:
            return _timed(records, process, broker, influx, messages)
        finally:
            records.close()


def _timed(
    records: Records,
    process: psutil.Popen,
    broker: Mosquitto,
    influx: Influx,
    messages: int,
) -> _Run:
    until = time.monotonic() + ground.PATIENCE_S
    while not (before := _stored(records)):
        _check(until)
        time.sleep(0.005)
    started = time.monotonic()
    watched = {
        "workers": [process, *process.children()],
        "mosquitto": [psutil.Process(broker.process.pid)] if broker.process else [],
        "influxd": [psutil.Process(influx.process.pid)] if influx.process else [],
    }
    used = {name: _seconds(processes) for name, processes in watched.items()}
    psutil.cpu_percent()  # counts from here
    while _stored(records) < messages:
        _check(until)
        time.sleep(0.005)
    took, whole = time.monotonic() - started, psutil.cpu_percent() / 100
    busy = {n: (_seconds(processes) - used[n]) / took for n, processes in watched.items()}
    return (messages - before) / took, busy, whole


def _check(until: float) -> None:
    if time.monotonic() > until:
        raise RuntimeError("the workers did not store everything in time")


def _stored(records: Records) -> int:
    return sum(t.stored for t in records.tallies.between(date.min, date.max, [ANY_METER]))


def _seconds(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


@contextmanager
def ingest(config: Path, influx: Influx, count: int) -> Iterator[psutil.Popen]:
    """Run `zaindu ingest` with so many workers, logging beside its configuration."""
    command = [sys.executable, "-m", "zaindu", "ingest", "--config", str(config)]
    with (config.parent / "log").open("ab") as log:
        process = psutil.Popen(
            [*command, "--workers", str(count)],
            env=os.environ | {"ZAINDU_INFLUX_TOKEN": influx.token},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def await_sessions(folder: Path, count: int) -> None:
    """Return when each worker has its session at the broker."""
    until = time.monotonic() + 60
    while (folder / "log").read_text().count("connected to the broker") < count:
        _check(until)
        time.sleep(0.1)
    time.sleep(1)


def configuration(folder: Path, broker: Mosquitto, influx: Influx, client_id: str) -> Path:
    """Write a configuration with the 200 meters."""
    meters = "".join(
        f'[[buildings.meters]]\nid = "{meter.id}"\nname = "{meter.name}"\n'
        f'commodity = "electricity"\n[buildings.meters.source]\nfamily = "tasmota"\n'
        f"device = {json.dumps(meter.source.device if meter.source else '')}\n"
        for meter in ground.portfolio().meters
    )
    config = folder / "config.toml"
    config.write_text(
        f'[site]\nname = "Bench"\ndata_dir = "{folder / "data"}"\n'
        f'[mqtt]\nport = {broker.port}\nclient_id = "{client_id}"\ntopics = ["{ground.TOPICS}"]\n'
        f'[storage]\nreadings = "influx"\n[storage.influx]\nurl = "{influx.url}"\n'
        f'org = "{influx.org}"\n[[buildings]]\nid = "b"\nname = "B"\nuse = "office"\n'
        f"floor_area_m2 = 1000.0\n{meters}",
        encoding="utf-8",
    )
    return config
