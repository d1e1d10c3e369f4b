"""Which workers of this machine have a session at the broker.

A session that nobody comes back to goes on collecting its share of the
messages until it expires, and then they are lost. So the workers that ever
were are remembered, and those that are no longer wanted are retired.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from domain.errors import ConfigError

_NAME = "workers.json"


class Roster:
    """The numbers of the workers that have a session, in a small file."""

    def __init__(self, folder: Path) -> None:
        """Read what an earlier start remembered.

        Raises:
            ConfigError: The file is there and cannot be read.
        """
        self._file = folder / _NAME
        self._numbers = self._read()

    def beside(self, wanted: Iterable[int]) -> tuple[int, ...]:
        """Return those that have a session and are not wanted any more."""
        return tuple(sorted(self._numbers - set(wanted)))

    def enter(self, numbers: Iterable[int]) -> None:
        """Remember workers, before they make their sessions."""
        self._write(self._numbers | set(numbers))

    def strike(self, number: int) -> None:
        """Forget a worker whose session has ended."""
        # Read again: others of this machine may have been struck meanwhile.
        self._write(self._read() - {number})

    def _read(self) -> set[int]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            return {int(number) for number in kept["workers"]}
        except FileNotFoundError:
            return set()
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise ConfigError(
                [
                    f"{self._file} cannot be read ({fault}): it says which workers have a session "
                    f'at the broker; write {{"workers": [0]}} in it, with their numbers'
                ]
            ) from None

    def _write(self, numbers: set[int]) -> None:
        self._numbers = numbers
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps({"workers": sorted(numbers)}), encoding="utf-8")
        draft.replace(self._file)
