"""Readings of a file made durable, then the hours they change marked."""

from collections.abc import Sequence

from domain.errors import StorageRejected
from domain.readings import Reading
from ingest.dirty_hours import DirtyHours
from storage.ports import DirtySpanRecords, ReadingStore


class Keeper:
    """Writes batches; what a store refuses costs only itself and is counted."""

    def __init__(self, readings: ReadingStore, dirty: DirtySpanRecords) -> None:
        """Write to a store, and mark in its list of dirty hours."""
        self.readings = readings
        self._dirty = dirty
        self.kept = 0
        self.refused = 0
        self.refusal: StorageRejected | None = None
        """The first of the refusals, for its reason."""

    def keep(self, batch: Sequence[Reading]) -> None:
        """Keep readings; those older than the store keeps, for instance, are refused.

        Raises:
            StorageUnavailable: A store does not answer; keeping them again is harmless.
        """
        refused = 0
        try:
            self.readings.write(batch)
        except StorageRejected as refusal:
            self.refusal = self.refusal or refusal
            refused = len(refusal.refused)
        dirty = DirtyHours()
        for reading in batch:
            dirty.touch(reading.meter_id, reading.taken_at, reading.duration_s)
        self._dirty.mark(dirty.marks())
        self.kept += len(batch) - refused
        self.refused += refused
