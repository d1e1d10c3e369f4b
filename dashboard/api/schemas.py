"""What the API answers, field by field."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from dashboard.queries.steps import ReportStep
from domain.indicators import Grain, IndicatorName
from domain.meters import Commodity, EndUse
from domain.sites import BuildingUse
from domain.targets import StandingWord, TargetState


class BuildingBody(BaseModel):
    """A building."""

    id: str
    name: str
    use: BuildingUse
    floor_area_m2: float
    city: str
    time_zone: str
    people: int | None


class MeterBody(BaseModel):
    """A meter. `is_main` ones make the building's total; the others are part of their parent."""

    id: str
    building_id: str
    name: str
    commodity: Commodity
    unit: str = Field(description="Unit of its intervals: kWh, kWh PCS (gas), m³ or °C")
    end_use: EndUse
    zone_id: str | None
    parent_id: str | None
    is_main: bool
    retired: bool


class IntervalBody(BaseModel):
    """What a meter counted from `start`, included, to `end`, excluded."""

    start: datetime
    end: datetime
    value: float | None = Field(description="null when nothing was measured: unknown, not zero")
    coverage: float = Field(description="Share of the span that was measured, 0 to 1")
    estimated_share: float | None = Field(description="Part of the value that is an estimate")
    unplaced: float = Field(
        description="Used in a gap that ends in this span, without knowing when; not in `value`"
    )


class IntervalsBody(BaseModel):
    """The intervals of one meter."""

    meter_id: str
    commodity: Commodity
    unit: str
    step: ReportStep
    intervals: list[IntervalBody]


class ReportRowBody(IntervalBody):
    """One line of a report."""

    building_id: str
    building: str
    meter_id: str
    meter: str
    commodity: Commodity
    is_main: bool
    unit: str


class IndicatorBody(BaseModel):
    """One indicator over one span."""

    name: IndicatorName
    commodity: Commodity | None = Field(description="null: all energies together")
    grain: Grain
    first_day: date
    value: float | None = Field(description="null when too little was measured")
    unit: str
    coverage: float
    estimated_share: float


class StandingBody(BaseModel):
    """Where a building stands against a target."""

    word: StandingWord
    used_kwh: float | None
    allowed_kwh: float | None
    deviation: float | None
    dead_band: float | None
    coverage: float
    elapsed: float
    made_at: datetime


class TargetBody(BaseModel):
    """A reduction asked of a building; days are local, both included."""

    id: str
    commodity: Commodity
    reduction: float = Field(description="0.05 is minus five percent against what is expected")
    first_day: date
    last_day: date
    state: TargetState
    version: int
    note: str
    standing: StandingBody | None
