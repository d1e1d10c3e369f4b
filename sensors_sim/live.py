"""The simulated meters at work: each publishes when its cadence falls due."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from domain.messages import RawMessage
from domain.periods import Period
from sensors_sim.simulation import Simulation

log = logging.getLogger(__name__)

_PAUSED_AFTER = timedelta(seconds=90)
"""Real time without a turn of the loop after which the simulation had been paused."""

_CATCH_UP_AT_MOST = timedelta(days=2)
_CATCH_UP_STEP = timedelta(minutes=10)
"""A pause is filled coarsely, and only its end: the indexes bridge the rest."""

_LOOK_AGAIN_S = 1.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


class LiveSimulator:
    """Publishes what the meters say, as time goes by or faster."""

    def __init__(
        self,
        simulation: Simulation,
        publish: Callable[[RawMessage], None],
        speed: float = 1.0,
        *,
        start: datetime | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Prepare; nothing is published before `run`.

        Args:
            simulation: What the meters say.
            publish: Takes one message; may block while the other side is slow.
            speed: Simulated seconds in a real one. Above 1, what a device without
                a clock says is only right where `received_at` is kept.
            start: First simulated instant, included; None: now. Give the end of
                the back-fill, so that nothing is missing in between.
            now: The real clock [UTC].
        """
        self._simulation = simulation
        self._publish = publish
        self._speed = speed
        self._now = now
        self._real_start = now()
        self._start = start or self._real_start
        self._done = self._start

    @property
    def done_until(self) -> datetime:
        """The simulated instant up to which everything is published."""
        return self._done

    def run(self, stop: threading.Event) -> None:
        """Publish until `stop` is set."""
        while not stop.is_set():
            self.publish_due(stop)
            stop.wait(self._pause_s())

    def publish_due(self, stop: threading.Event) -> None:
        """Publish everything that fell due since the last time."""
        until = self._simulated_now()
        if until <= self._done:
            return  # the real clock was set back
        for message in self._due(until):
            if stop.is_set():
                return
            self._publish(message)
        self._done = until

    def _due(self, until: datetime) -> Iterator[RawMessage]:
        behind = until - self._done
        if behind <= _PAUSED_AFTER * max(1.0, self._speed):
            return self._simulation.messages(Period(self._done, until))
        log.info("catching up after a pause of %s", behind)
        since = max(self._done, until - _CATCH_UP_AT_MOST)
        # A device without a clock cannot tell of the past: its next message says enough.
        timely = [
            name for name in self._simulation.meter_ids if self._simulation.carries_time(name)
        ]
        return self._simulation.messages(Period(since, until), _CATCH_UP_STEP, meter_ids=timely)

    def _simulated_now(self) -> datetime:
        return self._start + (self._now() - self._real_start) * self._speed

    def _pause_s(self) -> float:
        """Return how long to sleep until a meter falls due, looking at the clock now and then."""
        due = self._simulation.next_message_at(self._done)
        wait_s = (due - self._simulated_now()).total_seconds() / self._speed
        return min(_LOOK_AGAIN_S, max(0.02, wait_s))
