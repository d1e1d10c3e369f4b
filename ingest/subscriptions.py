"""Which topics the broker's session holds for us, remembered across restarts.

A kept session keeps its subscriptions too, and no broker can be asked for
them: a topic taken out of config.toml would be sent to us for ever.
"""

import json
import logging
from collections.abc import Iterable
from pathlib import Path

log = logging.getLogger(__name__)


class Subscriptions:
    """The topics of one session, in a small file."""

    def __init__(self, file: Path, session: str) -> None:
        """Remember in `file`; what it says of another `session` is ignored."""
        self._file = file
        self._session = session
        self._held = self._read()

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
