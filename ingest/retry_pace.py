"""How soon a lost connection is tried again, and when somebody else wants it."""

import random
import time
from collections import deque
from collections.abc import Callable

import paho.mqtt.client as paho
from paho.mqtt.reasoncodes import ReasonCode

_FIRST_S, _LAST_S = 1.0, 10.0
_CONTESTED_FIRST_S, _CONTESTED_LAST_S = 15.0, 60.0
_TAKEN_OVER = 0x8E
"""MQTT 5: session taken over."""

_QUICK_LOSSES = 5
_WITHIN_S = 30.0
"""MQTT 3.1.1 says no reason: so many losses in that time are a quarrel or a broken network."""

_PEACE_S = 300.0
"""A connection that stood that long had nobody against it."""


class RetryPace:
    """Slows down when another client uses our id: two that answer at once never get anywhere."""

    def __init__(self, client: paho.Client, clock: Callable[[], float] = time.monotonic) -> None:
        """Set the usual pace."""
        self._client = client
        self._clock = clock
        self._lost_at: deque[float] = deque(maxlen=_QUICK_LOSSES)
        self._is_contested = False
        self._stands_since = clock()
        # Not the same for everybody: a broker that comes back must not meet us all at once.
        self._jitter = random.uniform(0.5, 1.5)  # noqa: S311 - spreads retries, guards no secret
        self._set(_FIRST_S, _LAST_S)

    @property
    def is_contested(self) -> bool:
        """Tell whether the last loss was to another client of our id, as far as can be told."""
        return self._is_contested

    def stands(self) -> None:
        """Note that a connection stands."""
        self._stands_since = self._clock()

    def lost(self, reason: ReasonCode) -> bool:
        """Choose the pace after a connection that had stood was lost.

        Returns:
            Whether a quarrel was found that was not known of.
        """
        now = self._clock()
        self._lost_at.append(now)
        was_contested = self._is_contested
        is_quarrel = len(self._lost_at) == _QUICK_LOSSES and now - self._lost_at[0] < _WITHIN_S
        # At the slow pace losses are far between, which is no sign of peace.
        goes_on = was_contested and now - self._stands_since < _PEACE_S
        self._is_contested = reason.value == _TAKEN_OVER or is_quarrel or goes_on
        if self._is_contested:
            self._set(_CONTESTED_FIRST_S, _CONTESTED_LAST_S)
        else:
            self._set(_FIRST_S, _LAST_S)
        return self._is_contested and not was_contested

    def _set(self, first_s: float, last_s: float) -> None:
        self._client.reconnect_delay_set(first_s * self._jitter, last_s * self._jitter)  # type: ignore[arg-type]  # paho only compares and adds them
