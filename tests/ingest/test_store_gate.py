import pytest

from domain.errors import StorageUnavailable
from ingest.store_gate import StoreGate


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_store_that_does_not_answer_is_asked_less_and_less_often() -> None:
    clock = Clock()
    gate = StoreGate(clock)
    waits = []
    for _ in range(8):
        gate.failed(StorageUnavailable("away"))
        waits.append(gate.remaining_s)
        clock.now += gate.remaining_s
        assert gate.is_open
    assert 0.3 < waits[0] < 0.7
    assert 3.7 < waits[-1] < 6.3
    gate.succeeded()
    gate.failed(StorageUnavailable("away"))
    assert gate.remaining_s < 0.7


def test_each_trouble_of_an_outage_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    gate = StoreGate(Clock())
    for text in ("A is silent: 1", "A is silent: 2", "B: disk full", "A is silent: 3"):
        gate.failed(StorageUnavailable(text))
    assert [r.getMessage().partition(": ")[2] for r in caplog.records] == [
        "A is silent: 1",
        "B: disk full",
    ]
    gate.succeeded()
    caplog.clear()
    gate.failed(StorageUnavailable("A is silent: 4"))
    assert len(caplog.records) == 1


@pytest.mark.parametrize(("asked_s", "waited_s"), [(12.0, 12.0), (3600.0, 60.0), (1e300, 60.0)])
def test_a_store_that_says_when_to_come_again_is_left_alone_until_then(
    asked_s: float, waited_s: float
) -> None:
    clock = Clock()
    gate = StoreGate(clock)
    gate.failed(StorageUnavailable("busy", retry_after_s=asked_s))
    clock.now += waited_s - 0.1
    assert not gate.is_open
    clock.now += 0.2
    assert gate.is_open
