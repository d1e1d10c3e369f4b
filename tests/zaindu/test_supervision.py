"""A part that dies is started again; a request to stop ends them all."""

import threading

import pytest

from zaindu.supervision import BackOff, Part, Supervisor

SOON = BackOff(first_s=0.01, last_s=0.02)


def test_a_part_that_dies_is_started_again_while_the_others_go_on() -> None:
    stop, lives = threading.Event(), []
    steady = threading.Event()

    def dies_twice(stop: threading.Event) -> None:
        lives.append(1)
        if len(lives) < 3:
            raise RuntimeError("broken")
        stop.set()

    def goes_on(stop: threading.Event) -> None:
        stop.wait()
        steady.set()

    supervisor = Supervisor(stop, SOON)
    supervisor.start(Part(name="frail", run=dies_twice), Part(name="steady", run=goes_on))

    assert supervisor.wait()
    assert len(lives) == 3
    assert steady.is_set()


def test_a_part_that_ends_by_itself_is_started_again(caplog: pytest.LogCaptureFixture) -> None:
    stop, lives = threading.Event(), []

    def ends(stop: threading.Event) -> None:
        lives.append(1)
        if len(lives) == 2:
            stop.set()

    supervisor = Supervisor(stop, SOON)
    supervisor.start(Part(name="short", run=ends))

    assert supervisor.wait()
    assert "short ended by itself" in caplog.text


def test_a_part_that_does_not_stop_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("zaindu.supervision.STOP_WITHIN_S", 0.05)
    stop, release = threading.Event(), threading.Event()
    supervisor = Supervisor(stop, SOON)
    supervisor.start(Part(name="stubborn", run=lambda _stop: bool(release.wait(5)) or None))
    stop.set()

    assert not supervisor.wait()
    assert "stubborn" in caplog.text
    release.set()
