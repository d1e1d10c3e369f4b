"""All the scheduled work on one pair of stores, one piece at a time."""

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime

from domain.meters import Meter
from domain.periods import Period
from domain.sites import Building
from scheduler.breach_watch import BreachWatch
from scheduler.definitions import Definitions
from scheduler.hour_history import HourHistory
from scheduler.housekeeping import prune
from scheduler.indicators_job import IndicatorsJob
from scheduler.reconciliation_job import ReconciliationJob
from scheduler.rollups import Rollups
from scheduler.snapshots import Snapshots
from scheduler.standings import Standings
from settings.model import Settings
from storage.ports import ReadingStore, Records


class Work:
    """What the clock calls; a lock keeps two pieces from running at once."""

    def __init__(self, settings: Settings, readings: ReadingStore, records: Records) -> None:
        """Prepare each piece of work."""
        self._settings = settings
        self._records = records
        self._lock = threading.Lock()
        self._history = HourHistory(readings)
        self._definitions = Definitions(readings, records)
        self._reconciliation = ReconciliationJob(readings, records)
        self._breaches = BreachWatch(records)
        self._rollups = Rollups(readings, records.dirty, self._changed)
        self._indicators = IndicatorsJob(settings.indicators, readings, records, self._history)
        self._standings = Standings(settings.indicators, records, self._history)
        self._snapshots = Snapshots(settings.indicators, readings, records, self._history)

    def everything(self, now: datetime) -> None:
        """Do all the work that is due."""
        self.rollups()
        self.indicators(now)
        self.snapshots(now)
        self.reconciliation(now)
        self.housekeeping(now)

    def rollups(
        self,
        *,
        seconds: float = float("inf"),
        stopped: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Recompute dirty hours; return whether none is left."""
        with self._lock:
            portfolio = self._records.portfolio.portfolio()
            swaps = self._definitions.swaps(portfolio)
            return self._rollups.run(portfolio, swaps, seconds=seconds, stopped=stopped)

    def indicators(
        self,
        now: datetime,
        *,
        seconds: float = float("inf"),
        stopped: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Compute changed and elapsed days, then the standings; return whether all is done."""
        with self._lock:
            portfolio = self._records.portfolio.portfolio()
            done = self._indicators.run(portfolio, now, seconds=seconds, stopped=stopped)
            self._standings.run(portfolio, now)
            return done

    def past_has_changed(self, now: datetime) -> bool:
        """Tell whether indicators of days before today are no longer true."""
        with self._lock:
            return self._indicators.past_has_changed(self._records.portfolio.portfolio(), now)

    def snapshots(self, now: datetime) -> None:
        """Make every building's wall snapshot."""
        with self._lock:
            self._snapshots.run(self._records.portfolio.portfolio(), now)

    def reconciliation(
        self,
        now: datetime,
        *,
        seconds: float = float("inf"),
        stopped: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Check that messages add up, judge the days gone by; return whether all is done."""
        with self._lock:
            self._breaches.run(now)
            portfolio = self._records.portfolio.portfolio()
            return self._reconciliation.run(portfolio, now, seconds=seconds, stopped=stopped)

    def housekeeping(self, now: datetime) -> None:
        """Delete what is too old to keep."""
        with self._lock:
            prune(self._records, self._settings.ingest, now)
            self._reconciliation.prune(now)

    def _changed(
        self, building: Building, meter: Meter, period: Period, days: Sequence[date]
    ) -> None:
        self._history.changed(meter.id, period)
        self._indicators.changed(building.id, days)
        self._reconciliation.changed(building, meter, days)
