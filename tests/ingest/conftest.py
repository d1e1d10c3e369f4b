"""What ingest's tests build on: embedded stores, a small portfolio, messages."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.messages import RawMessage
from domain.meters import Commodity, Meter, Source
from domain.periods import Period
from domain.sites import Building, Portfolio
from settings.model import IngestSettings, Settings, SiteSettings
from storage.embedded import EmbeddedStore
from storage.ports import ReadingStore, Records
from storage.records import open_records

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

SCHOOL = Building(id="school", name="School", floor_area_m2=1000.0)
LIGHTING = Meter(
    id="lighting",
    building_id="school",
    name="Lighting",
    commodity=Commodity.ELECTRICITY,
    source=Source(family="tasmota", device="plug"),
    cadence=timedelta(minutes=5),
)


def portfolio_of(*meters: Meter) -> Portfolio:
    return Portfolio(buildings=(SCHOOL,), meters=meters)


def tasmota(
    total_kwh: object, at: str = "2026-03-10T12:55:00", *, device: str = "plug", power: object = 60
) -> RawMessage:
    """A Tasmota message whose local time is 11:55 UTC unless told."""
    total = total_kwh if isinstance(total_kwh, str) else repr(total_kwh)
    text = f'{{"Time":"{at}","ENERGY":{{"Total":{total},"Power":{power}}}}}'
    return RawMessage(f"tele/{device}/SENSOR", text.encode(), NOON)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        site=SiteSettings(name="Test", data_dir=tmp_path),
        ingest=IngestSettings(max_payload_kb=4, dead_letter_max_days=36_500),
    )


@pytest.fixture
def readings(tmp_path: Path) -> Iterator[ReadingStore]:
    store = EmbeddedStore(tmp_path / "readings.sqlite")
    store.prepare()
    yield store
    store.close()


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    kept = open_records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    kept.portfolio.apply_config(portfolio_of(LIGHTING))
    yield kept
    kept.close()


@pytest.fixture
def totals(readings: ReadingStore) -> Callable[[], list[float]]:
    """The stored indexes of the lighting meter, by time."""

    def read() -> list[float]:
        period_start, period_end = NOON - timedelta(days=400), NOON + timedelta(days=400)
        frame = readings.read("lighting", "energy.Total", Period(period_start, period_end))
        return [float(value) for value in frame["value"]]

    return read
