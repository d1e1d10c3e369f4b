"""What waited at the broker, told from what was just measured."""

from ingest.catching_up import LONGEST_S, CatchingUp


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _arrivals(catching_up: CatchingUp, clock: Clock, *waits_s: float) -> list[bool]:
    told = []
    for wait_s in waits_s:
        clock.now += wait_s
        told.append(catching_up.arrived())
    return told


def test_whoever_was_never_away_is_up_to_date() -> None:
    assert not CatchingUp().arrived()


def test_what_comes_at_once_after_an_absence_may_be_old_until_there_is_a_pause() -> None:
    clock = Clock()
    catching_up = CatchingUp(clock)
    catching_up.begin(away_s=3600)
    told = _arrivals(catching_up, clock, 0.1, 0.01, 0.5, 1.5, 0.01)
    assert told == [True, True, True, False, False]


def test_a_busy_site_is_up_to_date_after_a_time_in_proportion_to_the_absence() -> None:
    clock = Clock()
    catching_up = CatchingUp(clock)
    catching_up.begin(away_s=100)
    assert _arrivals(catching_up, clock, *[0.5] * 7) == [True] * 7
    assert _arrivals(catching_up, clock, *[0.5] * 3) == [False] * 3
    catching_up.begin(away_s=float("inf"))
    told = _arrivals(catching_up, clock, *[0.5] * int(2 * LONGEST_S + 10))
    assert sum(told) == 2 * LONGEST_S - 1
