"""Expected against measured, for each meter's day once it is over."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from domain.meters import Meter
from domain.periods import Period
from domain.reconciliations import DayWord, Reconciliation
from domain.sites import Building, Portfolio
from domain.tallies import over_workers
from scheduler.day_sets import DaySets
from scheduler.meter_days import judged_days
from storage.ports import ReadingStore, Records

log = logging.getLogger(__name__)

JOB = "reconciliation"

REDONE_DAYS = 14
"""Days this recent are judged anew when readings came late; a first start looks as far back."""

KEPT_DAYS = 400

GRACE = timedelta(minutes=10)
"""The last messages of a day get this long after midnight to come."""

_DAYS_AT_A_TIME = 31


class ReconciliationJob:
    """Judges the days that went by, and anew those that late readings changed."""

    def __init__(self, readings: ReadingStore, records: Records) -> None:
        """Work between the stores."""
        self._readings = readings
        self._records = records
        self._late = DaySets(records.jobs, "reconciliation.late")
        self._judged: dict[str, datetime | None] = {}

    def changed(self, building: Building, meter: Meter, days: Sequence[date]) -> None:
        """Remember, durably, that days already judged have other readings now."""
        after_last = self._judged_until(building)
        if after_last is not None:
            first = after_last - timedelta(days=REDONE_DAYS)
            self._late.add(meter.id, [day for day in days if first <= day < after_last])

    def run(
        self,
        portfolio: Portfolio,
        now: datetime,
        *,
        seconds: float = float("inf"),
        stopped: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Judge what is due.

        Args:
            portfolio: Every building known.
            now: [UTC].
            seconds: How long to work at most [s].
            stopped: Tells to leave.

        Returns:
            Whether nothing is left to do.
        """
        until = time.monotonic() + seconds
        for building, days, meters in self._due(portfolio, now):
            if stopped() or time.monotonic() > until:
                return False
            self._judge(building, meters, days, now)
            self._remember(building, days[-1] + timedelta(days=1))
        for building, days, meters in self._overtaken(portfolio):
            if stopped() or time.monotonic() > until:
                return False
            self._judge(building, meters, days, now)
            self._late.remove(meters[0].id, days)
        return True

    def prune(self, now: datetime) -> None:
        """Delete what is too old to keep."""
        before = now.date() - timedelta(days=KEPT_DAYS)
        self._records.reconciliations.prune(before)
        self._records.tallies.prune(before)

    def _due(
        self, portfolio: Portfolio, now: datetime
    ) -> Iterator[tuple[Building, list[date], list[Meter]]]:
        """Yield the days that went by, oldest first, a month at a time."""
        for building in portfolio.buildings:
            if building.retired:
                continue
            today = _today(building, now)
            first = self._judged_until(building)
            if first is None or first > today:
                # Judged up to a day that has not come, by a clock that was ahead: it would be
                # silent until then.
                first = today - timedelta(days=REDONE_DAYS)
            first = max(first, today - timedelta(days=KEPT_DAYS))
            days = [first + timedelta(days=n) for n in range((today - first).days)]
            for start in range(0, len(days), _DAYS_AT_A_TIME):
                chunk = days[start : start + _DAYS_AT_A_TIME]
                yield building, chunk, _reporting(portfolio, building)

    def _overtaken(
        self, portfolio: Portfolio
    ) -> Iterator[tuple[Building, list[date], list[Meter]]]:
        for building in portfolio.buildings:
            for meter in _reporting(portfolio, building):
                days = sorted(self._late.of(meter.id))
                if days and not building.retired:
                    yield building, days, [meter]

    def _judge(
        self, building: Building, meters: Sequence[Meter], days: Sequence[date], now: datetime
    ) -> None:
        if not meters:
            return
        ids = [meter.id for meter in meters]
        tallies = over_workers(
            self._records.tallies.between(days[0], days[-1] + timedelta(days=1), ids)
        )
        judged = [
            row
            for meter in meters
            for row in judged_days(self._readings, building, meter, days, tallies, now)
        ]
        self._tell_breaches(judged)
        self._records.reconciliations.keep(judged)

    def _tell_breaches(self, judged: Sequence[Reconciliation]) -> None:
        """Log a meter's broken sum once, not at each judging of the same day."""
        for row in judged:
            if row.word is DayWord.BREACH:
                after = row.day + timedelta(days=1)
                known = self._records.reconciliations.between(row.day, after, [row.meter_id])
                if not known or known[0].word is not DayWord.BREACH:
                    log.error(
                        "messages of meter %s are unaccounted for on %s: please report this fault",
                        row.meter_id,
                        row.day,
                    )

    def _judged_until(self, building: Building) -> date | None:
        """Return the first day not judged yet."""
        if building.id not in self._judged:
            self._judged[building.id] = self._records.jobs.done_until(JOB, building.id)
        instant = self._judged[building.id]
        return None if instant is None else instant.astimezone(building.zone).date()

    def _remember(self, building: Building, after_last: date) -> None:
        midnight = Period.of_day(after_last, building.zone).start
        self._records.jobs.set_done_until(JOB, midnight, building.id)
        self._judged[building.id] = midnight


def _today(building: Building, now: datetime) -> date:
    """Return the first day that is not over, for the building or for the tallies (UTC)."""
    settled = now - GRACE
    return min(settled.astimezone(building.zone).date(), settled.astimezone(UTC).date())


def _reporting(portfolio: Portfolio, building: Building) -> list[Meter]:
    """Return the meters that a device feeds; nothing is expected of a file."""
    return [m for m in portfolio.meters_of(building.id) if m.is_published and not m.retired]
