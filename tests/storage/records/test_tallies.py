import threading
from datetime import UTC, date, datetime, timedelta

from domain.tallies import ANY_METER, NO_METER, DayTally
from storage.records import SqlRecords

DAY = date(2026, 2, 3)
NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)


def tally(meter_id: str = "m", worker: str = "w", day: date = DAY, **counts: int) -> DayTally:
    return DayTally(day=day, meter_id=meter_id, worker=worker, **counts)


def test_a_day_grows_by_what_is_added_to_it(records: SqlRecords) -> None:
    first = DayTally(
        day=DAY, meter_id="m", worker="w", received=5, stored=3, spooled=2, last_at=NOON
    )
    records.tallies.add([first])
    records.tallies.add([tally(stored=2, spooled=-2, late=1, readings=4)])
    assert records.tallies.between(DAY, DAY + timedelta(days=1)) == (
        DayTally(
            day=DAY,
            meter_id="m",
            worker="w",
            received=5,
            stored=5,
            late=1,
            readings=4,
            last_at=NOON,
        ),
    )


def test_the_newest_message_stays_the_newest_whatever_comes_after(records: SqlRecords) -> None:
    for at in (None, NOON, NOON + timedelta(hours=1), NOON, None):
        records.tallies.add([DayTally(day=DAY, meter_id="m", worker="w", last_at=at)])
    (kept,) = records.tallies.between(DAY, DAY + timedelta(days=1))
    assert kept.last_at == NOON + timedelta(hours=1)


def test_the_same_meter_twice_in_one_call_counts_twice(records: SqlRecords) -> None:
    records.tallies.add([tally(received=1), tally(received=2), tally(worker="x", received=4)])
    kept = records.tallies.between(DAY, DAY + timedelta(days=1))
    assert [(t.worker, t.received) for t in kept] == [("w", 3), ("x", 4)]


def test_days_are_half_open_and_meters_may_be_chosen(records: SqlRecords) -> None:
    days = [DAY + timedelta(days=n) for n in range(3)]
    records.tallies.add([tally(m, day=d) for d in days for m in ("m", "n", ANY_METER, NO_METER)])
    assert [t.day for t in records.tallies.between(DAY, days[2], ["m"])] == days[:2]
    assert [t.meter_id for t in records.tallies.between(DAY, days[1])] == ["", "*", "m", "n"]
    assert records.tallies.between(DAY, days[2], []) == ()


def test_old_days_go(records: SqlRecords) -> None:
    records.tallies.add([tally(day=DAY - timedelta(days=1)), tally()])
    assert records.tallies.prune(DAY) == 1
    assert [t.day for t in records.tallies.between(date.min, date.max)] == [DAY]
    records.tallies.add([])


def test_workers_may_count_at_once(records: SqlRecords) -> None:
    def count(order: int) -> None:
        meters = ["a", "b", "c"][::order]
        for _ in range(10):
            records.tallies.add([tally(meter, received=1) for meter in meters])

    threads = [threading.Thread(target=count, args=(order,)) for order in (1, -1, 1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = records.tallies.between(DAY, DAY + timedelta(days=1))
    assert [t.received for t in kept] == [40, 40, 40]
