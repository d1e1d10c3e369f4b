"""Everything the portfolio page shows, read in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.queries.health import MeterState, read_health
from dashboard.queries.spans import DaySpan, Look, complete_days
from dashboard.queries.standing import UsedAgainstExpected, read_used
from domain.indicators import Grain, IndicatorName
from domain.meters import Commodity
from domain.sites import Building, Portfolio
from domain.targets import Standing, Target, TargetState
from storage.ports import ReadingStore, Records

ENERGIES = tuple(commodity for commodity in Commodity if commodity.is_energy)


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
    meters: tuple[MeterState, ...]
    dead_letters: int
    now: datetime


def read_portfolio(
    readings: ReadingStore,
    records: Records,
    portfolio: Portfolio,
    buildings: Sequence[Building],
    look: Look,
    now: datetime,
) -> PortfolioFigures:
    """Read what the page shows of the buildings its reader may see."""
    ids = {building.id for building in buildings}
    states = read_health(readings, (m for m in portfolio.meters if m.building_id in ids), now)
    zone = buildings[0].zone if buildings else now.tzinfo
    span = complete_days(look, now, zone)  # type: ignore[arg-type]  # any zone will do for none
    return PortfolioFigures(
        look=look,
        span=span,
        buildings=tuple(
            _figures(readings, records, building, complete_days(look, now, building.zone), states)
            for building in buildings
        ),
        meters=states,
        dead_letters=records.dead_letters.count(),
        now=now,
    )


def _figures(
    readings: ReadingStore,
    records: Records,
    building: Building,
    span: DaySpan,
    states: Sequence[MeterState],
) -> BuildingFigures:
    own = [s.newest_at for s in states if s.meter.building_id == building.id and s.newest_at]
    target = running_target(records, building, span)
    return BuildingFigures(
        building=building,
        used=read_used(readings, building, span, ENERGIES),
        intensity_kwh_m2=read_intensity(readings, building, span),
        target=target,
        standing=records.targets.standing(target.id) if target else None,
        newest_at=max(own) if own else None,
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
