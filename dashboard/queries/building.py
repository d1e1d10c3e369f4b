"""Everything the page of one building shows, read in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import pandas as pd

from dashboard.queries.expected_hours import Course, read_course
from dashboard.queries.health import MeterState, read_health
from dashboard.queries.portfolio import read_intensity, running_target
from dashboard.queries.spans import DaySpan, Look, complete_days
from dashboard.queries.standing import UsedAgainstExpected, read_used
from domain.events import Event
from domain.indicators import Grain, IndicatorName, IndicatorValue
from domain.meters import Commodity, Meter
from domain.periods import Period
from domain.sites import Building, Portfolio
from domain.targets import Standing, Target
from indicators.day_profiles import total_of
from storage.ports import ReadingStore, Records, Step

HEAT_DAYS = 28
_SHOWN = tuple(c for c in Commodity if c is not Commodity.OUTDOOR_TEMPERATURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingQuery:
    """What is asked of one building."""

    building: Building
    portfolio: Portfolio
    look: Look
    commodity: Commodity | None
    """None: it has no main meter of anything."""

    commodities: tuple[Commodity, ...]
    now: datetime

    @classmethod
    def of(
        cls,
        building: Building,
        portfolio: Portfolio,
        look: Look,
        asked: str | None,
        now: datetime,
    ) -> Self:
        """Return the query; a commodity the building lacks becomes its first."""
        offered = tuple(c for c in _SHOWN if portfolio.mains_of(building.id, c))
        wanted = next((c for c in offered if c == asked), offered[0] if offered else None)
        return cls(
            building=building,
            portfolio=portfolio,
            look=look,
            commodity=wanted,
            commodities=offered,
            now=now,
        )

    @property
    def mains(self) -> tuple[Meter, ...]:
        """The meters whose sum is shown."""
        if self.commodity is None:
            return ()
        return self.portfolio.mains_of(self.building.id, self.commodity)

    @property
    def span(self) -> DaySpan:
        """Complete days of the look."""
        return complete_days(self.look, self.now, self.building.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingRead:
    """The whole page."""

    query: BuildingQuery
    used: UsedAgainstExpected
    curve: Course | None
    """Hour by hour, today included; None over a year or without a meter."""

    days: pd.DataFrame | None
    """Roll-up by day over a year."""

    heat: pd.DataFrame | None
    """Roll-up by hour over the last four weeks."""

    indicators: tuple[IndicatorValue, ...]
    intensity_kwh_m2: float | None
    meters: tuple[MeterState, ...]
    target: Target | None
    standing: Standing | None
    events: tuple[Event, ...]


def read_building(readings: ReadingStore, records: Records, query: BuildingQuery) -> BuildingRead:
    """Read what the page shows."""
    building, span = query.building, query.span
    after_today = span.after_last + timedelta(days=1)
    shown = DaySpan(first=span.first, after_last=after_today)
    events = records.events.between(building.id, shown.period(building.zone))
    target = running_target(records, building, span)
    yearly = query.look is Look.YEAR
    mains = query.mains
    return BuildingRead(
        query=query,
        used=read_used(readings, building, span, (query.commodity,) if query.commodity else ()),
        curve=None
        if yearly or not mains
        else read_course(readings, query.portfolio, building, mains, shown, events),
        days=_total(readings, mains, Step.DAY, shown.period(building.zone)) if yearly else None,
        heat=_total(readings, mains, Step.HOUR, heat_span(query).period(building.zone)),
        indicators=_indicators(readings, query),
        intensity_kwh_m2=read_intensity(readings, building, span),
        meters=read_health(readings, query.portfolio.meters_of(building.id), query.now),
        target=target,
        standing=records.targets.standing(target.id) if target else None,
        events=events,
    )


def heat_span(query: BuildingQuery) -> DaySpan:
    """Return the four weeks of the heat map, today included."""
    after_today = query.span.after_last + timedelta(days=1)
    return DaySpan(first=after_today - timedelta(days=HEAT_DAYS), after_last=after_today)


def _total(
    readings: ReadingStore, mains: Sequence[Meter], step: Step, period: Period
) -> pd.DataFrame | None:
    if not mains:
        return None
    return total_of([readings.read_rollup(meter.id, step, period) for meter in mains])


_RAILS = (
    IndicatorName.BASE_LOAD,
    IndicatorName.OUT_OF_HOURS_SHARE,
    IndicatorName.PEAK,
    IndicatorName.CARBON,
    IndicatorName.COST,
    IndicatorName.ENERGY,
)


def _indicators(readings: ReadingStore, query: BuildingQuery) -> tuple[IndicatorValue, ...]:
    if query.commodity is None:
        return ()
    span = query.span
    return readings.read_indicators(
        query.building.id, Grain.DAY, span.first, span.after_last, _RAILS, query.commodity
    )
