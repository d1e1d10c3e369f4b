"""Guessing is slowed down, and nobody is locked out for long."""

from dashboard.auth.throttle import (
    FREE_TRIES_PER_ADDRESS,
    FREE_TRIES_PER_NAME,
    LONGEST_WAIT_S,
    MAX_KEYS,
    SignInThrottle,
)


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_failure_beyond_the_free_ones_doubles_the_wait() -> None:
    clock = Clock()
    throttle = SignInThrottle(clock)
    for _ in range(FREE_TRIES_PER_NAME):
        assert throttle.admit("maite", "10.0.0.1") == 0
    waits = []
    for _ in range(12):
        wait = throttle.admit("Maite ", "10.0.0.2")
        waits.append(wait)
        clock.now += wait
        assert throttle.admit("maite", "10.0.0.2") == 0
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == LONGEST_WAIT_S


def test_many_tries_at_once_do_not_slip_through() -> None:
    throttle = SignInThrottle(Clock())
    admitted = sum(throttle.admit("maite", f"10.0.0.{n}") == 0 for n in range(100))
    assert admitted == FREE_TRIES_PER_NAME


def test_one_address_trying_many_names_is_slowed_down_too() -> None:
    throttle = SignInThrottle(Clock())
    admitted = sum(throttle.admit(f"name{n}", "10.0.0.1") == 0 for n in range(100))
    assert admitted == FREE_TRIES_PER_ADDRESS


def test_the_right_password_clears_the_name_but_not_the_guesses_of_the_address() -> None:
    throttle = SignInThrottle(Clock())
    for _ in range(3):
        throttle.admit("maite", "10.0.0.1")
    throttle.succeeded("maite", "10.0.0.1")
    assert all(throttle.admit("maite", "10.0.0.9") == 0 for _ in range(FREE_TRIES_PER_NAME))


def test_an_hour_later_everything_is_forgotten() -> None:
    clock = Clock()
    throttle = SignInThrottle(clock)
    for _ in range(FREE_TRIES_PER_NAME):
        throttle.admit("maite", "10.0.0.1")
    clock.now += 3601
    assert throttle.admit("maite", "10.0.0.1") == 0


def test_an_attacker_who_varies_names_does_not_fill_the_memory() -> None:
    throttle = SignInThrottle(Clock())
    for n in range(MAX_KEYS + 50):
        throttle.admit(f"name{n}", f"address{n}")
    assert len(throttle._failures) <= MAX_KEYS
