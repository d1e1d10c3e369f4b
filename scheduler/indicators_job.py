"""Which days need indicators, and their computation, newest first."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from domain.indicators import Grain, IndicatorName, IndicatorValue
from domain.meters import Commodity
from domain.periods import Period
from domain.sites import Building, Portfolio
from indicators.dated_factors import DatedFactors
from indicators.expected import HISTORY_DAYS
from indicators.intensity import final_energy, intensity, twelve_months_before
from indicators.totals import total_over
from scheduler.building_past import BuildingPast
from scheduler.day_sets import DaySets
from scheduler.hour_history import HourHistory
from scheduler.indicator_values import CommodityIndicators
from settings.model import DatedFactor, IndicatorSettings
from storage.ports import ReadingStore, Records

JOB = "indicators"

DAYS_AT_A_TIME = 31

_YEAR_DAYS = 430
"""A rolling year needs up to thirteen months before its day."""


class IndicatorsJob:
    """Remembers which days changed; computes them, and those that merely went by."""

    def __init__(
        self,
        settings: IndicatorSettings,
        readings: ReadingStore,
        records: Records,
        history: HourHistory,
    ) -> None:
        """Work between the stores."""
        self._settings = settings
        self._readings = readings
        self._records = records
        self._history = history
        self._changed = DaySets(records.jobs, "indicators.changed")
        self._pending = DaySets(records.jobs, "indicators.days")
        self._factors = _dated(settings.carbon_kg_per_kwh)
        self._prices = _dated(settings.price_eur_per_unit)

    def changed(self, building_id: str, days: Sequence[date]) -> None:
        """Remember, durably, that some local days of a building changed."""
        self._changed.add(building_id, days)

    def run(
        self,
        portfolio: Portfolio,
        now: datetime,
        *,
        seconds: float = float("inf"),
        stopped: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Compute what changed or went by since the last run.

        Args:
            portfolio: Every building known.
            now: [UTC].
            seconds: How long to work at most [s].
            stopped: Tells to leave.

        Returns:
            Whether nothing is left to do.
        """
        until = time.monotonic() + seconds
        buildings = [b for b in portfolio.buildings if not b.retired]
        for building in buildings:
            self._note_days_gone_by(building, now)
        self._note_what_changed(portfolio, buildings, now)
        for building in buildings:
            while days := sorted(self._pending.of(building.id), reverse=True)[:DAYS_AT_A_TIME]:
                if stopped() or time.monotonic() > until:
                    return False
                values = list(self._values(portfolio, building, days, now))
                self._readings.write_indicators(values)
                self._pending.remove(building.id, days)
        return True

    def _note_days_gone_by(self, building: Building, now: datetime) -> None:
        """A day without a reading is marked by nobody, and still needs saying."""
        since = self._records.jobs.done_until(JOB, building.id)
        if since is not None and since < now:
            gone = Period(since, now).local_days(building.zone)
            self._pending.add(building.id, gone)
        self._records.jobs.set_done_until(JOB, now, building.id)

    def past_has_changed(self, portfolio: Portfolio, now: datetime) -> bool:
        """Tell whether days before today changed since the last run."""
        return any(
            min(days) < now.astimezone(building.zone).date()
            for building in portfolio.buildings
            if not building.retired and (days := self._changed.of(building.id))
        )

    def _note_what_changed(
        self, portfolio: Portfolio, buildings: Sequence[Building], now: datetime
    ) -> None:
        """A past day that changed also changes what is expected of the days like it."""
        changed = {building.id: self._changed.of(building.id) for building in buildings}
        for building in buildings:
            days = set(changed[building.id])
            outdoor = portfolio.thermometer_of(building)
            if outdoor is not None:
                days |= changed.get(outdoor.building_id, set())
            self._pending.add(building.id, _with_those_like_them(days, building, now))
        for building_id, days in changed.items():
            self._changed.remove(building_id, days)

    def _values(
        self, portfolio: Portfolio, building: Building, days: Sequence[date], now: datetime
    ) -> Iterator[IndicatorValue]:
        today = now.astimezone(building.zone).date()
        asked = [day for day in days if day <= today]
        if not asked:
            return
        computed = [
            self._of_commodity(portfolio, building, commodity, asked, now)
            for commodity in _commodities(portfolio, building)
        ]
        months = sorted({day.replace(day=1) for day in asked})
        for of in computed:
            yield from of.of_days(asked)
            yield from of.of_weeks(sorted({d - timedelta(days=d.weekday()) for d in asked}))
            yield from of.of_months(months)
            yield from of.of_years(sorted({day.year for day in asked}))
        for month in _months_that_look_back_on(months[0], months[-1], today):
            yield from self._rolling_year(building, computed, month)

    def _of_commodity(
        self,
        portfolio: Portfolio,
        building: Building,
        commodity: Commodity,
        days: Sequence[date],
        now: datetime,
    ) -> CommodityIndicators:
        today = now.astimezone(building.zone).date()
        past = BuildingPast(
            building=building,
            meters=portfolio.mains_of(building.id, commodity),
            thermometer=portfolio.thermometer_of(building),
            events=self._records.events.between(
                building.id, Period(now - timedelta(days=3 * _YEAR_DAYS), now)
            ),
            now=now,
            history=self._history,
            days_back=(today - min(days)).days + _YEAR_DAYS,
        )
        return CommodityIndicators(
            past=past, settings=self._settings, factors=self._factors, prices=self._prices
        )

    def _rolling_year(
        self, building: Building, computed: Sequence[CommodityIndicators], month: date
    ) -> Iterator[IndicatorValue]:
        period = twelve_months_before(month, building.zone)
        last = month - timedelta(days=1)
        totals = []
        for of in computed:
            if of.commodity.is_energy:
                total = total_over(of.past.hours, period)
                kwh = None if total.value is None else final_energy(of.commodity, total.value, last)
                totals.append((of.commodity, kwh, total.coverage))
        least = self._settings.min_month_coverage
        each = [(commodity, [(kwh, share)]) for commodity, kwh, share in totals]
        whole = (None, [(kwh, share) for _, kwh, share in totals])
        for commodity, parts in (*each, whole):
            found = intensity(parts, building.floor_area_m2, least_coverage=least)
            yield IndicatorValue(
                building_id=building.id,
                name=IndicatorName.INTENSITY,
                commodity=commodity,
                grain=Grain.ROLLING_YEAR,
                first_day=month,
                value=None if found is None else found.kwh_per_m2,
                unit="kWh/m2",
                coverage=min((share for _, share in parts), default=0.0),
            )


def _with_those_like_them(days: set[date], building: Building, now: datetime) -> set[date]:
    """Add the days up to today of which these may be like days."""
    if not days:
        return days
    today = now.astimezone(building.zone).date()
    last = min(today, max(days) + timedelta(days=HISTORY_DAYS))
    first = min(days)
    return days | {first + timedelta(days=n) for n in range((last - first).days + 1)}


def _commodities(portfolio: Portfolio, building: Building) -> list[Commodity]:
    mains = (m for m in portfolio.meters_of(building.id) if m.is_main and not m.retired)
    counted = {m.commodity for m in mains} - {Commodity.OUTDOOR_TEMPERATURE}
    return sorted(counted)


def _months_that_look_back_on(first: date, last: date, today: date) -> Iterator[date]:
    """Yield the first day of each month whose twelve months before hold one of these."""
    month = (first + timedelta(days=32)).replace(day=1)
    newest = min(today.replace(day=1), last.replace(year=last.year + 1))
    while month <= newest:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _dated(factors: Sequence[DatedFactor]) -> DatedFactors:
    return DatedFactors((f.commodity, f.from_day, f.value) for f in factors)
