"""What every store of readings must do, held against each of them."""

import itertools
import math
import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import StorageRejected
from domain.indicators import Grain, IndicatorName, IndicatorValue
from domain.meters import Commodity
from domain.periods import HOUR, Period
from domain.readings import Quality, Reading
from storage.ports import READING_COLUMNS, ROLLUP_COLUMNS, ReadingStore, Step

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
DAY = Period(NOON - 12 * HOUR, NOON + 12 * HOUR)
REGISTER = "energy.EAST"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOSTILE_IDS = (
    "école du Marché",
    "a b,c=d",
    'quote " and \\',
    "ends with a backslash\\",
    "line\nbreak\r\ttab",
    '") |> drop() //',
    "${r.meter}",
    "100%25",
    "# not a comment",
    "001",
    "NA",
    "🏫\u2028'",
)


def reading(
    taken_at: datetime = NOON, value: float = 1.0, meter_id: str = "m", register: str = REGISTER
) -> Reading:
    return Reading(meter_id=meter_id, register=register, taken_at=taken_at, value=value)


def rollup(period: Period, hours: int, **columns: object) -> pd.DataFrame:
    index = pd.date_range(period.start, periods=hours, freq="h", name="time")
    usual = {"value": 1.0, "coverage": 1.0, "peak": 2.0, "estimated": 0.0, "unplaced": 0.0}
    return pd.DataFrame({**usual, "unplaced_from": np.nan, **columns}, index=index)


def indicator(first_day: date = date(2026, 1, 15), **changes: object) -> IndicatorValue:
    usual: dict[str, object] = {
        "building_id": "b",
        "name": IndicatorName.ENERGY,
        "commodity": Commodity.ELECTRICITY,
        "grain": Grain.DAY,
        "value": 12.25,
        "unit": "kWh",
        "coverage": 0.5,
    }
    return IndicatorValue(first_day=first_day, **(usual | changes))  # type: ignore[arg-type]


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected, check_freq=False, check_index_type=False)
    assert str(found.index.dtype) == "datetime64[us, UTC]"


def test_the_same_reading_twice_is_one_row(store: ReadingStore) -> None:
    store.write([reading(), reading()])
    store.write([reading()])
    assert len(store.read("m", REGISTER, DAY)) == 1


def test_a_corrected_reading_replaces_every_part_of_the_row(store: ReadingStore) -> None:
    first = Reading(
        meter_id="m",
        register=REGISTER,
        taken_at=NOON,
        value=1.0,
        duration_s=600.0,
        quality=Quality.QUESTIONABLE,
        source="shelly",
        received_at=NOON + SECOND,
    )
    store.write([first])
    assert store.latest(["m"]) == {("m", REGISTER): first}
    store.write([reading(value=2.0)])
    assert store.latest(["m"]) == {("m", REGISTER): reading(value=2.0)}


def test_readings_come_back_exactly_in_order_with_their_types(store: ReadingStore) -> None:
    times = [NOON + timedelta(microseconds=n) for n in (999_999, 1, 0, 3_600_000_000)]
    values = (0.1 + 0.2, -1e-300, 1.7976931348623157e308, 123456789.123456789)
    store.write(
        [
            Reading(
                meter_id="m",
                register=REGISTER,
                taken_at=time,
                value=value,
                quality=Quality.ESTIMATED if n else Quality.VALID,
                duration_s=0.25 * n,
                received_at=None if n == 2 else time + SECOND,
            )
            for n, (time, value) in enumerate(zip(times, values, strict=True))
        ]
    )
    frame = store.read("m", REGISTER, DAY)
    assert tuple(frame.columns) == READING_COLUMNS
    assert frame.index.name == "time"
    assert list(frame.index) == sorted(times)
    assert list(frame["value"]) == [values[2], values[1], values[0], values[3]]
    assert list(frame["quality"]) == [8, 8, 0, 8]
    assert list(frame["duration_s"]) == [0.5, 0.25, 0.0, 0.75]
    assert pd.isna(frame["received_at"].iloc[0])
    assert frame["received_at"].iloc[1] == times[1] + SECOND
    assert [str(t) for t in frame.dtypes] == ["float64", "float64", "int64", "datetime64[us, UTC]"]


def test_an_empty_period_gives_the_same_columns_and_types(store: ReadingStore) -> None:
    store.write([reading()])
    nothing = store.read("m", REGISTER, Period(NOON, NOON))
    full = store.read("m", REGISTER, DAY)
    assert nothing.empty
    assert nothing.index.dtype == full.index.dtype
    assert list(nothing.dtypes) == list(full.dtypes)
    assert store.read("unknown", REGISTER, DAY).empty
    rollups = store.read_rollup("m", Step.HOUR, DAY)
    assert rollups.empty
    assert list(rollups.columns) == list(ROLLUP_COLUMNS)


