"""How fast history goes in: decoding, resolving, storing, marking what changed."""

import sqlite3
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bench import report
from domain.periods import Period
from ingest.pipeline import Pipeline
from scheduler.service import Scheduler
from sensors_sim.simulation import Simulation
from settings.loading import load_settings
from settings.portfolio import portfolio_of
from storage.embedded import EmbeddedStore
from storage.records import open_records
from tests.services.product import ROOT

DAYS = 60
BATCH = 5000


def measure() -> None:
    """Print readings per second against the same rows by a bare `executemany`."""
    settings = load_settings(ROOT / "config.toml")
    portfolio = portfolio_of(settings)
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    simulation = Simulation(portfolio, settings.simulator.seed, mappings=settings.mappings)
    started = time.monotonic()
    messages = list(
        simulation.messages(Period(now - timedelta(days=DAYS), now), timedelta(minutes=10))
    )
    report.line("simulated messages", f"{len(messages) / (time.monotonic() - started):,.0f} /s")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        readings = EmbeddedStore(folder / "readings.sqlite")
        readings.prepare()
        records = open_records(f"sqlite:///{folder / 'records.sqlite'}")
        records.portfolio.apply_config(portfolio)
        pipeline = Pipeline(settings, records.portfolio.portfolio, readings, records)
        started = time.monotonic()
        remaining = iter(messages)
        while batch := list(islice(remaining, BATCH)):
            pipeline.handle(batch)
        taken = time.monotonic() - started
        stored = _rows(folder / "readings.sqlite")
        bare = _bare_rate(folder / "bare.sqlite", stored)
        report.line(
            f"back-fill of {stored:,} readings",
            f"{stored / taken:,.0f} /s",
            ratio=stored / taken / bare,
            reference="bare sqlite3.executemany",
        )
        started = time.monotonic()
        Scheduler(settings, readings, records).run_once(now)
        report.line(
            f"roll-ups, indicators, walls of {DAYS} days", f"{time.monotonic() - started:.1f} s"
        )
        records.close()
        readings.close()


def _rows(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        return int(connection.execute("SELECT count(*) FROM reading").fetchone()[0])


def _bare_rate(file: Path, rows: int) -> float:
    values = [("meter", "register", n, float(n), 0.0, 0, "source", n) for n in range(rows)]
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(
        "CREATE TABLE plain (meter, register, time, value, duration, quality, source, received,"
        " PRIMARY KEY (meter, register, time)) WITHOUT ROWID"
    )
    started = time.monotonic()
    for start in range(0, rows, BATCH):
        with connection:
            connection.executemany(
                "INSERT OR REPLACE INTO plain VALUES (?,?,?,?,?,?,?,?)",
                values[start : start + BATCH],
            )
    taken = time.monotonic() - started
    connection.close()
    return rows / taken
