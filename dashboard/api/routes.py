"""Reading the portfolio: buildings, meters, intervals, indicators and targets."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from dashboard.api.context import Caller, Context, building_of, meter_of
from dashboard.api.parameters import (
    FIRST_YEAR,
    LAST_YEAR,
    From,
    StepParameter,
    To,
    bounded,
    period_of,
)
from dashboard.api.problems import Problem, responses
from dashboard.api.schemas import (
    BuildingBody,
    IndicatorBody,
    IntervalBody,
    IntervalsBody,
    MeterBody,
    StandingBody,
    TargetBody,
)
from dashboard.auth.policy import buildings_for
from dashboard.queries.consumption import intervals, unit_of
from dashboard.queries.steps import ReportStep
from domain.indicators import Grain, IndicatorName
from domain.meters import Commodity, Meter
from domain.sites import Building
from domain.targets import Standing, Target

LONGEST_INDICATORS_DAYS = 4000


def api_router() -> APIRouter:
    """Return the routes that read; each answers only for the caller's buildings."""
    router = APIRouter(responses=responses(401, 403, 503))

    @router.get("/buildings", tags=["portfolio"])
    def list_buildings(caller: Caller, context: Context) -> list[BuildingBody]:
        """Return the buildings this account may see."""
        portfolio = context.records.portfolio.portfolio()
        return [_building(b) for b in buildings_for(caller, portfolio)]

    @router.get("/buildings/{building_id}", tags=["portfolio"], responses=responses(404))
    def one_building(building_id: str, caller: Caller, context: Context) -> BuildingBody:
        """Return one building."""
        return _building(building_of(context, caller, building_id))

    @router.get("/buildings/{building_id}/meters", tags=["portfolio"], responses=responses(404))
    def list_meters(building_id: str, caller: Caller, context: Context) -> list[MeterBody]:
        """Return the meters of one building, retired ones included."""
        building = building_of(context, caller, building_id)
        portfolio = context.records.portfolio.portfolio()
        return [_meter(m) for m in portfolio.meters_of(building.id)]

    @router.get("/meters/{meter_id}/intervals", tags=["data"], responses=responses(404, 422))
    def list_intervals(
        meter_id: str,
        caller: Caller,
        context: Context,
        start: From,
        end: To,
        step: StepParameter = ReportStep.HOUR,
    ) -> IntervalsBody:
        """Return what one meter counted, in every step that starts in [from, to[.

        Gaps are there with a null value. At most 400 days by hour, 4000 by day.
        """
        building, meter = meter_of(context, caller, meter_id)
        period = bounded(period_of(start, end, building.zone), step)
        found = intervals(context.readings, meter, building.zone, period, step, now=context.now())
        return IntervalsBody(
            meter_id=meter.id,
            commodity=meter.commodity,
            unit=unit_of(meter.commodity),
            step=step,
            intervals=[IntervalBody.model_validate(i, from_attributes=True) for i in found],
        )

    @router.get("/buildings/{building_id}/indicators", tags=["data"], responses=responses(404, 422))
    def list_indicators(
        building_id: str,
        caller: Caller,
        context: Context,
        first: Annotated[date, Query(alias="from", description="First local day, included")],
        after_last: Annotated[date, Query(alias="to", description="Last local day, excluded")],
        grain: Grain = Grain.DAY,
        name: IndicatorName | None = None,
        commodity: Commodity | None = None,
    ) -> list[IndicatorBody]:
        """Return the indicators whose span starts in [from, to[."""
        building = building_of(context, caller, building_id)
        _check_days(first, after_last)
        found = context.readings.read_indicators(
            building.id, grain, first, after_last, (name,) if name else (), commodity
        )
        return [IndicatorBody.model_validate(value, from_attributes=True) for value in found]

    @router.get("/buildings/{building_id}/targets", tags=["targets"], responses=responses(404))
    def list_targets(building_id: str, caller: Caller, context: Context) -> list[TargetBody]:
        """Return the present version of every target, newest first, with its standing."""
        building = building_of(context, caller, building_id)
        targets = context.records.targets
        today = context.now().astimezone(building.zone).date()
        return [_target(t, targets.standing(t.id), today) for t in targets.all(building.id)]

    return router


def _check_days(first: date, after_last: date) -> None:
    for name, day in (("from", first), ("to", after_last)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise Problem(
                422, "far_away", parameter=name, first_year=FIRST_YEAR, last_year=LAST_YEAR
            )
    if after_last < first:
        raise Problem(422, "backwards", parameter="to")
    if after_last - first > timedelta(days=LONGEST_INDICATORS_DAYS):
        raise Problem(422, "too_long", parameter="to", days=LONGEST_INDICATORS_DAYS, step="day")


def _building(building: Building) -> BuildingBody:
    return BuildingBody.model_validate(building, from_attributes=True)


def _meter(meter: Meter) -> MeterBody:
    return MeterBody(
        id=meter.id,
        building_id=meter.building_id,
        name=meter.name,
        commodity=meter.commodity,
        unit=unit_of(meter.commodity),
        end_use=meter.end_use,
        zone_id=meter.zone_id,
        parent_id=meter.parent_id,
        is_main=meter.is_main,
        retired=meter.retired,
    )


def _target(target: Target, standing: Standing | None, today: date) -> TargetBody:
    return TargetBody(
        id=target.id,
        commodity=target.commodity,
        reduction=target.reduction,
        first_day=target.first_day,
        last_day=target.last_day,
        state=target.state_on(today),
        version=target.version,
        note=target.note,
        standing=StandingBody.model_validate(standing, from_attributes=True) if standing else None,
    )
