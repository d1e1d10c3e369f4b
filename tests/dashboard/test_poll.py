"""Walls ask the records now and then; a database that hangs holds up one thread only."""

import threading

import pytest

from dashboard.pages.poll import AFTER_A_FAILURE_S, Poll
from domain.errors import StorageUnavailable


class Clock:
    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def test_the_records_are_asked_once_in_a_while_however_many_screens_ask() -> None:
    clock, asked = Clock(), []
    poll = Poll(lambda: asked.append(clock.s), 1.0, clock)
    for _ in range(200):
        poll.run(wait=True)
    clock.s += 1.1
    poll.run(wait=False)
    assert asked == [100.0, 101.1]


def test_a_database_that_hangs_holds_up_one_screen_and_no_other() -> None:
    asking, answer = threading.Event(), threading.Event()

    def hang() -> None:
        asking.set()
        answer.wait(10)

    poll = Poll(hang, 1.0, Clock())
    first = threading.Thread(target=poll.run, kwargs={"wait": False})
    first.start()
    assert asking.wait(10)
    poll.run(wait=False)
    assert first.is_alive(), "the second screen went on, the first still waits"
    answer.set()
    first.join(10)


def test_an_outage_is_told_once_and_asked_about_seldom(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, away, asked = Clock(), [True], []

    def ask() -> None:
        asked.append(clock.s)
        if away[0]:
            raise StorageUnavailable("no answer")

    poll = Poll(ask, 1.0, clock)
    for _ in range(60):
        poll.run(wait=True)
        clock.s += 0.5
    assert len(asked) <= 30 / AFTER_A_FAILURE_S + 1
    assert isinstance(poll.failure, StorageUnavailable)
    assert len(caplog.records) == 1
    away[0] = False
    clock.s += AFTER_A_FAILURE_S
    poll.run(wait=True)
    assert poll.failure is None
