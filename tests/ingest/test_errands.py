import threading
import time
from collections.abc import Callable

import pytest

from domain.errors import StorageUnavailable
from ingest.errands import Errands


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


def test_every_errand_has_its_turn_though_the_first_has_more_to_do() -> None:
    done: list[str] = []
    errands = Errands(
        [lambda: bool(done.append("one")) or True, lambda: bool(done.append("other"))]
    )
    assert errands.turn()
    assert done == ["one", "other"]


@pytest.mark.parametrize("fault", [StorageUnavailable("away"), RuntimeError("ours")])
def test_a_failing_errand_holds_up_no_other_and_is_said_once(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    clock, done = Clock(), []
    errands = Errands([_failing(fault, done), lambda: bool(done.append("sound"))], clock=clock)
    with caplog.at_level("INFO"):
        for _ in range(100):
            errands.turn()
            clock.now += 1.0
    assert done.count("sound") == 100
    assert 5 <= done.count("failing") <= 12, "it is tried again, ever more rarely"
    assert len(caplog.records) == 1


def test_an_errand_whose_store_is_back_is_done_within_half_a_minute() -> None:
    clock, done = Clock(), []
    is_away = True

    def errand() -> bool:
        if is_away:
            raise StorageUnavailable("away")
        done.append(clock.now)
        return False

    errands = Errands([errand], clock=clock)
    for _ in range(300):
        errands.turn()
        clock.now += 1.0
    is_away = False
    while not done:
        errands.turn()
        clock.now += 1.0
    assert done[0] <= 330.0
    errands.turn()
    assert len(done) == 2, "and every second from then on"


def test_errands_stop_promptly_between_two_pieces() -> None:
    begun = threading.Event()
    pieces: list[int] = []

    def endless() -> bool:
        pieces.append(1)
        begun.set()
        return True

    errands = Errands([endless])
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
    errands = Errands([])
    errands.start()
    assert threading.active_count() == before
    errands.stop()
