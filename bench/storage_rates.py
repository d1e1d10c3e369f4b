"""How many readings a second each store takes, against bare SQLite.

The reference is `sqlite3.executemany` of plain tuples into a plain table, in
the same batches with the same durability: what the interpreter, the C library
and the disk allow. Run `python -m bench.storage_rates` from the repository.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import report
from domain.readings import Reading
from storage.embedded import EmbeddedStore
from storage.influx import Buckets, InfluxStore
from storage.ports import ReadingStore

READINGS = 200_000
BATCH = 4_000
_START = datetime(2026, 1, 1, tzinfo=UTC)


def some_readings() -> list[Reading]:
    """Make readings of twelve meters, in the order in which they would arrive."""
    return [
        Reading(
            meter_id=f"meter-{n % 12}",
            register="energy.EAST",
            taken_at=_START + timedelta(seconds=5 * n),
            value=n * 0.1,
            source="shelly",
            received_at=_START + timedelta(seconds=5 * n + 1),
        )
        for n in range(READINGS)
    ]


def rate(rows: Sequence[object], write: Callable[[Sequence[object]], object]) -> float:
    """Return rows a second that `write` takes in batches."""
    start = time.perf_counter()
    for first in range(0, len(rows), BATCH):
        write(rows[first : first + BATCH])
    return len(rows) / (time.perf_counter() - start)


def bare_sqlite(folder: Path, readings: Sequence[Reading]) -> float:
    """Return rows a second of `executemany` into a plain table."""
    connection = sqlite3.connect(folder / "bare.sqlite")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE reading (meter, register, time, value, quality, received)")
    rows = [
        (r.meter_id, r.register, r.taken_at.timestamp(), r.value, int(r.quality), 0.0)
        for r in readings
    ]

    def write(batch: Sequence[object]) -> None:
        with connection:
            connection.executemany("INSERT INTO reading VALUES (?, ?, ?, ?, ?, ?)", batch)

    found = rate(rows, write)
    connection.close()
    return found


def of_store(store: ReadingStore, readings: Sequence[Reading]) -> float:
    """Return readings a second that a store takes."""
    store.prepare()
    store.write(readings[:1])
    try:
        return rate(readings, store.write)  # type: ignore[arg-type]  # the rate only hands batches on
    finally:
        store.close()


def measure() -> None:
    """Print one line a store; InfluxDB when ZAINDU_BENCH_INFLUX_URL and …_TOKEN say where."""
    readings = some_readings()
    url = os.environ.get("ZAINDU_BENCH_INFLUX_URL")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = bare_sqlite(folder, readings)
        report.line("bare sqlite3.executemany", f"{bare:,.0f} rows/s")
        embedded = of_store(EmbeddedStore(folder / "embedded.sqlite"), readings)
        _print("embedded store", embedded, bare)
    if url:
        _print("InfluxDB store", of_store(_influx(url), readings), bare)


def _print(what: str, found: float, bare: float) -> None:
    report.line(
        what, f"{found:,.0f} readings/s", ratio=found / bare, reference="bare sqlite3.executemany"
    )


def _influx(url: str) -> InfluxStore:
    buckets = Buckets(
        raw="bench_raw",
        rollup="bench_rollup",
        indicators="bench_indicators",
        raw_retention_days=0,
        rollup_retention_days=0,
        indicators_retention_days=0,
    )
    return InfluxStore(
        url=url,
        org=os.environ.get("ZAINDU_BENCH_INFLUX_ORG", "zaindu"),
        token=os.environ["ZAINDU_BENCH_INFLUX_TOKEN"],
        buckets=buckets,
    )


if __name__ == "__main__":
    measure()
