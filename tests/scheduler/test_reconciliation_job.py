"""Each meter's day is judged once it is over, caught up when late, and anew when data came late."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.meters import Commodity, Meter, Source
from domain.readings import Reading
from domain.reconciliations import DayWord
from domain.sites import Building, Portfolio
from domain.tallies import DayTally
from scheduler.reconciliation_job import KEPT_DAYS, ReconciliationJob
from storage.embedded import EmbeddedStore
from storage.records import SqlRecords, open_records

TOWN = Building(id="town", name="Town", floor_area_m2=500)
ISLAND = Building(id="island", name="Island", floor_area_m2=500, time_zone="America/Martinique")
MAIN = Meter(
    id="main",
    building_id="town",
    name="Main",
    commodity=Commodity.ELECTRICITY,
    source=Source(family="tasmota", device="main"),
)
FAR = Meter(
    id="far",
    building_id="island",
    name="Far",
    commodity=Commodity.ELECTRICITY,
    source=Source(family="tasmota", device="far"),
)
FILED = Meter(id="filed", building_id="town", name="Filed", commodity=Commodity.WATER)
BROUGHT = Meter(
    id="brought",
    building_id="town",
    name="Brought",
    commodity=Commodity.NATURAL_GAS,
    source=Source(family="file", device="23000000000017"),
)
PORTFOLIO = Portfolio(buildings=(TOWN, ISLAND), meters=(MAIN, FAR, FILED, BROUGHT))
START = datetime(2026, 2, 1, tzinfo=UTC)
NOW = datetime(2026, 2, 5, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    opened = EmbeddedStore(tmp_path / "readings.sqlite")
    opened.prepare()
    yield opened
    opened.close()


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqlRecords]:
    opened = open_records(f"sqlite:///{tmp_path}/records.sqlite")
    yield opened
    opened.close()


def _report(store: EmbeddedStore, since: datetime, until: datetime, meter_id: str = "main") -> None:
    count = (until - since) // timedelta(minutes=10)
    instants = [since + n * timedelta(minutes=10) for n in range(count)]
    store.write(
        [
            Reading(meter_id=meter_id, register="energy.EAST", taken_at=at, value=float(n))
            for n, at in enumerate(instants)
        ]
    )


def _words(records: SqlRecords, meter_id: str = "main") -> dict[int, str]:
    rows = records.reconciliations.between(date(2025, 1, 1), date(2027, 1, 1), [meter_id])
    return {row.day.day: str(row.word) for row in rows}


def test_days_are_judged_from_the_first_one_heard_to_yesterday(
    store: EmbeddedStore, records: SqlRecords
) -> None:
    _report(store, START, datetime(2026, 2, 2, 11, tzinfo=UTC))
    assert ReconciliationJob(store, records).run(PORTFOLIO, NOW)
    assert _words(records) == {1: "whole", 2: "thin", 3: "silent", 4: "silent"}
    assert _words(records, "filed") == _words(records, "brought") == {}


def test_a_meter_installed_at_noon_owes_nothing_for_the_morning(
    store: EmbeddedStore, records: SqlRecords
) -> None:
    _report(store, START + timedelta(hours=11), NOW)
    ReconciliationJob(store, records).run(PORTFOLIO, NOW)
    first = records.reconciliations.between(date(2026, 2, 1), date(2026, 2, 2))[0]
    assert (first.word, first.expected, first.measured) == (DayWord.WHOLE, 72, 72)


def test_a_day_is_judged_when_it_is_over_where_the_building_stands(
    store: EmbeddedStore, records: SqlRecords
) -> None:
    _report(store, START, NOW)
    _report(store, START + timedelta(hours=4), NOW, "far")
    job = ReconciliationJob(store, records)
    job.run(PORTFOLIO, datetime(2026, 2, 3, 0, 5, tzinfo=UTC))
    assert (max(_words(records)), max(_words(records, "far"))) == (1, 1)
    job.run(PORTFOLIO, datetime(2026, 2, 3, 0, 15, tzinfo=UTC))
    assert (max(_words(records)), max(_words(records, "far"))) == (2, 1)
    job.run(PORTFOLIO, datetime(2026, 2, 3, 4, 15, tzinfo=UTC))
    assert max(_words(records, "far")) == 2


def test_a_machine_that_was_off_catches_up_after_a_restart(
    store: EmbeddedStore, records: SqlRecords
) -> None:
    _report(store, START, NOW)
    ReconciliationJob(store, records).run(PORTFOLIO, datetime(2026, 2, 3, 1, tzinfo=UTC))
    ReconciliationJob(store, records).run(PORTFOLIO, NOW + timedelta(days=60))
    words = records.reconciliations.between(date(2026, 2, 1), date(2026, 5, 1), ["main"])
    assert len(words) == 2 + 2 + 60
    assert words[-1].word is DayWord.SILENT


def test_a_clock_that_was_ahead_for_a_while_does_not_end_the_judging(
    store: EmbeddedStore, records: SqlRecords
) -> None:
    _report(store, START, NOW)
    ReconciliationJob(store, records).run(PORTFOLIO, NOW + timedelta(days=300))
    job = ReconciliationJob(store, records)
    for _ in range(2):
        job.run(PORTFOLIO, NOW)
    job.run(PORTFOLIO, NOW + timedelta(days=1))
    (row,) = records.reconciliations.between(date(2026, 2, 5), date(2026, 2, 6), ["main"])
    assert row.made_at == NOW + timedelta(days=1)


def test_readings_that_come_late_change_the_word_of_their_day(
    store: EmbeddedStore, records: SqlRecords
) -> None:
    job = ReconciliationJob(store, records)
    _report(store, START, datetime(2026, 2, 3, tzinfo=UTC))
    job.run(PORTFOLIO, NOW)
    assert _words(records)[3] == "thin"
    _report(store, datetime(2026, 2, 3, tzinfo=UTC), NOW)
    job.run(PORTFOLIO, NOW)
    assert _words(records)[3] == "thin", "nobody said that something changed"
    long_ago, today = date(2026, 1, 1), NOW.date()
    job.changed(TOWN, MAIN, [long_ago, date(2026, 2, 3), today])
    ReconciliationJob(store, records).run(PORTFOLIO, NOW)
    assert _words(records) == {1: "whole", 2: "whole", 3: "whole", 4: "silent"}


def test_a_meter_whose_messages_do_not_add_up_is_told_once(
    store: EmbeddedStore, records: SqlRecords, caplog: pytest.LogCaptureFixture
) -> None:
    _report(store, START, NOW)
    counts = {"received": 100, "stored": 40}
    for worker in ("a", "b"):
        records.tallies.add(
            [DayTally(day=date(2026, 2, 2), meter_id="main", worker=worker, **counts)]
        )
    job = ReconciliationJob(store, records)
    with caplog.at_level(logging.ERROR):
        job.run(PORTFOLIO, NOW)
        job.changed(TOWN, MAIN, [date(2026, 2, 2)])
        job.run(PORTFOLIO, NOW)
    assert _words(records)[2] == "breach"
    (row,) = records.reconciliations.between(date(2026, 2, 2), date(2026, 2, 3))
    assert (row.received, row.stored) == (200, 80)
    assert len(caplog.records) == 1
    assert "main" in caplog.text


def test_work_that_is_interrupted_is_taken_up_where_it_was_left(
    store: EmbeddedStore, records: SqlRecords
) -> None:
    _report(store, START, NOW)
    job = ReconciliationJob(store, records)
    assert not job.run(PORTFOLIO, NOW, stopped=lambda: True)
    assert _words(records) == {}
    assert job.run(PORTFOLIO, NOW)
    job.prune(NOW + timedelta(days=KEPT_DAYS - 2))
    assert sorted(_words(records)) == [3, 4]
