"""`zaindu ingest` as it is run in production, between a real broker and a real InfluxDB."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from domain.periods import Period
from storage.influx import Buckets, InfluxStore
from storage.records import open_records
from tests.services.servers import Influx, Mosquitto

ROOT = Path(__file__).resolve().parents[2]
METERS = 10
FIRST = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)


def configuration(
    folder: Path, broker: Mosquitto, influx: Influx, *, influx_url: str = "", more: str = ""
) -> Path:
    """Write a configuration of ten meters; `influx_url` when something stands between."""
    meters = "".join(
        f'[[buildings.meters]]\nid = "m{n}"\nname = "Meter {n}"\ncommodity = "electricity"\n'
        f'[buildings.meters.source]\nfamily = "tasmota"\ndevice = "plug-{n}"\n'
        for n in range(METERS)
    )
    path = folder / "config.toml"
    path.write_text(
        f'[site]\nname = "Test"\ndata_dir = "{folder / "data"}"\n'
        f'[mqtt]\nport = {broker.port}\nclient_id = "under-test"\n'
        f'[storage]\nreadings = "influx"\n[storage.influx]\nurl = "{influx_url or influx.url}"\n'
        'org = "zaindu"\n[[buildings]]\nid = "b"\nname = "B"\nuse = "office"\n'
        f"floor_area_m2 = 100.0\n{meters}{more}"
    )
    return path


@dataclass
class Ingest:
    """`zaindu ingest` as it is run in production, killed and started at will."""

    config: Path
    token: str
    arguments: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.config.parent / "ingest.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "zaindu", "ingest", *self.arguments),
                    *("--config", str(self.config)),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env={**os.environ, "ZAINDU_INFLUX_TOKEN": self.token, **self.env},
            )

    def kill(self) -> None:
        assert self.process is not None
        assert self.process.poll() is None, self.log()
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(30)

    def log(self) -> str:
        return (self.config.parent / "ingest.log").read_text(errors="replace")[-4000:]


@contextmanager
def ingest_running(
    config: Path, token: str, *arguments: str, env: Mapping[str, str] | None = None
) -> Iterator[Ingest]:
    """Run `zaindu ingest`; killed at the end unless it was stopped."""
    ingest = Ingest(config, token, arguments, env or {})
    ingest.start()
    try:
        yield ingest
    finally:
        if ingest.process is not None and ingest.process.poll() is None:
            ingest.process.kill()
            ingest.process.wait(10)


@dataclass
class Publisher:
    """Publishes numbered readings at QoS 1 and waits for the broker to have each."""

    port: int
    per_second: int
    published: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id="publisher")
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        while not self.stop.is_set():
            infos = [
                client.publish(*message(self.published + n), qos=1)
                for n in range(self.per_second // 10)
            ]
            for info in infos:
                info.wait_for_publish(30)
                assert info.is_published()
            self.published += len(infos)
            time.sleep(0.1)
        client.disconnect()
        client.loop_stop()


def message(number: int) -> tuple[str, str]:
    meter, place = number % METERS, number // METERS
    at = (FIRST + timedelta(seconds=place)).astimezone(ZoneInfo("Europe/Paris"))
    body = {"Time": at.strftime("%Y-%m-%dT%H:%M:%S"), "ENERGY": {"Total": float(number)}}
    return f"tele/plug-{meter}/SENSOR", json.dumps(body)


@contextmanager
def influx_store(influx: Influx) -> Iterator[InfluxStore]:
    buckets = Buckets(
        raw="zaindu_raw",
        rollup="zaindu_rollup",
        indicators="zaindu_indicators",
        raw_retention_days=1096,
        rollup_retention_days=3653,
        indicators_retention_days=0,
    )
    store = InfluxStore(url=influx.url, org=influx.org, token=influx.token, buckets=buckets)
    yield store
    store.close()


def stored_numbers(store: InfluxStore) -> list[int]:
    """Every stored number, sorted; one that is there twice is listed twice."""
    whole = Period(FIRST - timedelta(days=1), FIRST + timedelta(days=2))
    return sorted(
        int(value)
        for n in range(METERS)
        for value in store.read(f"m{n}", "energy.Total", whole)["value"]
    )


def await_all(influx: Influx, expected: int, seconds: float) -> list[int]:
    """Return the stored numbers once there are as many as expected, or the time is up."""
    until = time.monotonic() + seconds
    with influx_store(influx) as store:
        while len(stored := stored_numbers(store)) < expected and time.monotonic() < until:
            time.sleep(0.5)
    return stored


def await_subscription(log: Path) -> None:
    """Before the first subscription no broker keeps anything for anybody."""
    until = time.monotonic() + 30
    while "connected to the broker" not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)
    time.sleep(0.5)


def assert_nothing_is_left(folder: Path) -> None:
    """Check that nothing waits on disk, nothing was buried, and every message is accounted for."""
    assert not list((folder / "data" / "spool").glob("*.spool"))
    records = open_records(f"sqlite:///{next((folder / 'data').rglob('records.sqlite'))}")
    try:
        assert records.dead_letters.count() == 0
        counters = json.loads(records.jobs.note("ingest.counters.under-test") or "{}")
        assert counters["spooled"] == counters["in_hand"] == counters["returned"] == 0
        settled = ("stored", "duplicate", "dead_lettered", "without_reading")
        assert counters["received"] + counters["recovered"] == sum(counters[k] for k in settled)
    finally:
        records.close()
