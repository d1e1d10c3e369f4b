"""Everything the metrics tell, read in one go; what a store cannot tell is left out."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import TypeVar

from dashboard.queries.ingest_state import IngestState, read_ingest
from domain.errors import ZainduError
from domain.meters import Meter
from domain.reconciliations import Reconciliation
from domain.sites import Building
from storage.ports import ReadingStore, Records

_T = TypeVar("_T")

log = logging.getLogger(__name__)

JOBS = ("indicators", "reconciliation")
"""Those that remember how far they came, building by building."""

_DAYS_BACK = 3
"""The last judged day is no older than that while the scheduler runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFigures:
    """What the records tell."""

    ingest: IngestState
    meters: tuple[Meter, ...]
    """Those still in use."""

    days: Mapping[str, Reconciliation]
    """Each meter's last judged day."""

    dead_letters: Mapping[str, int]
    dirty_hours: int
    jobs: Mapping[str, datetime]
    """Up to when a job's work is done, in the building that lags most."""

    snapshots: Mapping[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFigures:
    """The whole answer."""

    version: str
    stores: Mapping[str, bool]
    records: RecordFigures | None
    newest_at: Mapping[str, datetime] = field(default_factory=dict)
    """When each meter's newest reading was taken."""


def read_figures(readings: ReadingStore, records: Records, now: datetime) -> MetricFigures:
    """Ask both stores; one that does not answer is down, and that is told too."""
    told = _asked("records", lambda: _of_records(records, now))
    meters = told.meters if told else ()
    newest = _asked("readings", lambda: _newest(readings, meters))
    return MetricFigures(
        version=own_version(),
        stores={"records": told is not None, "readings": newest is not None},
        records=told,
        newest_at=newest or {},
    )


def own_version() -> str:
    """Return the version installed, or `unknown` when run from the sources."""
    try:
        return version("zaindu")
    except PackageNotFoundError:
        return "unknown"


def _asked(store: str, ask: Callable[[], _T]) -> _T | None:
    try:
        return ask()
    except (ZainduError, OSError) as error:
        # The reason goes to the log only, as for `/readyz`.
        log.warning("the store of %s does not answer the metrics: %s", store, error)
        return None


def _of_records(records: Records, now: datetime) -> RecordFigures:
    records.ping()
    portfolio = records.portfolio.portfolio()
    meters = tuple(meter for meter in portfolio.meters if not meter.retired)
    buildings = [building for building in portfolio.buildings if not building.retired]
    return RecordFigures(
        ingest=read_ingest(records, now),
        meters=meters,
        days=_last_days(records, [meter.id for meter in meters], now.date()),
        dead_letters=records.dead_letters.count_by_code(),
        dirty_hours=records.dirty.count(),
        jobs=_jobs(records, buildings),
        snapshots=records.snapshots.versions(),
    )


def _last_days(
    records: Records, meter_ids: Sequence[str], today: date
) -> dict[str, Reconciliation]:
    first = today - timedelta(days=_DAYS_BACK)
    rows = records.reconciliations.between(first, today + timedelta(days=1), meter_ids)
    return {row.meter_id: row for row in rows}


def _jobs(records: Records, buildings: Sequence[Building]) -> dict[str, datetime]:
    found = {}
    for job in JOBS:
        done = [records.jobs.done_until(job, building.id) for building in buildings]
        known = [instant for instant in done if instant is not None]
        if known and len(known) == len(done):
            found[job] = min(known)
    return found


def _newest(readings: ReadingStore, meters: Sequence[Meter]) -> dict[str, datetime]:
    readings.ping()
    newest: dict[str, datetime] = {}
    for (meter_id, _), reading in readings.latest([meter.id for meter in meters]).items():
        newest[meter_id] = max(reading.taken_at, newest.get(meter_id, reading.taken_at))
    return newest