def test_a_period_takes_its_start_and_leaves_its_end(store: ReadingStore) -> None:
    store.write([reading(NOON - SECOND), reading(NOON), reading(NOON + HOUR)])
    assert list(store.read("m", REGISTER, Period(NOON, NOON + HOUR)).index) == [NOON]


def test_the_neighbours_of_an_instant_are_found_across_years(store: ReadingStore) -> None:
    old, new = reading(NOON - timedelta(days=900), 1.0), reading(NOON, 2.0)
    store.write([new, old, reading(NOON, 9.0, register="power.PAPP")])
    assert store.last_before("m", REGISTER, NOON) == old
    assert store.last_before("m", REGISTER, NOON + timedelta(microseconds=1)) == new
    assert store.last_before("m", REGISTER, old.taken_at) is None
    assert store.first_from("m", REGISTER, NOON) == new
    assert store.first_from("m", REGISTER, old.taken_at) == old
    assert store.first_from("m", REGISTER, NOON + SECOND) is None
    assert store.last_before("never seen", REGISTER, NOON) is None


def test_the_newest_reading_of_each_register_is_known(store: ReadingStore) -> None:
    store.write(
        [
            reading(NOON, 1.0),
            reading(NOON + SECOND, 2.0),
            reading(NOON, 3.0, register="power.PAPP"),
            reading(NOON, 4.0, meter_id="other"),
            reading(NOON, 5.0, meter_id="not asked for"),
        ]
    )
    newest = store.latest(["m", "other", "never seen"])
    assert {key: r.value for key, r in newest.items()} == {
        ("m", REGISTER): 2.0,
        ("m", "power.PAPP"): 3.0,
        ("other", REGISTER): 4.0,
    }
    assert store.latest([]) == {}
    assert store.registers_of("m") == (REGISTER, "power.PAPP")
    assert store.registers_of("never seen") == ()


@pytest.mark.parametrize("name", HOSTILE_IDS)
def test_an_id_with_syntax_in_it_is_only_a_name(store: ReadingStore, name: str) -> None:
    one = Reading(meter_id=name, register=f"energy.{name}", taken_at=NOON, value=7.0, source=name)
    store.write([one, reading(value=1.0), reading(value=2.0, register=f"energy.{name}")])
    assert store.latest([name]) == {(name, f"energy.{name}"): one}
    assert list(store.read(name, one.register, DAY)["value"]) == [7.0]
    assert store.registers_of(name) == (one.register,)
    store.write_rollup(name, Step.HOUR, DAY, rollup(DAY, 3))
    store.write_rollup(name, Step.HOUR, DAY, rollup(DAY, 2))
    assert len(store.read_rollup(name, Step.HOUR, DAY)) == 2
    figure = indicator(building_id=name, unit=name)
    store.write_indicators([figure])
    assert store.read_indicators(name, Grain.DAY, date(2026, 1, 1), date(2027, 1, 1)) == (figure,)


@pytest.mark.parametrize("name", ["", "half a \ud83d", "x" * 2000])
def test_what_no_store_can_name_is_refused_and_the_rest_is_kept(
    store: ReadingStore, name: str
) -> None:
    poison = reading(meter_id=name)
    with pytest.raises(StorageRejected) as caught:
        store.write([reading(NOON, 1.0), poison, reading(NOON + SECOND, 2.0)])
    assert caught.value.refused == (poison,)
    assert list(store.read("m", REGISTER, DAY)["value"]) == [1.0, 2.0]
    assert store.read(name, REGISTER, DAY).empty


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_clock_change_day_has_all_its_hours_once(
    store: ReadingStore, day: date, hours: int
) -> None:
    period = Period.of_day(day, PARIS)
    start = period.start - HOUR
    store.write([reading(start + n * HOUR, float(n)) for n in range(hours + 2)])
    assert list(store.read("m", REGISTER, period)["value"]) == [1.0 + n for n in range(hours)]
    store.write_rollup("m", Step.HOUR, period, rollup(period, hours))
    assert len(store.read_rollup("m", Step.HOUR, period)) == hours
    one_day = rollup(period, 1)
    store.write_rollup("m", Step.DAY, period, one_day)
    assert_same(store.read_rollup("m", Step.DAY, period), one_day)


