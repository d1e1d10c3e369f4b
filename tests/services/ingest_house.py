"""`zaindu ingest` as it is run in production, between a real broker and a real InfluxDB."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from domain.ingest_counters import NOTES, read_counters
from domain.periods import Period
from domain.tallies import ANY_METER, DayTally, added_up
from storage.influx import Buckets, InfluxStore
from storage.ports import Records
from storage.records import open_records
from tests.services.servers import Influx, Mosquitto

ROOT = Path(__file__).resolve().parents[2]
METERS = 10
RAW = "zaindu_raw"
FIRST = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)


def configuration(
    folder: Path,
    broker: Mosquitto,
    influx: Influx,
    *,
    influx_url: str = "",
    client_id: str = "under-test",
    tables: Mapping[str, str] | None = None,
) -> Path:
    """Write a configuration of ten meters.

    Args:
        folder: Where to write it, and where its data goes.
        broker: Whose messages are taken.
        influx: Where readings go.
        influx_url: When something stands before InfluxDB.
        client_id: The name of the session.
        tables: What some tables say besides, by their names.
    """
    folder.mkdir(exist_ok=True)
    said = {
        "site": f'name = "Test"\ndata_dir = "{folder / "data"}"',
        "mqtt": f'port = {broker.port}\nclient_id = "{client_id}"',
        "ingest": "",
        "storage": 'readings = "influx"',
        "storage.influx": f'url = "{influx_url or influx.url}"\norg = "zaindu"',
    }
    said |= {name: f"{said[name]}\n{lines}" for name, lines in (tables or {}).items()}
    declared = "".join(f"[{name}]\n{lines}\n" for name, lines in said.items())
    meters = "".join(
        f'[[buildings.meters]]\nid = "m{n}"\nname = "Meter {n}"\ncommodity = "electricity"\n'
        f'[buildings.meters.source]\nfamily = "tasmota"\ndevice = "plug-{n}"\n'
        for n in range(METERS)
    )
    path = folder / "config.toml"
    path.write_text(
        f'{declared}[[buildings]]\nid = "b"\nname = "B"\nuse = "office"\n'
        f"floor_area_m2 = 100.0\n{meters}"
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
        return self.whole_log()[-4000:]

    def whole_log(self) -> str:
        return (self.config.parent / "ingest.log").read_text(errors="replace")

    def await_word(self, text: str, seconds: float = 60) -> None:
        """Return once it said so."""
        assert await_true(lambda: text in self.whole_log(), seconds), (text, self.log())


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
    published_at: list[tuple[int, float]] = field(default_factory=list)
    """How many there were, and when the last of them was sent [s]."""

    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def start(self) -> None:
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def finish(self) -> int:
        """Stop, and return how many messages the broker has confirmed."""
        assert self.thread is not None
        self.stop.set()
        self.thread.join(60)
        assert not self.thread.is_alive()
        return self.published

    def run(self) -> None:
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id="publisher")
        confirmed: set[int] = set()
        # Not by waiting for each: a broker that restarts meanwhile makes that fail.
        client.on_publish = lambda _c, _u, mid, *_: confirmed.add(mid)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        while not self.stop.is_set():
            sent = {
                client.publish(*message(self.published + n), qos=1).mid
                for n in range(self.per_second // 10)
            }
            sent_at_s = time.monotonic()
            # A broker that hands over millions of messages reads nothing meanwhile.
            assert await_true(lambda: sent <= confirmed, 120), "the broker does not confirm"  # noqa: B023
            confirmed -= sent
            self.published += len(sent)
            self.published_at.append((self.published, sent_at_s))
            time.sleep(0.1)
        client.disconnect()
        client.loop_stop()


def publish(port: int, messages: Iterable[tuple[str, str | bytes]]) -> None:
    """Publish messages at QoS 1; the broker has each of them on return."""
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    infos = [client.publish(topic, payload, qos=1) for topic, payload in messages]
    for info in infos:
        info.wait_for_publish(60)
        assert info.is_published()
    client.disconnect()
    client.loop_stop()


def message(number: int) -> tuple[str, str]:
    """Return the numbered reading: its number is its value, and tells meter and time."""
    meter, place = number % METERS, number // METERS
    at = (FIRST + timedelta(seconds=place)).astimezone(ZoneInfo("Europe/Paris"))
    body = {"Time": at.strftime("%Y-%m-%dT%H:%M:%S"), "ENERGY": {"Total": float(number)}}
    return f"tele/plug-{meter}/SENSOR", json.dumps(body)


@contextmanager
def publishing(port: int, per_second: int, *, first: int = 0) -> Iterator[Publisher]:
    """Publish meanwhile; `finish` says up to which number, and is called anyway."""
    publisher = Publisher(port, per_second, published=first)
    publisher.start()
    try:
        yield publisher
    finally:
        publisher.finish()


@contextmanager
def influx_store(influx: Influx, raw: str = RAW) -> Iterator[InfluxStore]:
    buckets = Buckets(
        raw=raw,
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


def await_all(influx: Influx, expected: int, seconds: float, raw: str = RAW) -> list[int]:
    """Return the stored numbers once there are as many as expected, or the time is up."""
    until = time.monotonic() + seconds
    with influx_store(influx, raw) as store:
        while len(stored := stored_numbers(store)) < expected and time.monotonic() < until:
            time.sleep(0.5)
    return stored


def await_true(is_true: Callable[[], bool], seconds: float = 60) -> bool:
    """Return whether something came true in that time."""
    until = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def assert_all_is_stored(ingest: Ingest, influx: Influx, published: int, *, raw: str = RAW) -> None:
    """Check that every number published is in the store, once."""
    stored = await_all(influx, published, 120, raw)
    missing = sorted(set(range(published)) - set(stored))
    assert stored == list(range(published)), f"missing {missing[:9]} {ingest.log()}"


def await_subscription(log: Path) -> None:
    """Before the first subscription no broker keeps anything for anybody."""
    until = time.monotonic() + 30
    while "connected to the broker" not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)
    time.sleep(0.5)


@contextmanager
def records_of(folder: Path) -> Iterator[Records]:
    """Open the records of a configuration's data folder."""
    records = open_records(f"sqlite:///{folder / 'data' / 'records.sqlite'}")
    try:
        yield records
    finally:
        records.close()


def assert_nothing_is_left(
    folder: Path, *, buried: int | None = 0, unreadable: int = 0, client_id: str = "under-test"
) -> DayTally:
    """Check that nothing waits on disk and every message is accounted for.

    Args:
        folder: Where the configuration is.
        buried: How many dead letters there must be; None: however many.
        unreadable: How many messages the disk must have damaged, as the last process knows.
        client_id: The name of the session.

    Returns:
        The tallies of every day, together.
    """
    assert not list((folder / "data" / "spool").glob("*.spool"))
    with records_of(folder) as records:
        assert buried in (None, records.dead_letters.count())
        (counters,) = read_counters({NOTES: records.jobs.note(f"{NOTES}.{client_id}") or "{}"})
        assert counters.unaccounted == 0
        assert counters.spooled == counters.in_hand == counters.returned == 0
        assert counters.unreadable == unreadable
        tallies = records.tallies.between(date.min, date.max)
    assert [tally for tally in tallies if tally.unaccounted] == []
    (whole,) = added_up(
        replace(tally, day=date.min) for tally in tallies if tally.meter_id == ANY_METER
    )
    assert whole.spooled == 0
    return whole
