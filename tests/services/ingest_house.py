"""`zaindu ingest` as it is run in production, between a real broker and a real InfluxDB."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from domain.ingest_counters import NOTES, read_counters
from domain.periods import Period
from domain.tallies import ANY_METER, DayTally, added_up
from storage.influx import Buckets, InfluxStore
from storage.ports import Records
from storage.records import open_records
from tests.services.numbered_messages import FIRST, METERS, await_true
from tests.services.servers import Influx, Mosquitto

ROOT = Path(__file__).resolve().parents[2]
RAW = "zaindu_raw"


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