def test_a_rollup_keeps_what_is_unknown_unknown(store: ReadingStore) -> None:
    frame = rollup(DAY, 3, value=[1.5, np.nan, 0.0], coverage=[1.0, 0.0, 0.25], peak=np.nan)
    store.write_rollup("m", Step.HOUR, DAY, frame)
    assert_same(store.read_rollup("m", Step.HOUR, DAY), frame)
    assert store.read_rollup("m", Step.DAY, DAY).empty


def test_a_rollup_takes_the_place_of_the_one_before(store: ReadingStore) -> None:
    store.write_rollup("m", Step.HOUR, DAY, rollup(DAY, 24, unplaced_from=5.0))
    store.write_rollup("n", Step.HOUR, DAY, rollup(DAY, 24))
    inside = Period(DAY.start + 2 * HOUR, DAY.start + 5 * HOUR)
    without_value = rollup(inside, 1, value=np.nan, coverage=0.0, peak=np.nan)
    store.write_rollup("m", Step.HOUR, inside, without_value)
    found = store.read_rollup("m", Step.HOUR, DAY)
    assert_same(found.loc[inside.start : inside.end - SECOND], without_value)
    assert len(found) == 22
    assert found.drop(index=inside.start)["unplaced_from"].eq(5.0).all()
    assert len(store.read_rollup("n", Step.HOUR, DAY)) == 24
    store.write_rollup("m", Step.HOUR, DAY, rollup(DAY, 0))
    assert store.read_rollup("m", Step.HOUR, DAY).empty


def test_while_a_rollup_is_replaced_nobody_sees_a_hole(store: ReadingStore) -> None:
    whole = rollup(DAY, 24)
    holed = whole.assign(peak=whole["peak"].where(np.arange(24) != 3))
    store.write_rollup("m", Step.HOUR, DAY, whole)
    stop = threading.Event()

    def rewrite() -> None:
        for frame in itertools.cycle((holed, whole)):
            store.write_rollup("m", Step.HOUR, DAY, frame)
            if stop.is_set():
                return

    writing = threading.Thread(target=rewrite)
    writing.start()
    counts = {len(store.read_rollup("m", Step.HOUR, DAY)) for _ in range(150)}
    stop.set()
    writing.join(30)
    assert counts == {24}


def test_a_rollup_may_come_back_after_it_was_withdrawn(store: ReadingStore) -> None:
    for hours in (3, 0, 2):
        frame = rollup(DAY, hours, value=float(hours))
        store.write_rollup("m", Step.HOUR, DAY, frame)
    assert_same(store.read_rollup("m", Step.HOUR, DAY), frame)


def test_a_rollup_outside_its_period_or_infinite_is_refused(store: ReadingStore) -> None:
    with pytest.raises(StorageRejected):
        store.write_rollup("m", Step.HOUR, DAY, rollup(DAY, 25))
    with pytest.raises(StorageRejected):
        store.write_rollup("m", Step.HOUR, DAY, rollup(DAY, 1, value=math.inf))
    with pytest.raises(StorageRejected):
        store.write_rollup("m", Step.HOUR, DAY, pd.concat([rollup(DAY, 1)] * 2))
    assert store.read_rollup("m", Step.HOUR, DAY).empty


def test_an_indicator_replaces_its_namesake_and_may_become_unknown(store: ReadingStore) -> None:
    days = (date(2026, 1, 1), date(2026, 2, 1))
    store.write_indicators([indicator(), indicator(commodity=None), indicator(date(2026, 1, 16))])
    unknown = indicator(value=None, coverage=0.0, estimated_share=1.0)
    store.write_indicators([unknown])
    store.write_indicators([unknown])
    found = store.read_indicators("b", Grain.DAY, *days)
    assert found == (indicator(commodity=None), unknown, indicator(date(2026, 1, 16)))
    store.write_indicators([indicator(value=3.0)])
    assert store.read_indicators("b", Grain.DAY, *days)[1] == indicator(value=3.0)


def test_indicators_are_found_by_name_commodity_grain_and_day(store: ReadingStore) -> None:
    first, after = date(2026, 1, 15), date(2026, 1, 17)
    water = indicator(commodity=Commodity.WATER, unit="m³")
    peak = indicator(name=IndicatorName.PEAK, unit="kW")
    whole = indicator(commodity=None)
    store.write_indicators(
        [
            *(water, peak, whole, indicator(after), indicator(grain=Grain.MONTH)),
            *(indicator(first - timedelta(days=1)), indicator(building_id="other")),
        ]
    )
    assert set(store.read_indicators("b", Grain.DAY, first, after)) == {water, peak, whole}
    by_name = store.read_indicators("b", Grain.DAY, first, after, [IndicatorName.PEAK])
    assert by_name == (peak,)
    by_commodity = store.read_indicators("b", Grain.DAY, first, after, (), Commodity.WATER)
    assert by_commodity == (water,)
    assert store.read_indicators("b", Grain.DAY, first, first) == ()


