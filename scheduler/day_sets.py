"""Sets of local days by building, remembered over a restart."""

import json
from collections.abc import Iterable
from datetime import date

from storage.ports import JobRecords


class DaySets:
    """One set of days a building, kept as a note of the records."""

    def __init__(self, jobs: JobRecords, name: str) -> None:
        """Keep them under a name of their own."""
        self._jobs = jobs
        self._name = name
        self._known: dict[str, set[date]] = {}

    def of(self, building_id: str) -> set[date]:
        """Return a building's days."""
        if building_id not in self._known:
            text = self._jobs.note(self._key(building_id)) or "[]"
            self._known[building_id] = {date.fromisoformat(day) for day in json.loads(text)}
        return set(self._known[building_id])

    def add(self, building_id: str, days: Iterable[date]) -> None:
        """Remember more days."""
        before = self.of(building_id)
        self._keep(building_id, before, before | set(days))

    def remove(self, building_id: str, days: Iterable[date]) -> None:
        """Forget days."""
        before = self.of(building_id)
        self._keep(building_id, before, before - set(days))

    def _keep(self, building_id: str, before: set[date], after: set[date]) -> None:
        if after == before:
            return
        text = json.dumps(sorted(day.isoformat() for day in after))
        self._jobs.set_note(self._key(building_id), text)
        self._known[building_id] = after

    def _key(self, building_id: str) -> str:
        return f"{self._name}.{building_id}"
