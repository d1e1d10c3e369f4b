from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import count

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


def _instants(first_us: int) -> Iterator[datetime]:
    for n in count():
        yield NOON + timedelta(microseconds=first_us + 7 * n)


def test_workers_that_share_a_meter_never_date_two_of_its_messages_alike() -> None:
    given = set()
    for place in range(PLACES):
        clock = ReceptionClock(partial(next, _instants(5 * place)), place=place, places=PLACES)
        for _ in range(100):
            clock.newest = clock.next() + clock.step
            assert clock.newest not in given
            given.add(clock.newest)


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
