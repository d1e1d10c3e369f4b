"""What the broker grants of what we subscribe to, and when to ask again for what it does not."""

import logging
import time
from collections.abc import Callable, Sequence

from paho.mqtt.reasoncodes import ReasonCode

log = logging.getLogger(__name__)

ASK_AGAIN_S = 60.0
"""A broker may refuse before it has read its rules, or until somebody mends them."""


class Grants:
    """The broker's answers to our subscriptions; each trouble is said once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nothing asked."""
        self._clock = clock
        self._ask_again_at: float | None = None
        self._is_refused = False

    def are_whole(self, topics: Sequence[str], reasons: Sequence[ReasonCode]) -> bool:
        """Take the broker's answer; tell whether it grants all topics."""
        refused = [
            topic for topic, reason in zip(topics, reasons, strict=False) if reason.is_failure
        ]
        if refused:
            level = logging.DEBUG if self._is_refused else logging.ERROR
            log.log(level, "the broker refuses the subscription to %s", ", ".join(refused))
            self._is_refused = True
            self._ask_again_at = self._clock() + ASK_AGAIN_S
            return False
        if any(reason.value == 0 for reason in reasons):
            log.warning(
                "the broker grants QoS 0 only: it keeps nothing for us while we are away, and "
                "what we have in hand when we are killed is lost"
            )
        self._is_refused = False
        return True

    def forget(self) -> None:
        """Start anew: the next connection asks by itself."""
        self._ask_again_at = None

    def take_due(self) -> bool:
        """Tell, once, whether it is time to ask again."""
        is_due = self._ask_again_at is not None and self._clock() >= self._ask_again_at
        if is_due:
            self._ask_again_at = None
        return is_due
