"""Which topics the broker's session holds for us, and since when it waits.

A kept session keeps its subscriptions too, and no broker can be asked for
them: a topic taken out of config.toml would be sent to us for ever.
"""

import json
import logging
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from paho.mqtt.subscribeoptions import SubscribeOptions

log = logging.getLogger(__name__)

_TOUCH_EVERY_S = 5.0


def with_options(
    topics: Sequence[str], *, is_v5: bool
) -> list[tuple[str, int]] | list[tuple[str, SubscribeOptions]]:
    """Return topics as they are asked for: at QoS 1, what is retained only the first time."""
    if not is_v5:
        return [(topic, 1) for topic in topics]
    options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
    return [(topic, options) for topic in topics]


class Subscriptions:
    """The topics of one session, in a small file."""

    def __init__(self, file: Path, session: str) -> None:
        """Remember in `file`; what it says of another `session` is ignored."""
        self._file = file
        self._session = session
        self._held = self._read()
        self._touched_at = 0.0
        self._left_at: float | None = None

    def touch(self) -> None:
        """Remember that we are here, now and then: the file's own time is what says so."""
        now = time.monotonic()
        if now - self._touched_at >= _TOUCH_EVERY_S:
            self._touched_at = now
            with suppress(OSError):
                os.utime(self._file)

    def leave(self, *, ago_s: float) -> None:
        """Remember that we have not been here since then, while this process lives."""
        self._left_at = time.monotonic() - ago_s

    @property
    def away_s(self) -> float:
        """How long ago we were last here, a few seconds more or less [s]."""
        if self._left_at is not None:
            return time.monotonic() - self._left_at  # which nobody can set
        try:
            return max(0.0, time.time() - self._file.stat().st_mtime)
        except OSError:
            return float("inf")

    def beside(self, wanted: Iterable[str]) -> list[str]:
        """Return the topics held that are not wanted any more."""
        return sorted(self._held - set(wanted))

    def begin(self, wanted: Iterable[str], *, is_kept: bool) -> None:
        """Remember what is about to be asked for, beside what a kept session holds."""
        self._remember(set(wanted) | (self._held if is_kept else set()))

    def drop(self, topics: Iterable[str]) -> None:
        """Forget what the broker no longer holds."""
        self._remember(self._held - set(topics))

    def _read(self) -> set[str]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            return set(map(str, kept["topics"])) if kept["session"] == self._session else set()
        except FileNotFoundError:
            return set()
        except (OSError, ValueError, KeyError, TypeError) as fault:
            log.warning("%s cannot be read (%s): nothing is unsubscribed", self._file, fault)
            return set()

    def _remember(self, topics: set[str]) -> None:
        if topics == self._held and self._file.exists():
            return
        self._held = topics
        draft = self._file.with_suffix(".new")
        try:
            draft.write_text(json.dumps({"session": self._session, "topics": sorted(topics)}))
            draft.replace(self._file)
        except OSError as fault:
            log.warning("%s cannot be written: %s", self._file, fault)
