from datetime import timedelta

from ingest.reception_clock import MICROSECOND, ReceptionClock
from tests.ingest.conftest import NOON


def test_two_reads_in_one_instant_do_not_date_two_messages_alike() -> None:
    now = NOON
    clock = ReceptionClock(lambda: now)
    first = clock.next() + MICROSECOND
    clock.newest = first
    assert clock.next() + MICROSECOND > first
    now = NOON + timedelta(seconds=5)
    assert clock.next() == now


def test_a_clock_that_was_set_back_is_believed() -> None:
    now = NOON
    clock = ReceptionClock(lambda: now)
    now = NOON - timedelta(hours=1)
    assert clock.next() == now
