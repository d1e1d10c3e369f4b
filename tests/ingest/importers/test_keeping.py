"""A meter's past into a store that does not keep as far back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.errors import StorageRejected
from domain.readings import Reading
from ingest.importers.keeping import Keeper
from storage.embedded import EmbeddedStore
from storage.records import open_records

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


class Forgetful(EmbeddedStore):
    """Refuses what is older than it keeps, as InfluxDB does."""

    def write(self, readings: Sequence[Reading]) -> None:
        """Keep what is from the third of January on."""
        old = [r for r in readings if r.taken_at < FIRST + timedelta(days=2)]
        super().write([r for r in readings if r not in old])
        if old:
            raise StorageRejected("older than it keeps", old)


def test_what_is_older_than_the_store_keeps_costs_only_itself(tmp_path: Path) -> None:
    records = open_records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    store = Forgetful(tmp_path / "readings.sqlite")
    keeper = Keeper(store, records.dirty)
    days = [
        Reading(meter_id="m", register="energy.file", taken_at=FIRST + timedelta(days=n), value=n)
        for n in range(4)
    ]
    keeper.keep(days)
    assert (keeper.kept, keeper.refused) == (2, 2)
    assert "older than it keeps" in str(keeper.refusal)
    marked = {hour for _, hour, _ in records.dirty.pending()}
    assert {FIRST + timedelta(days=2), FIRST + timedelta(days=3)} <= marked
    store.close()
    records.close()
