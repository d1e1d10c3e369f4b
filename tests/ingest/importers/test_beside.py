"""What of a file is left out beside what a meter holds already."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.meters import Commodity, Meter
from domain.periods import Period
from domain.readings import Reading
from domain.registers import Accumulation, Quantity
from ingest.importers.beside import Beside
from ingest.importers.series import Series
from storage.embedded import EmbeddedStore

DAY = datetime(2026, 1, 1, tzinfo=UTC)
DAY_US = int(DAY.timestamp()) * 1_000_000
METER = Meter(id="main", building_id="school", name="Main", commodity=Commodity.ELECTRICITY)
FILE = "energy_delta.file"
HOUR_US = 3_600_000_000


def deltas(*spans: tuple[float, float]) -> Series:
    """Intervals from one hour to another."""
    start = np.array([int(DAY_US + a * HOUR_US) for a, _ in spans], dtype=np.int64)
    return Series(
        point="p",
        register="EA",
        quantity=Quantity.ENERGY,
        unit="kWh",
        accumulation=Accumulation.DELTA,
        time_us=start,
        value=np.ones(len(spans)),
        duration_s=np.array([(b - a) * 3600 for a, b in spans]),
        quality=np.zeros(len(spans), dtype=np.int8),
    )


def indexes(*hours: float) -> Series:
    return Series(
        point="p",
        register="EA T",
        quantity=Quantity.ENERGY,
        unit="kWh",
        accumulation=Accumulation.CUMULATIVE,
        time_us=np.array([int(DAY_US + h * HOUR_US) for h in hours], dtype=np.int64),
        value=np.ones(len(hours)),
        duration_s=np.zeros(len(hours)),
        quality=np.zeros(len(hours), dtype=np.int8),
    )


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return fresh(tmp_path)


def fresh(folder: Path) -> EmbeddedStore:
    opened = EmbeddedStore(folder / "readings.sqlite")
    opened.prepare()
    return opened


def hold(store: EmbeddedStore, register: str, *spans: tuple[float, float]) -> None:
    """Store intervals; an index where both hours are the same."""
    store.write(
        [
            Reading(
                meter_id="main",
                register=register,
                taken_at=DAY + timedelta(hours=a),
                value=1,
                duration_s=(b - a) * 3600,
            )
            for a, b in spans
        ]
    )


def clear(store: EmbeddedStore, series: Series, register: str = FILE) -> list[bool]:
    kept, _ = Beside(METER, store).clear(series, register, [register])
    return [bool(flag) for flag in kept]


def test_an_empty_meter_takes_everything(store: EmbeddedStore) -> None:
    assert clear(store, deltas((0, 1), (1, 2))) == [True, True]
    assert clear(store, deltas()) == []


def test_the_same_file_again_replaces_itself(store: EmbeddedStore) -> None:
    spans = [(h / 2, h / 2 + 0.5) for h in range(48)]
    hold(store, FILE, *spans)
    assert all(clear(store, deltas(*spans)))


def test_a_day_is_not_laid_over_its_own_half_hours(store: EmbeddedStore) -> None:
    hold(store, FILE, *((h / 2, h / 2 + 0.5) for h in range(48)))
    assert clear(store, deltas((-24, 0), (0, 24), (24, 48))) == [True, False, True]


def test_a_day_is_not_laid_over_the_one_half_hour_that_is_known_of_it(store: EmbeddedStore) -> None:
    hold(store, FILE, (12, 12.5))
    assert clear(store, deltas((0, 24), (24, 48))) == [False, True]


def test_half_hours_replace_a_day_that_begins_with_them(store: EmbeddedStore) -> None:
    hold(store, FILE, (0, 24), (24, 48))
    halves = [(h / 2, h / 2 + 0.5) for h in range(48)]
    assert all(clear(store, deltas(*halves)))


def test_half_hours_in_the_middle_of_a_day_already_told_are_left_out(store: EmbeddedStore) -> None:
    hold(store, FILE, (0, 24))
    series = deltas((12, 12.5), (12.5, 13), (24, 24.5))
    kept, why = Beside(METER, store).clear(series, FILE, [FILE])
    assert kept.tolist() == [False, False, True]
    assert why == {"the meter holds longer intervals that begin before them": 2}


def test_a_long_interval_that_began_long_before_is_seen(store: EmbeddedStore) -> None:
    hold(store, FILE, (-700, 20))
    assert clear(store, deltas((10, 11), (20, 21))) == [False, True]


def test_history_stops_where_the_meters_own_counter_begins(store: EmbeddedStore) -> None:
    hold(store, "energy_delta.frame", (10, 11), (11, 12))
    assert clear(store, deltas((8, 9), (9, 10), (10, 11), (20, 21))) == [True, True, False, False]


def test_a_file_may_go_on_where_a_dead_counter_ended(store: EmbeddedStore) -> None:
    hold(store, "energy_delta.frame", (0, 1), (1, 2))
    assert clear(store, deltas((2, 3), (3, 4))) == [True, True]


def test_one_index_ends_before_another_begins(store: EmbeddedStore) -> None:
    hold(store, "energy.EAST", (10, 10), (11, 11))
    assert clear(store, indexes(8, 9, 10.5), "energy.file") == [True, True, False]


def test_an_index_does_not_hide_a_load_curve_nor_its_next_delivery(store: EmbeddedStore) -> None:
    hold(store, FILE, (10, 11), (11, 12))
    in_a_month = 12 + 31 * 24
    hours = indexes(0, 11, 24, in_a_month)
    assert clear(store, hours, "energy.file") == [False, False, False, True]


def test_other_quantities_do_not_matter(store: EmbeddedStore) -> None:
    hold(store, "power.PAPP", (0, 0), (1, 1))
    hold(store, "carbon_intensity.taux_co2", (0, 0), (1, 1))
    assert clear(store, deltas((0, 1))) == [True]


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_whatever_comes_in_whatever_order_no_hour_is_told_twice(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Files of several steps over the same days, one after the other."""
    store = fresh(tmp_path_factory.mktemp("beside"))
    for _ in range(data.draw(st.integers(1, 4))):
        step = data.draw(st.sampled_from([1, 2, 6, 24]))
        first = data.draw(st.integers(0, 3)) * 24 // step
        count = data.draw(st.integers(1, 48 // step))
        spans = [((first + n) * step, (first + n + 1) * step) for n in range(count)]
        kept = clear(store, deltas(*spans))
        hold(store, FILE, *(span for span, good in zip(spans, kept, strict=True) if good))
    span = Period(DAY - timedelta(days=9), DAY + timedelta(days=99))
    frame = store.read("main", FILE, span)
    told: set[int] = set()
    for at, length in zip(frame.index, frame["duration_s"], strict=True):
        first = int((at - DAY) / timedelta(hours=1))
        hours = range(first, first + int(length // 3600))
        assert told.isdisjoint(hours)
        told.update(hours)
    store.close()
