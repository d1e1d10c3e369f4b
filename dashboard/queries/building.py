"""Everything the page of one building shows, read in one go."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self

import pandas as pd

from dashboard.queries.comparing import Edges
from dashboard.queries.health import MeterState, read_health
from dashboard.queries.past import Past
from dashboard.queries.portfolio import read_intensity, running_target
from dashboard.queries.sources import Sources
from dashboard.queries.spans import DaySpan, Look, complete_days
from dashboard.queries.standing import UsedAgainstExpected, used_against_expected
from domain.events import Event
from domain.indicators import Grain, IndicatorName, IndicatorValue
from domain.meters import Commodity, Meter
from domain.sites import Building, Portfolio
from domain.targets import Standing, Target
from storage.ports import ReadingStore

HEAT_DAYS = 28
USUAL_DAYS = 91
"""What is usual is told from so many days, a season."""

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
    def is_compared(self) -> bool:
        """Tell whether days like it say what to expect: not of the sun."""
        return self.commodity is not Commodity.SOLAR_PRODUCTION

    @property
    def span(self) -> DaySpan:
        """Complete days of the look."""
        return complete_days(self.look, self.now, self.building.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingRead:
    """The whole page."""

    query: BuildingQuery
    used: UsedAgainstExpected
    hours: pd.DataFrame | None
    """Roll-up by hour over the look and the four weeks of the heat map, today
    included; None without a meter."""

    bands: Mapping[date, Edges]
    """What each day was expected to be, by clock hour; unknown days left out."""

    indicators: tuple[IndicatorValue, ...]
    """Day by day, over the look and at least a season."""

    intensity_kwh_m2: float | None
    meters: tuple[MeterState, ...]
    newest_at: datetime | None
    """When the newest reading of the meters shown was taken."""

    target: Target | None
    standing: Standing | None
    events: tuple[Event, ...]
    """Those that touch the look."""


def read_building(sources: Sources, query: BuildingQuery) -> BuildingRead:
    """Read what the page shows."""
    building, span, records = query.building, query.span, sources.records
    shown = DaySpan(first=span.first, after_last=span.after_last + timedelta(days=1))
    target = running_target(records, building, span)
    states = read_health(sources.readings, query.portfolio.meters_of(building.id), query.now)
    mains = {meter.id for meter in query.mains}
    heard = [s.newest_at for s in states if s.newest_at and s.meter.id in mains]
    used, hours, bands = _measured(sources, query)
    return BuildingRead(
        query=query,
        used=used,
        hours=hours,
        bands=bands,
        indicators=_indicators(sources.readings, query),
        intensity_kwh_m2=read_intensity(sources.readings, building, span),
        meters=states,
        newest_at=max(heard, default=None),
        target=target,
        standing=records.targets.standing(target.id) if target else None,
        events=records.events.between(building.id, shown.period(building.zone)),
    )


def _measured(
    sources: Sources, query: BuildingQuery
) -> tuple[UsedAgainstExpected, pd.DataFrame | None, Mapping[date, Edges]]:
    span = query.span
    if query.commodity is None:
        return UsedAgainstExpected(used=None, coverage=0.0), None, {}
    past = sources.past(query.portfolio, query.building, query.commodity, span)
    compared = sources.comparisons.over(past, span)
    used = used_against_expected([compared], sources.comparisons.floor)
    first = min(span.first, heat_span(query).first)
    drawn = DaySpan(first=first, after_last=past.span.after_last)
    hours = past.hours_in(drawn.period(query.building.zone))
    if not query.is_compared:
        return _without_expected(used), hours, {}
    return used, hours, {**compared.bands, **_today(past, span.after_last)}


def _without_expected(used: UsedAgainstExpected) -> UsedAgainstExpected:
    days = tuple(replace(day, expected=None, error=None) for day in used.days)
    return UsedAgainstExpected(days=days, used=used.used, coverage=used.coverage)


def _today(past: Past, today: date) -> Mapping[date, Edges]:
    return {day: found.band() for day, found in past.expect([today]).items()}


def heat_span(query: BuildingQuery) -> DaySpan:
    """Return the four weeks of the heat map, today included."""
    after_today = query.span.after_last + timedelta(days=1)
    return DaySpan(first=after_today - timedelta(days=HEAT_DAYS), after_last=after_today)


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
    first = min(span.first, span.after_last - timedelta(days=USUAL_DAYS))
    return readings.read_indicators(
        query.building.id, Grain.DAY, first, span.after_last, _RAILS, query.commodity
    )
