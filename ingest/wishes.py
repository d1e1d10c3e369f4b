"""Asking devices to introduce themselves again, and not more often than is polite."""

import logging
from collections.abc import Callable, Iterable
from time import monotonic

from ingest.decoders.decoded import Wish

log = logging.getLogger(__name__)

AGAIN_AFTER_S = 60.0
"""A node needs a while to answer, and its answer carries everything it has."""

_MOST_ASKED = 10_000


class Wishes:
    """Publishes wishes, each topic's once a minute; the others are dropped.

    Whatever made a message unreadable comes again with the next one, and the
    wish with it.
    """

    def __init__(
        self, publish: Callable[[str, bytes], None], clock: Callable[[], float] = monotonic
    ) -> None:
        """Take what publishes."""
        self._publish = publish
        self._clock = clock
        self._asked_at: dict[str, float] = {}

    def publish(self, wishes: Iterable[Wish]) -> None:
        """Publish those whose topic was not asked lately."""
        now = self._clock()
        for topic, payload in wishes:
            asked_at = self._asked_at.pop(topic, None)
            if asked_at is not None and now - asked_at < AGAIN_AFTER_S:
                self._asked_at[topic] = asked_at
                continue
            self._asked_at[topic] = now
            if len(self._asked_at) > _MOST_ASKED:
                self._asked_at.pop(next(iter(self._asked_at)))
            # One that never answers is asked for years: said once.
            level = logging.INFO if asked_at is None else logging.DEBUG
            log.log(level, "asking for what a device announces, on %s", topic)
            self._publish(topic, payload)