def test_an_indicator_that_is_not_a_number_is_refused(store: ReadingStore) -> None:
    with pytest.raises(StorageRejected):
        store.write_indicators([indicator(value=math.nan)])


def test_writing_nothing_is_fine(store: ReadingStore) -> None:
    store.write([])
    store.write_indicators([])
    store.ping()


def test_preparing_again_keeps_what_there_is(store: ReadingStore) -> None:
    store.write([reading()])
    store.prepare()
    assert len(store.read("m", REGISTER, DAY)) == 1


def test_several_threads_may_write_and_read_at_once(store: ReadingStore) -> None:
    failures: list[Exception] = []

    def work(meter_id: str) -> None:
        try:
            for batch in range(5):
                start = NOON + timedelta(minutes=batch)
                store.write([reading(start + n * SECOND, meter_id=meter_id) for n in range(60)])
                assert len(store.read(meter_id, REGISTER, DAY)) == (batch + 1) * 60
        except Exception as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work, args=(f"m{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(len(store.read(f"m{n}", REGISTER, DAY)) == 300 for n in range(6))


values = st.floats(allow_nan=False, allow_infinity=False)
minutes = st.integers(-3, 30)
batches = st.lists(st.lists(st.tuples(minutes, values), max_size=8), max_size=4)
fresh_meters = itertools.count()


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=batches, first=minutes, length=st.integers(0, 30))
def test_in_any_order_of_arrival_the_last_word_on_each_instant_stands(
    store: ReadingStore, batches: list[list[tuple[int, float]]], first: int, length: int
) -> None:
    meter_id = f"any-order-{next(fresh_meters)}"
    expected: dict[datetime, float] = {}
    for batch in batches:
        rows = [(NOON + n * MINUTE, value) for n, value in batch]
        expected.update(rows)
        store.write([reading(time, value, meter_id) for time, value in rows])
    period = Period(NOON + first * MINUTE, NOON + (first + length) * MINUTE)
    frame = store.read(meter_id, REGISTER, period)
    inside = {time: value for time, value in sorted(expected.items()) if time in period}
    assert dict(zip(frame.index, frame["value"], strict=True)) == inside
    before = max((time for time in expected if time < period.start), default=None)
    last = store.last_before(meter_id, REGISTER, period.start)
    assert (last and last.taken_at) == before
    after = min((time for time in expected if time >= period.start), default=None)
    found = store.first_from(meter_id, REGISTER, period.start)
    assert (found and found.taken_at) == after


rollup_rows = st.dictionaries(
    st.integers(0, 5), st.lists(st.just(math.nan) | values, min_size=6, max_size=6)
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rollups=st.lists(st.tuples(st.integers(0, 5), rollup_rows), min_size=1, max_size=4))
def test_after_any_replacements_a_rollup_is_what_was_written_last(
    store: ReadingStore, rollups: list[tuple[int, dict[int, list[float]]]]
) -> None:
    meter_id = f"replaced-{next(fresh_meters)}"
    expected: dict[int, list[float]] = {}
    for first, rows in rollups:
        period = Period(NOON + first * HOUR, NOON + 6 * HOUR)
        written = {hour: row for hour, row in sorted(rows.items()) if hour >= first}
        expected = {hour: row for hour, row in expected.items() if hour < first} | written
        store.write_rollup(meter_id, Step.HOUR, period, hourly(written))
    kept = {h: row for h, row in sorted(expected.items()) if not all(map(math.isnan, row))}
    assert_same(store.read_rollup(meter_id, Step.HOUR, Period(NOON, NOON + 6 * HOUR)), hourly(kept))


def hourly(rows: dict[int, list[float]]) -> pd.DataFrame:
    index = pd.DatetimeIndex([NOON + hour * HOUR for hour in rows], tz="UTC", name="time")
    cells = np.array(list(rows.values()), dtype=np.float64).reshape(len(rows), 6)
    return pd.DataFrame(cells, index=index.as_unit("us"), columns=list(ROLLUP_COLUMNS))


def test_a_write_larger_than_a_request_is_kept_whole(store: ReadingStore) -> None:
    many = [reading(DAY.start + n * timedelta(seconds=4), float(n)) for n in range(20_500)]
    store.write(many)
    assert store.read("m", REGISTER, DAY)["value"].tolist() == [r.value for r in many]
