"""The whole web server with walls made by hand, on a free port."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dashboard.app import build_app
from domain.sites import Portfolio
from domain.snapshots import Verdict, WallSnapshot
from settings.model import Settings, SiteSettings
from storage.embedded import EmbeddedStore
from storage.ports import Records
from storage.records import open_records
from tests.dashboard import walls
from tests.dashboard.house import OFFICE, SCHOOL, SECRET, TOWN_HALL, serving


@dataclass(frozen=True)
class WallHouse:
    """A running server and what it reads."""

    url: str
    records: Records


def fresh(verdict: Verdict = Verdict.BETTER) -> WallSnapshot:
    """A snapshot whose newest reading is four minutes old, whatever the hour."""
    now = datetime.now(UTC)
    lag = now - walls.NOW
    made = walls.snapshot(verdict)
    return replace(
        made,
        made_at=made.made_at + lag,
        measured_at=now - timedelta(minutes=4, seconds=5),
        nudge=replace(walls.nudge(), until=now + timedelta(hours=6)),
    )


@contextmanager
def open_wall_house(folder: Path) -> Iterator[WallHouse]:
    """Serve three buildings: the school has a snapshot, the others have none yet."""
    readings = EmbeddedStore(folder / "readings.sqlite")
    readings.prepare()
    records = open_records(f"sqlite:///{folder / 'records.sqlite'}")
    with closing(readings), closing(records):
        records.portfolio.apply_config(Portfolio(buildings=(SCHOOL, TOWN_HALL, OFFICE)))
        snapshot = fresh()
        if snapshot.nudge:
            records.nudges.add(snapshot.nudge)
        records.snapshots.put(snapshot)
        server = build_app(
            settings=Settings(site=SiteSettings(name="Ville de Bayonne")),
            readings=readings,
            records=records,
            secret_key=SECRET,
        )
        with serving(server) as url:
            yield WallHouse(url, records)
