from datetime import timedelta

import pytest

from ingest.reception_clock import PLACES, ReceptionClock
from tests.ingest.conftest import NOON


def test_two_reads_in_one_instant_do_not_date_two_messages_alike() -> None:
    now = NOON
    clock = ReceptionClock(lambda: now)
    first = clock.next() + clock.step
    clock.newest = first
    assert clock.next() + clock.step > first
    now = NOON + timedelta(seconds=5)
    assert clock.next() == now


def test_workers_that_share_a_meter_never_date_two_of_its_messages_alike() -> None:
    given = set()
    for place in range(PLACES):
        now = NOON + timedelta(microseconds=5 * place)
        clock = ReceptionClock(lambda: now, place=place, places=PLACES)  # noqa: B023
        for _ in range(100):
            clock.newest = clock.next() + clock.step
            assert clock.newest not in given
            given.add(clock.newest)
            now += timedelta(microseconds=7)


def test_a_clock_that_was_set_back_is_believed() -> None:
    now = NOON
    clock = ReceptionClock(lambda: now)
    now = NOON - timedelta(hours=1)
    assert clock.next() == now


@pytest.mark.parametrize(
    ("moved", "set_back"),
    [
        (timedelta(0), timedelta(0)),
        (timedelta(days=1), timedelta(0)),
        (timedelta(days=-2), timedelta(days=2)),
        (timedelta(days=-4000), timedelta(days=7)),
    ],
)
def test_what_was_set_back_is_told_by_a_clock_that_nobody_sets(
    moved: timedelta, set_back: timedelta
) -> None:
    now, elapsed_s = NOON, 50.0
    clock = ReceptionClock(lambda: now, lambda: elapsed_s)
    assert clock.set_back() == timedelta(0)
    now, elapsed_s = NOON + timedelta(hours=3) + moved, 50.0 + 3 * 3600
    assert clock.set_back() == set_back
