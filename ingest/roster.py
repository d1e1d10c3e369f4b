"""Which workers of this machine have a session at the broker.

A session that nobody comes back to goes on collecting its share of the
messages until it expires, and then they are lost. So the workers that ever
were are remembered, and those that are no longer wanted are retired.
"""

import json
import logging
import os
import threading
from collections.abc import Iterable
from pathlib import Path

from domain.errors import ConfigError
from ingest.worker import folders_of_workers

log = logging.getLogger(__name__)

_NAME = "workers.json"


class Roster:
    """The numbers of the workers that have a session, in a small file."""

    def __init__(self, folder: Path) -> None:
        """Read what an earlier start remembered.

        A file that says nothing, as some disks leave it after a power cut, is made up
        for by the folders of the workers: to wait for somebody to mend it loses more.

        Raises:
            ConfigError: The file is there and nobody lets us read it.
        """
        self._folder = folder
        self._file = folder / _NAME
        self._one_striker = threading.Lock()
        self._is_sound = False
        self._numbers = self._read()

    def beside(self, wanted: Iterable[int]) -> tuple[int, ...]:
        """Return those that have a session and are not wanted any more."""
        return tuple(sorted(self._numbers - set(wanted)))

    def enter(self, numbers: Iterable[int]) -> None:
        """Remember workers, before they make their sessions.

        Raises:
            ConfigError: It cannot be written.
        """
        wanted = self._numbers | set(numbers)
        if wanted == self._numbers and self._is_sound:
            return
        try:
            self._write(wanted)
        except OSError as fault:
            raise ConfigError(
                [
                    f"{self._file} cannot be written ({fault.strerror}): it says which workers "
                    "have a session at the broker; make room for it"
                ]
            ) from None

    def strike(self, number: int) -> None:
        """Forget a worker whose session has ended."""
        with self._one_striker:
            # Read again: others of this machine may have been struck meanwhile.
            self._write(self._read() - {number})

    def _read(self) -> set[int]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            numbers = {int(number) for number in kept["workers"]}
            self._is_sound = True
            return numbers
        except FileNotFoundError:
            return set()
        except OSError as fault:
            raise ConfigError(
                [
                    f"{self._file} cannot be read ({fault.strerror}): it says which workers have "
                    "a session at the broker; let the user that runs Zaindu read it"
                ]
            ) from None
        except (ValueError, KeyError, TypeError):
            found = set(folders_of_workers(self._folder))
            log.warning("%s is damaged: taken from the folders: %s", self._file, sorted(found))
            return found

    def _write(self, numbers: set[int]) -> None:
        self._numbers = numbers
        draft = self._file.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"workers": sorted(numbers)}))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._file)
        self._is_sound = True
