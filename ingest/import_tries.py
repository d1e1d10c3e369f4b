"""How often a file was begun and not ended: whatever ends the process does so each time."""

from collections.abc import Iterator
from contextlib import contextmanager

from storage.ports import JobRecords

MOST = 5
"""Restarts that somebody asked for in the middle of a long file count too."""

_NOTE = "ingest.import.tries"


class ImportTries:
    """Counts in the records, which outlive the process; one file is tried at a time."""

    def __init__(self, jobs: JobRecords) -> None:
        """Take where the count is noted."""
        self._jobs = jobs

    def are_spent(self, file_id: str) -> bool:
        """Tell whether a file is not to be tried once more."""
        return self._number(file_id) >= MOST

    @contextmanager
    def of(self, file_id: str) -> Iterator[None]:
        """Count a try until it ends, in whatever way we live to see."""
        self._jobs.set_note(_NOTE, f"{file_id} {self._number(file_id) + 1}")
        try:
            yield
        finally:
            _clear(self._jobs)

    def _number(self, file_id: str) -> int:
        known, _, number = (self._jobs.note(_NOTE) or "").rpartition(" ")
        return int(number) if known == file_id else 0


def _clear(jobs: JobRecords) -> None:
    jobs.set_note(_NOTE, "")
