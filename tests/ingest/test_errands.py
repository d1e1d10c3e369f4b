import threading
import time
from collections.abc import Callable

import pytest

from domain.errors import StorageUnavailable
from ingest.errands import Attempts, Errands


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _failing(fault: Exception, tried: list[str]) -> Callable[[], bool]:
    def errand() -> bool:
        tried.append("failing")
        raise fault

    return errand


@pytest.mark.parametrize("fault", [StorageUnavailable("away"), RuntimeError("ours")])
def test_a_failing_errand_is_said_once_and_tried_ever_more_rarely(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    clock, tried = Clock(), []
    attempts = Attempts(_failing(fault, tried), clock)
    with caplog.at_level("INFO"):
        for _ in range(100):
            assert not attempts.turn()
            clock.now += 1.0
    assert 5 <= len(tried) <= 12
    assert len(caplog.records) == 1


def test_an_errand_whose_store_is_back_is_done_within_half_a_minute() -> None:
    clock, done = Clock(), []
    is_away = True

    def errand() -> bool:
        if is_away:
            raise StorageUnavailable("away")
        done.append(clock.now)
        return False

    attempts = Attempts(errand, clock)
    for _ in range(300):
        attempts.turn()
        clock.now += 1.0
    is_away = False
    while not done:
        attempts.turn()
        clock.now += 1.0
    assert done[0] <= 330.0
    attempts.turn()
    assert len(done) == 2, "and every second from then on"


def test_a_long_errand_and_a_failing_one_hold_up_no_other() -> None:
    may_end, done = threading.Event(), threading.Event()

    def long() -> bool:
        return may_end.wait(10)

    def sound() -> bool:
        done.set()
        return False

    errands = Errands({"long": long, "bad": _failing(RuntimeError("ours"), []), "sound": sound})
    errands.start()
    assert done.wait(5)
    may_end.set()
    errands.stop()


def test_errands_stop_promptly_between_two_pieces() -> None:
    begun = threading.Event()
    pieces: list[int] = []

    def endless() -> bool:
        pieces.append(1)
        begun.set()
        return True

    errands = Errands({"endless": endless})
    errands.start()
    assert begun.wait(5)
    started = time.monotonic()
    errands.stop()
    assert time.monotonic() - started < 2
    number = len(pieces)
    time.sleep(0.25)
    assert len(pieces) == number


def test_a_worker_without_errands_starts_no_thread() -> None:
    before = threading.active_count()
    errands = Errands({})
    errands.start()
    assert threading.active_count() == before
    errands.stop()
