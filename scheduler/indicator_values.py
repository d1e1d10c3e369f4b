"""The indicators of one building and commodity, span by span."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from domain.indicators import EnergyTotal, Grain, IndicatorName, IndicatorValue
from domain.meters import Commodity
from domain.periods import Period
from indicators.base_load import base_load
from indicators.carbon import carbon
from indicators.cost import cost
from indicators.dated_factors import DatedFactors
from indicators.day_profiles import DayProfiles, clock_of, profiles_of
from indicators.out_of_hours import out_of_hours_share
from indicators.peak import peak
from indicators.totals import estimated_share, total_over
from indicators.verdict import compare
from scheduler.building_past import BuildingPast
from settings.model import IndicatorSettings

_RATE_UNIT = {Commodity.WATER: "m3/h"}


@dataclass(frozen=True, kw_only=True)
class CommodityIndicators:
    """Computes the values of one commodity of one building."""

    past: BuildingPast
    settings: IndicatorSettings
    factors: DatedFactors
    """[kg CO2e/kWh]"""

    prices: DatedFactors
    """[EUR per kWh or m³]"""

    @property
    def commodity(self) -> Commodity:
        """Of what."""
        return self.past.meters[0].commodity

    def of_days(self, days: Iterable[date]) -> Iterator[IndicatorValue]:
        """Yield the indicators of local days."""
        for day in days:
            period = Period.of_day(day, self._zone)
            yield from self._of(Grain.DAY, period, [day])
            yield from self._against_expected(Grain.DAY, period, [day])

    def of_weeks(self, mondays: Iterable[date]) -> Iterator[IndicatorValue]:
        """Yield the indicators of weeks."""
        for monday in mondays:
            days = _days(monday, monday + timedelta(days=7))
            period = Period.of_days(days[0], days[-1] + timedelta(days=1), self._zone)
            yield self._energy(Grain.WEEK, period, self._total(period), monday)
            yield from self._against_expected(Grain.WEEK, period, days)

    def of_months(self, firsts: Iterable[date]) -> Iterator[IndicatorValue]:
        """Yield the indicators of calendar months."""
        for first in firsts:
            period = Period.of_month(first.year, first.month, self._zone)
            after = (first + timedelta(days=32)).replace(day=1)
            yield from self._of(Grain.MONTH, period, _days(first, after))

    def of_years(self, years: Iterable[int]) -> Iterator[IndicatorValue]:
        """Yield the indicators of calendar years."""
        for year in years:
            period = Period.of_year(year, self._zone)
            days = _days(date(year, 1, 1), date(year + 1, 1, 1))
            yield from self._of(Grain.YEAR, period, days)

    def _of(self, grain: Grain, period: Period, days: list[date]) -> Iterator[IndicatorValue]:
        total = self._total(period)
        yield self._energy(grain, period, total, days[0])
        least = self.settings.min_day_coverage if grain is Grain.DAY else self._least_month
        enough = total.coverage >= least
        hours = self._slice(period)
        found = {
            IndicatorName.PEAK: (peak(hours, period), self._rate_unit),
            IndicatorName.BASE_LOAD: (self._base_load(days), self._rate_unit),
            IndicatorName.OUT_OF_HOURS_SHARE: (self._share(hours, period), "1"),
        }
        if self.commodity.is_energy or self.commodity is Commodity.WATER:
            used = self._by_day(total, days)
            found[IndicatorName.COST] = (cost(used, self.commodity, self.prices), "EUR")
            found[IndicatorName.CARBON] = (carbon(used, self.commodity, self.factors), "kg")
        for name, (value, unit) in found.items():
            kept = value if enough or name in (IndicatorName.COST, IndicatorName.CARBON) else None
            if total.value is None:
                kept = None
            yield self._value(name, grain, days[0], kept, unit, total.coverage)

    def _against_expected(
        self, grain: Grain, period: Period, days: list[date]
    ) -> Iterator[IndicatorValue]:
        if not self.commodity.is_energy:
            return
        monday = days[0] - timedelta(days=days[0].weekday())
        elapsed = Period(period.start, max(min(period.end, self.past.now), period.start))
        compared = compare(
            self._slice(period),
            elapsed,
            self.past.expect([d for d in days if d <= self.past.today], before=monday),
            self._zone,
            floor=self.settings.dead_band_floor,
            least_coverage=self.settings.min_day_coverage,
        )
        for name, value, unit in (
            (IndicatorName.EXPECTED_ENERGY, compared.expected_kwh, "kWh"),
            (IndicatorName.DEVIATION, compared.deviation, "1"),
        ):
            yield self._value(name, grain, days[0], value, unit, compared.coverage)

    def _energy(
        self, grain: Grain, period: Period, total: EnergyTotal, first: date
    ) -> IndicatorValue:
        estimated = estimated_share(self._slice(period), period)
        unit = self.commodity.unit
        return self._value(
            IndicatorName.ENERGY, grain, first, total.value, unit, total.coverage, estimated
        )

    def _value(
        self,
        name: IndicatorName,
        grain: Grain,
        first: date,
        value: float | None,
        unit: str,
        coverage: float,
        estimated: float = 0.0,
    ) -> IndicatorValue:
        return IndicatorValue(
            building_id=self.past.building.id,
            name=name,
            commodity=self.commodity,
            grain=grain,
            first_day=first,
            value=None if value is None or np.isnan(value) else float(value),
            unit=unit,
            coverage=coverage,
            estimated_share=estimated,
        )

    def _by_day(self, total: EnergyTotal, days: list[date]) -> dict[date, float]:
        """Share a total among its days; what fell in gaps over midnight goes to the first."""
        if len(days) == 1:
            return {days[0]: total.value or 0.0}
        used = {day: self._day_totals.get(day, 0.0) for day in days}
        used[days[0]] += (total.value or 0.0) - sum(used.values())
        return used

    def _base_load(self, days: list[date]) -> float | None:
        loads = [
            self._base_loads[row] for day in days if (row := self._profiles.row(day)) is not None
        ]
        known = [load for load in loads if not np.isnan(load)]
        return float(np.mean(known)) if known else None

    def _share(self, hours: pd.DataFrame, period: Period) -> float | None:
        return out_of_hours_share(self.past.building, hours, period, self.past.events)

    def _total(self, period: Period) -> EnergyTotal:
        return total_over(self._slice(period), period)

    def _slice(self, period: Period) -> pd.DataFrame:
        bounds = pd.DatetimeIndex([period.start, period.end]).as_unit("us")
        first, after_last = self.past.hours.index.searchsorted(bounds)
        return self.past.hours.iloc[first:after_last]

    @cached_property
    def _day_totals(self) -> dict[date, float]:
        """What each local day used, gaps inside it included [kWh, m³]."""
        past = self.past
        day, _ = clock_of(pd.DatetimeIndex(past.hours.index), self._zone, past.first)
        since = pd.DatetimeIndex(pd.to_datetime(past.hours["unplaced_from"], unit="s", utc=True))
        known = np.flatnonzero(since.notna())
        began = np.full(len(day), -1)
        began[known] = clock_of(since[known], self._zone, past.first)[0]
        unplaced = np.where(began == day, past.hours["unplaced"].to_numpy(), 0.0)
        used = np.bincount(day, weights=np.nan_to_num(past.hours["value"].to_numpy()) + unplaced)
        return {past.first + timedelta(days=n): float(kwh) for n, kwh in enumerate(used)}

    @cached_property
    def _profiles(self) -> DayProfiles:
        past = self.past
        return profiles_of(past.hours, self._zone, past.first, past.today + timedelta(days=1))

    @cached_property
    def _base_loads(self) -> np.ndarray:
        return base_load(self._profiles)

    @property
    def _zone(self) -> ZoneInfo:
        return self.past.building.zone

    @property
    def _least_month(self) -> float:
        return self.settings.min_month_coverage

    @property
    def _rate_unit(self) -> str:
        return _RATE_UNIT.get(self.commodity, "kW")


def _days(first: date, after_last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((after_last - first).days)]
