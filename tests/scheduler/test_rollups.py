"""Whatever the order of arrival, the roll-up says what the readings say."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.events import Event, EventKind
from domain.meters import Commodity, Meter
from domain.periods import Period, floor_hour
from domain.readings import Reading
from domain.sites import Building, Portfolio
from scheduler.definitions import Definitions
from scheduler.rollups import Rollups
from storage.embedded import EmbeddedStore
from storage.ports import Step
from storage.records import SqlRecords, open_records

START = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
"""A few hours before the clocks go forward in Paris."""

TOWN_HALL = Building(id="hall", name="Town hall", floor_area_m2=1000)
MAIN = Meter(
    id="main", building_id="hall", name="Main", commodity=Commodity.ELECTRICITY,
    cadence=timedelta(minutes=10), rollover_at=1000.0, max_rate=200.0,
)  # fmt: skip
PORTFOLIO = Portfolio(buildings=(TOWN_HALL,), meters=(MAIN,))
WHOLE = Period(START - timedelta(days=2), START + timedelta(days=6))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlRecords]:
    opened = open_records(f"sqlite:///{tmp_path_factory.mktemp('records')}/records.sqlite")
    yield opened
    opened.close()


@contextmanager
def _empty_store() -> Iterator[EmbeddedStore]:
    with TemporaryDirectory() as folder:
        store = EmbeddedStore(Path(folder) / "readings.sqlite")
        store.prepare()
        yield store
        store.close()


def _arrive(store: EmbeddedStore, records: SqlRecords, readings: Sequence[Reading]) -> None:
    store.write(readings)
    records.dirty.mark((r.meter_id, floor_hour(r.taken_at)) for r in readings)


def _roll(store: EmbeddedStore, records: SqlRecords, batch: int = 10_000) -> None:
    rollups = Rollups(store, records.dirty, lambda *_: None, batch=batch)
    assert rollups.run(PORTFOLIO, {})
    assert records.dirty.count() == 0


def _index(minute: int, kwh: float, register: str = "energy.EAST") -> Reading:
    return Reading(
        meter_id="main", register=register, taken_at=START + timedelta(minutes=minute), value=kwh
    )


def _told(store: EmbeddedStore) -> list[pd.DataFrame]:
    return [store.read_rollup("main", step, WHOLE) for step in (Step.HOUR, Step.DAY)]


@st.composite
def _histories(draw: st.DrawFn) -> list[Reading]:
    """An index with dips, resets, rollovers, spikes and silences of up to a day."""
    minute, value, readings = 0, draw(st.sampled_from([0.0, 500.0, 990.0])), []
    registers = draw(st.sampled_from([("energy.EAST",), ("energy.HCHC", "energy.HCHP")]))
    for _ in range(draw(st.integers(2, 24))):
        minute += draw(st.sampled_from([1, 5, 10, 10, 10, 30, 60, 61, 300, 1500]))
        value += draw(st.sampled_from([0.0, 0.1, 2.5, 2.5, -0.1, 40.0, -value, 900.0]))
        value = value - 1000.0 if value >= 1000.0 else max(value, 0.0)
        readings += [_index(minute, value + 3 * i, r) for i, r in enumerate(registers)]
    return readings


@given(_histories(), st.randoms(use_true_random=False), st.sampled_from([3, 10_000]))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_order_of_arrival_and_any_batching_give_the_same_rollup(
    records: SqlRecords, readings: list[Reading], chance: random.Random, batch: int
) -> None:
    with _empty_store() as store:
        _arrive(store, records, readings)
        _roll(store, records)
        on_time = _told(store)
    late = readings + chance.sample(readings, k=len(readings) // 3)
    chance.shuffle(late)
    with _empty_store() as store:
        while late:
            count = chance.randint(1, len(late))
            _arrive(store, records, late[:count])
            late = late[count:]
            if chance.random() < 0.5:
                _roll(store, records, batch)
        _roll(store, records, batch)
        healed = _told(store)
    for expected, told in zip(on_time, healed, strict=True):
        pd.testing.assert_frame_equal(told, expected, check_exact=True)


def test_what_is_rolled_up_is_what_the_index_counted(records: SqlRecords) -> None:
    with _empty_store() as store:
        _arrive(store, records, [_index(10 * n, 100 + 0.5 * n) for n in range(13)])
        _roll(store, records)
        hours, days = _told(store)
    assert hours["value"].tolist() == [3.0, 3.0]
    assert hours["coverage"].tolist() == [1.0, 1.0]
    assert days["value"].sum() == 6.0


def test_a_register_started_over_by_a_tariff_change_goes_on_as_one_total(
    records: SqlRecords,
) -> None:
    single = [_index(10 * n, 100 + n, "energy.BASE") for n in range(7)]
    double = [
        _index(60 + 10 * n, value, register)
        for n in range(7)
        for register, value in (("energy.HCHC", 50.0), ("energy.HCHP", 200.0 + n))
    ]
    with _empty_store() as store:
        _arrive(store, records, single + double)
        _roll(store, records)
        hours, _ = _told(store)
    assert hours["value"].tolist() == [6.0, 6.0]


def test_a_silent_register_leaves_the_hour_uncovered_not_smaller(records: SqlRecords) -> None:
    quiet = [_index(n, 10.0 + n / 10, "energy.HCHC") for n in (0, 10, 20, 180)]
    steady = [_index(10 * n, 20.0 + n, "energy.HCHP") for n in range(19)]
    with _empty_store() as store:
        _arrive(store, records, quiet + steady)
        _roll(store, records)
        hours, _ = _told(store)
    assert hours["coverage"].iloc[0] == pytest.approx(1 / 3)
    assert hours["value"].iloc[0] == pytest.approx(4.0)
    assert hours["unplaced"].iloc[-1] == pytest.approx(16.0 + 16.0)


def test_a_replacement_recorded_later_makes_the_past_be_rolled_up_anew(
    records: SqlRecords,
) -> None:
    swap = Event(
        id="swap", building_id="hall", kind=EventKind.METER_SWAP, meter_id="main",
        start=START + timedelta(minutes=55), end=START + timedelta(minutes=55), text="",
    )  # fmt: skip
    with _empty_store() as store:
        definitions = Definitions(store, records)
        assert definitions.swaps(PORTFOLIO)["main"] == []
        _arrive(store, records, [_index(10 * n, 100 + n) for n in range(13)])
        _roll(store, records)
        records.events.add(swap)
        swaps = definitions.swaps(PORTFOLIO)
        assert records.dirty.count() == 3
        Rollups(store, records.dirty, lambda *_: None).run(PORTFOLIO, swaps)
        hours, _ = _told(store)
    assert hours["value"].tolist() == [5.0, 6.0]
    assert hours["coverage"].iloc[0] == pytest.approx(5 / 6)
