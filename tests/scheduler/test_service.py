"""The scheduler on real stores: from dirty hours to a wall, and through an outage."""

import threading
import time as clock
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.calendars import OpeningCalendar, OpenSpan
from domain.errors import StorageUnavailable
from domain.indicators import Grain, IndicatorName
from domain.meters import Commodity, Meter
from domain.periods import Period, floor_hour
from domain.readings import Reading
from domain.sites import Building, Portfolio
from domain.snapshots import Verdict
from domain.targets import StandingWord, Target
from scheduler.service import Scheduler
from settings.model import ScheduleSettings, Settings, SiteSettings
from storage.embedded import EmbeddedStore
from storage.records import SqlRecords, open_records

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 6, 18, 13, 0, tzinfo=UTC)
OFFICE = Building(
    id="office", name="Office", floor_area_m2=500,
    opening=OpeningCalendar(
        spans=tuple(OpenSpan(weekday=d, start=time(8), end=time(18)) for d in range(5))
    ),
)  # fmt: skip
MAIN = Meter(id="main", building_id="office", name="Main", commodity=Commodity.ELECTRICITY)
SETTINGS = Settings(
    site=SiteSettings(name="Test"), schedule=ScheduleSettings(rollup_s=1, snapshot_s=5)
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    opened = EmbeddedStore(tmp_path / "readings.sqlite")
    opened.prepare()
    yield opened
    opened.close()


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqlRecords]:
    opened = open_records(f"sqlite:///{tmp_path}/records.sqlite")
    opened.portfolio.apply_config(Portfolio(buildings=(OFFICE,), meters=(MAIN,)))
    yield opened
    opened.close()


def _power(at: datetime) -> float:
    """Open 10 kW, closed 2 kW; a tenth less since this week began."""
    local = at.astimezone(PARIS)
    kw = 10.0 if local.weekday() < 5 and 8 <= local.hour < 18 else 2.0
    wobble = 1 + 0.01 * np.sin(local.toordinal() * 1.7)
    return kw * wobble * (0.85 if local.date() >= date(2026, 6, 15) else 1.0)


def _fill(store: EmbeddedStore, records: SqlRecords, since: datetime, until: datetime) -> None:
    at, index, readings = since, 1000.0, []
    while at <= until:
        readings.append(Reading(meter_id="main", register="energy.EAST", taken_at=at, value=index))
        index += _power(at) / 6
        at += timedelta(minutes=10)
    store.write(readings)
    records.dirty.mark(("main", floor_hour(r.taken_at)) for r in readings)


def test_one_run_brings_a_wall_from_readings(store: EmbeddedStore, records: SqlRecords) -> None:
    since = datetime(2026, 4, 1, tzinfo=UTC)
    _fill(store, records, since, NOW)
    records.targets.add(
        Target(id="t", building_id="office", commodity=Commodity.ELECTRICITY, reduction=0.05,
               first_day=date(2026, 6, 15), last_day=date(2026, 6, 30))
    )  # fmt: skip
    Scheduler(SETTINGS, store, records).run_once(NOW)
    snapshot = records.snapshots.get("office")
    assert snapshot is not None
    today = Period(Period.of_day(date(2026, 6, 18), PARIS).start, NOW)
    made = sum(_power(today.start + timedelta(minutes=10 * n)) / 6 for n in range(90))
    assert snapshot.today.measured_kwh == pytest.approx(made)
    assert snapshot.today.verdict is Verdict.BETTER
    assert snapshot.week_so_far.deviation == pytest.approx(-0.15, abs=0.02)
    assert snapshot.live_kw == pytest.approx(_power(NOW - timedelta(minutes=10)))
    assert snapshot.measured_at == NOW
    assert len(snapshot.hours) == 24
    assert snapshot.week[6].expected_whole_day_kwh == pytest.approx(48, rel=0.03)
    assert snapshot.target is not None
    assert snapshot.target.standing.word is StandingWord.KEPT
    assert snapshot.nudge is not None
    assert snapshot.yesterday == snapshot.week[2]


def test_on_a_monday_yesterday_is_a_sunday_of_the_week_before(
    store: EmbeddedStore, records: SqlRecords
) -> None:
    monday = datetime(2026, 6, 14, 23, 0, tzinfo=UTC)
    _fill(store, records, datetime(2026, 4, 1, tzinfo=UTC), monday)
    Scheduler(SETTINGS, store, records).run_once(monday)
    snapshot = records.snapshots.get("office")
    assert snapshot is not None
    assert snapshot.yesterday is not None
    assert snapshot.yesterday.day == date(2026, 6, 14)
    assert snapshot.yesterday.comparison.verdict is Verdict.AS_EXPECTED
    assert snapshot.yesterday.comparison.measured_kwh == pytest.approx(48, rel=0.02)


