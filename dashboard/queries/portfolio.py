"""Everything the portfolio page shows, read in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.queries.comparing import Compared
from dashboard.queries.health import MeterState, read_health
from dashboard.queries.ingest_state import read_ingest
from dashboard.queries.sources import Sources
from dashboard.queries.spans import DaySpan, Look, complete_days
from dashboard.queries.standing import UsedAgainstExpected, used_against_expected
from domain.indicators import Grain, IndicatorName
from domain.sites import Building, Portfolio
from domain.targets import Standing, Target, TargetState
from storage.ports import ReadingStore, Records


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingFigures:
    """One building's line."""

    building: Building
    used: UsedAgainstExpected
    intensity_kwh_m2: float | None
    """Final energy over twelve months [kWh/m²]; None while too little was measured."""

    target: Target | None
    standing: Standing | None
    newest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioFigures:
    """The whole page."""

    look: Look
    span: DaySpan
    buildings: tuple[BuildingFigures, ...]
    whole: UsedAgainstExpected
    """All buildings added up, each energy compared where it can be."""

    meters: tuple[MeterState, ...]
    dead_letters: int | None
    """Messages that could not be read; None for who sees only some buildings,
    since nobody can tell whose they are."""

    now: datetime
    unaccounted: int = 0
    """Messages of which nobody knows what became; told to who sees every building."""


def read_portfolio(
    sources: Sources,
    portfolio: Portfolio,
    buildings: Sequence[Building],
    look: Look,
    now: datetime,
    *,
    sees_all: bool,
) -> PortfolioFigures:
    """Read what the page shows of the buildings its reader may see."""
    ids = {building.id for building in buildings}
    meters = (meter for meter in portfolio.meters if meter.building_id in ids)
    states = read_health(sources.readings, meters, now)
    zone = buildings[0].zone if buildings else now.tzinfo
    parts = {
        building.id: tuple(
            sources.energies(portfolio, building, complete_days(look, now, building.zone))
        )
        for building in buildings
    }
    return PortfolioFigures(
        look=look,
        span=complete_days(look, now, zone),  # type: ignore[arg-type]  # any zone will do for none
        buildings=tuple(
            _figures(sources, building, parts[building.id], look, states, now)
            for building in buildings
        ),
        whole=used_against_expected(
            [part for each in parts.values() for part in each], sources.comparisons.floor
        ),
        meters=states,
        dead_letters=sources.records.dead_letters.count() if sees_all else None,
        unaccounted=read_ingest(sources.records, now).unaccounted if sees_all else 0,
        now=now,
    )


def _figures(
    sources: Sources,
    building: Building,
    parts: Sequence[Compared],
    look: Look,
    states: Sequence[MeterState],
    now: datetime,
) -> BuildingFigures:
    span = complete_days(look, now, building.zone)
    own = [s.newest_at for s in states if s.meter.building_id == building.id and s.newest_at]
    target = running_target(sources.records, building, span)
    return BuildingFigures(
        building=building,
        used=used_against_expected(parts, sources.comparisons.floor),
        intensity_kwh_m2=read_intensity(sources.readings, building, span),
        target=target,
        standing=sources.records.targets.standing(target.id) if target else None,
        newest_at=max(own, default=None),
    )


def read_intensity(readings: ReadingStore, building: Building, span: DaySpan) -> float | None:
    """Return the newest final energy per floor area [kWh/m²]."""
    found = readings.read_indicators(
        building.id,
        Grain.ROLLING_YEAR,
        span.after_last.replace(year=span.after_last.year - 2, day=1),
        span.after_last,
        (IndicatorName.INTENSITY,),
        None,
    )
    whole = [v for v in found if v.commodity is None and v.value is not None]
    return max(whole, key=lambda v: v.first_day).value if whole else None


def running_target(records: Records, building: Building, span: DaySpan) -> Target | None:
    """Return the target that runs today, if any."""
    running = [
        target
        for target in records.targets.all(building.id)
        if target.state_on(span.after_last) is TargetState.RUNNING
    ]
    return running[0] if running else None
