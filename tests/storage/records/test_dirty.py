import threading
from datetime import UTC, datetime, timedelta

from domain.periods import HOUR
from storage.records import SqlRecords

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)


def test_an_hour_is_dirty_once_whatever_its_minute(records: SqlRecords) -> None:
    records.dirty.mark([("m", NOON), ("m", NOON + timedelta(minutes=59, seconds=59))])
    records.dirty.mark([("n", NOON - HOUR), ("m", NOON + timedelta(minutes=1))])
    assert records.dirty.count() == 2
    assert [(meter, hour) for meter, hour, _ in records.dirty.pending()] == [
        ("m", NOON),
        ("n", NOON - HOUR),
    ]
    assert len(records.dirty.pending(limit=1)) == 1


def test_a_mark_made_during_the_computation_is_not_forgotten(records: SqlRecords) -> None:
    records.dirty.mark([("m", NOON), ("n", NOON)])
    pending = records.dirty.pending()
    records.dirty.mark([("m", NOON)])
    records.dirty.clear(pending)
    assert [(meter, hour) for meter, hour, _ in records.dirty.pending()] == [("m", NOON)]
    records.dirty.clear(records.dirty.pending())
    assert records.dirty.count() == 0


def test_a_mark_made_after_a_clear_is_not_taken_for_the_one_before(records: SqlRecords) -> None:
    records.dirty.mark([("m", NOON)])
    slow = records.dirty.pending()
    records.dirty.clear(records.dirty.pending())
    records.dirty.mark([("m", NOON)])
    records.dirty.clear(slow)
    assert records.dirty.count() == 1


def test_nothing_to_mark_or_clear_is_fine(records: SqlRecords) -> None:
    records.dirty.mark([])
    records.dirty.clear([])
    assert records.dirty.pending() == []


def test_hours_before_1970_and_far_ahead_are_hours_too(records: SqlRecords) -> None:
    instants = [datetime(1969, 12, 31, 23, 30, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)]
    records.dirty.mark([("m", instant) for instant in instants])
    assert [hour for _, hour, _ in records.dirty.pending()] == [
        instants[1],
        datetime(1969, 12, 31, 23, tzinfo=UTC),
    ]


def test_markers_and_clearers_may_work_at_once(records: SqlRecords) -> None:
    def mark(meter: str) -> None:
        for n in range(20):
            records.dirty.mark((meter, NOON + k * HOUR) for k in range(n, n + 10))

    def clear() -> None:
        for _ in range(20):
            records.dirty.clear(records.dirty.pending(limit=20))

    threads = [threading.Thread(target=mark, args=(f"m{n % 2}",)) for n in range(4)]
    threads.append(threading.Thread(target=clear))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records.dirty.clear(records.dirty.pending())
    assert records.dirty.count() == 0