def test_indicators_of_a_month_are_those_summed_by_hand(
    store: EmbeddedStore, records: SqlRecords
) -> None:
    _fill(store, records, datetime(2026, 4, 1, tzinfo=UTC), NOW)
    Scheduler(SETTINGS, store, records).run_once(NOW)
    values = store.read_indicators("office", Grain.MONTH, date(2026, 5, 1), date(2026, 6, 1))
    told = {v.name: v for v in values}
    may = Period.of_month(2026, 5, PARIS)
    made = sum(_power(may.start + timedelta(minutes=10 * n)) / 6 for n in range(6 * 24 * 31))
    assert told[IndicatorName.ENERGY].value == pytest.approx(made)
    assert told[IndicatorName.ENERGY].coverage == pytest.approx(1.0)
    assert told[IndicatorName.BASE_LOAD].value == pytest.approx(2.0, rel=0.01)
    rolling = store.read_indicators(
        "office", Grain.ROLLING_YEAR, date(2026, 6, 1), date(2026, 6, 2)
    )
    assert all(v.value is None for v in rolling), "two months are not twelve"


def test_a_machine_that_was_off_says_of_the_days_gone_by_that_nothing_is_known(
    store: EmbeddedStore, records: SqlRecords
) -> None:
    _fill(store, records, NOW - timedelta(days=20), NOW)
    Scheduler(SETTINGS, store, records).run_once(NOW)
    later = NOW + timedelta(days=14)
    Scheduler(SETTINGS, store, records).run_once(later)
    values = store.read_indicators(
        "office", Grain.DAY, date(2026, 6, 20), date(2026, 7, 2), (IndicatorName.ENERGY,)
    )
    assert len(values) == 12
    assert all(v.value is None and v.coverage == 0 for v in values)
    snapshot = records.snapshots.get("office")
    assert snapshot is not None
    assert snapshot.live_kw is None
    assert snapshot.today.verdict is Verdict.UNKNOWN


def test_history_that_comes_late_leads_to_the_figures_it_would_have_led_to_on_time(
    store: EmbeddedStore, records: SqlRecords, tmp_path: Path
) -> None:
    since, half = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 20, tzinfo=UTC)
    on_time = EmbeddedStore(tmp_path / "on-time.sqlite")
    on_time.prepare()
    own = open_records(f"sqlite:///{tmp_path}/on-time-records.sqlite")
    own.portfolio.apply_config(records.portfolio.portfolio())
    _fill(on_time, own, since, NOW)
    Scheduler(SETTINGS, on_time, own).run_once(NOW)

    _fill(store, records, since, NOW)
    everything = records.dirty.pending()
    older = [mark for mark in everything if mark[1] < half]
    records.dirty.clear(older)
    scheduler = Scheduler(SETTINGS, store, records)
    scheduler.run_once(NOW)
    early = store.read_indicators("office", Grain.DAY, date(2026, 4, 1), date(2026, 6, 19))
    records.dirty.mark((meter, hour) for meter, hour, _ in older)
    scheduler.run_once(NOW)

    late = store.read_indicators("office", Grain.DAY, date(2026, 4, 1), date(2026, 6, 19))
    assert late != early
    assert late == on_time.read_indicators("office", Grain.DAY, date(2026, 4, 1), date(2026, 6, 19))
    own.close()
    on_time.close()


class _Moody:
    """A store that can be switched off."""

    def __init__(self, store: EmbeddedStore) -> None:
        self.away = False
        self._store = store

    def __getattr__(self, name: str) -> object:
        if self.away:
            raise StorageUnavailable("switched off")
        return getattr(self._store, name)


def test_an_outage_is_told_once_and_worked_off_afterwards(
    store: EmbeddedStore, records: SqlRecords, caplog: pytest.LogCaptureFixture
) -> None:
    moody = _Moody(store)
    scheduler = Scheduler(SETTINGS, moody, records)  # type: ignore[arg-type]
    moody.away = True
    now = datetime.now(UTC)
    _fill(store, records, now - timedelta(days=2), now)
    stop = threading.Event()
    thread = threading.Thread(target=scheduler.run, args=(stop,))
    thread.start()
    try:
        _wait_for(lambda: "waits for a store" in caplog.text)
        clock.sleep(2.2)
        moody.away = False
        _wait_for(lambda: records.snapshots.get("office") is not None)
        _wait_for(lambda: records.dirty.count() == 0)
    finally:
        stop.set()
        thread.join(5)
    assert not thread.is_alive()
    waiting = [r for r in caplog.records if "rollups waits" in r.getMessage()]
    assert len(waiting) == 1


def _wait_for(condition: object, seconds: float = 10.0) -> None:
    until = clock.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert clock.monotonic() < until, "it did not happen in time"
        clock.sleep(0.05)
