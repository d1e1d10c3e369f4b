"""What the choice of a nudge needs, gathered from a building's sub-meters."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from domain.meters import Commodity, EndUse, Meter
from domain.nudges import Nudge
from domain.periods import Period
from domain.sites import Portfolio
from indicators.closures import saving_when_closed
from indicators.nudges import LONG_CLOSURE, QUIET, UseAtStake, choose
from indicators.verdict import compare
from scheduler.building_past import BuildingPast

_DAYS = 7
_LONGEST = timedelta(days=5)

_END_USE_OF = {
    Commodity.NATURAL_GAS: EndUse.HEATING,
    Commodity.DISTRICT_HEAT: EndUse.HEATING,
    Commodity.FUEL_OIL: EndUse.HEATING,
    Commodity.WOOD: EndUse.HEATING,
    Commodity.DISTRICT_COLD: EndUse.COOLING,
}
"""What an energy is for when its meter does not say."""


def suggest(
    portfolio: Portfolio,
    past: BuildingPast,
    last: Nudge | None,
    now: datetime,
    *,
    floor: float,
    least_coverage: float,
) -> Nudge | None:
    """Return the nudge of now: the present one, a new one, or None."""
    building = past.building
    quiet = last is not None and (last.until > now or now - last.made_at < QUIET)
    uses = () if quiet else tuple(_uses(portfolio, past, now, floor, least_coverage))
    return choose(
        building,
        now,
        uses,
        last=last,
        outdoor_degc=past.temperature(past.today),
        events=past.events,
    )


def _uses(
    portfolio: Portfolio, past: BuildingPast, now: datetime, floor: float, least_coverage: float
) -> Iterator[UseAtStake]:
    for end_use, meters in _groups(portfolio, past):
        part = replace(past, meters=meters)
        first = past.today - timedelta(days=_DAYS)
        days = [first + timedelta(days=n) for n in range(_DAYS)]
        span = Period.of_days(first, past.today, past.building.zone)
        recent = compare(
            part.hours,
            span,
            part.expect(days, before=first),
            past.building.zone,
            floor=floor,
            least_coverage=least_coverage,
        )
        yield UseAtStake(
            end_use=end_use,
            recent=recent,
            night_saving_kwh=_saving(part, now, timedelta(0), LONG_CLOSURE),
            weekend_saving_kwh=_saving(part, now, LONG_CLOSURE, _LONGEST),
        )


def _saving(
    part: BuildingPast, now: datetime, longer: timedelta, shorter: timedelta
) -> float | None:
    return saving_when_closed(
        part.building, part.hours, now, longer_than=longer, shorter_than=shorter, events=part.events
    )


def _groups(portfolio: Portfolio, past: BuildingPast) -> Iterator[tuple[EndUse, tuple[Meter, ...]]]:
    """Yield the end uses that are metered, and the building as a whole."""
    for meter in portfolio.meters_of(past.building.id):
        end_use = meter.end_use
        if end_use is EndUse.ALL:
            end_use = _END_USE_OF.get(meter.commodity, EndUse.ALL)
        if end_use is not EndUse.ALL and meter.commodity.is_energy and not meter.retired:
            yield end_use, (meter,)
    yield EndUse.ALL, past.meters
