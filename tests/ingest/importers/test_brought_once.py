"""The same days from several files, through the door and the roll-up: counted once."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.imports import ImportWish, TableWish
from domain.meters import Commodity, Meter
from domain.periods import Period
from domain.readings import Reading
from domain.registers import Accumulation
from domain.sites import Building, Portfolio
from ingest.importers.bringing import Brought, bring, check_fit
from ingest.importers.examination import Examiner
from ingest.importers.keeping import Keeper
from ingest.importers.left_out import left_out_lines, with_left_out
from scheduler.rollups import Rollups
from settings.model import IngestSettings
from storage.embedded import EmbeddedStore
from storage.ports import Step
from storage.records import SqlRecords, open_records

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HALL = Building(id="hall", name="Town hall", floor_area_m2=1000)
MAIN = Meter(
    id="main",
    building_id="hall",
    name="Main",
    commodity=Commodity.ELECTRICITY,
    cadence=timedelta(minutes=30),
)
PORTFOLIO = Portfolio(buildings=(HALL,), meters=(MAIN,))
FIRST, AFTER = date(2026, 3, 27), date(2026, 3, 31)
"""Four days, of which the third has 23 hours."""

SPAN = Period.of_days(FIRST, AFTER, HALL.zone)
HALVES = int(SPAN.hours * 2)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlRecords]:
    opened = open_records(f"sqlite:///{tmp_path_factory.mktemp('records')}/records.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def stores(tmp_path: Path, records: SqlRecords) -> Iterator[tuple[EmbeddedStore, SqlRecords]]:
    store = EmbeddedStore(tmp_path / "readings.sqlite")
    store.prepare()
    yield store, records
    records.dirty.clear(records.dirty.pending())
    store.close()


def table(folder: Path, kind: str) -> tuple[Path, TableWish]:
    """One kilowatt-hour each half-hour: as half-hours, as days, as an index at midnight."""
    step = timedelta(minutes=30)
    if kind == "halves":
        rows = [f"{SPAN.start + n * step:%Y-%m-%dT%H:%M:%S+00:00};1" for n in range(HALVES)]
    else:
        days = [FIRST + timedelta(days=n) for n in range((AFTER - FIRST).days + 1)]
        edges = [Period.of_day(day, HALL.zone).start for day in days]
        told = [int((edge - SPAN.start) / step) for edge in edges]
        used = [b - a for a, b in itertools.pairwise(told)]
        rows = [
            f"{day};{n}" for day, n in zip(days, told if kind == "index" else used, strict=False)
        ]
    path = folder / f"{kind}.csv"
    path.write_text("Heure;kWh\n" + "\n".join(rows))
    accumulation = Accumulation.CUMULATIVE if kind == "index" else Accumulation.DELTA
    return path, TableWish(
        time_headers=("Heure",), value_header="kWh", unit="kWh", accumulation=accumulation
    )


def brought(stores: tuple[EmbeddedStore, SqlRecords], folder: Path, kind: str) -> Brought:
    """Bring a file, once its preview told what becomes of it."""
    store, records = stores
    path, wish = table(folder, kind)
    examiner = Examiner(PORTFOLIO, store, IngestSettings(), clock=lambda: NOW)
    examined = examiner.examine(path, ImportWish(meter_id="main", table=wish))
    check_fit(examined.found, path.name, keep_good=False)
    told = with_left_out(path, examined)
    done = bring(path, examined, Keeper(store, records.dirty))
    assert told.series[0].kept_by("main") == done.by_meter["main"]
    assert told.feeds_nothing_new == (not done.by_meter["main"])
    assert told.remarks == (*examined.found.remarks, *left_out_lines(done.left_out))
    return done


def counted_kwh(stores: tuple[EmbeddedStore, SqlRecords]) -> float:
    """Return what the roll-up says was used in the four days."""
    store, records = stores
    assert Rollups(store, records.dirty, lambda *_: None).run(PORTFOLIO, {})
    days = store.read_rollup("main", Step.DAY, Period(SPAN.start, SPAN.end + timedelta(days=1)))
    return float(days["value"].sum() + days["unplaced"].sum())


@pytest.mark.parametrize("order", list(itertools.permutations(("halves", "days", "index"))))
def test_whatever_the_order_of_the_files_a_kilowatt_hour_is_counted_once(
    stores: tuple[EmbeddedStore, SqlRecords], tmp_path: Path, order: tuple[str, ...]
) -> None:
    for kind in order:
        brought(stores, tmp_path, kind)
        assert counted_kwh(stores) == pytest.approx(HALVES)


def test_the_same_file_twice_is_the_same_rows(
    stores: tuple[EmbeddedStore, SqlRecords], tmp_path: Path
) -> None:
    first = brought(stores, tmp_path, "halves")
    again = brought(stores, tmp_path, "halves")
    assert first.by_meter == again.by_meter == {"main": HALVES}
    assert len(stores[0].read("main", "energy_delta.file", SPAN)) == HALVES


def test_days_after_their_half_hours_say_that_they_are_left_out(
    stores: tuple[EmbeddedStore, SqlRecords], tmp_path: Path
) -> None:
    brought(stores, tmp_path, "halves")
    days = brought(stores, tmp_path, "days")
    assert not days.by_meter["main"]
    assert days.left_out == {"the meter holds shorter intervals of the same time": 4}


def test_a_past_ends_where_the_meters_own_index_begins(
    stores: tuple[EmbeddedStore, SqlRecords], tmp_path: Path
) -> None:
    store, records = stores
    live = [SPAN.start + timedelta(days=2) + n * timedelta(minutes=30) for n in range(96)]
    store.write(
        [
            Reading(meter_id="main", register="energy.EAST", taken_at=at, value=500 + n)
            for n, at in enumerate(live)
        ]
    )
    records.dirty.mark(("main", at.replace(minute=0)) for at in live)
    brought(stores, tmp_path, "halves")
    assert counted_kwh(stores) == pytest.approx(2 * 48 + 95)
