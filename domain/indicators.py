"""Indicators: figures that speak of performance (ISO 50006 EnPI)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.meters import Commodity
from domain.periods import Period


class IndicatorName(StrEnum):
    """Every indicator the scheduler keeps; `docs/nomenclature.md` defines each."""

    ENERGY = "energy"
    """Energy or volume used [kWh or m³]."""

    EXPECTED_ENERGY = "expected_energy"
    """What like days lead one to expect [kWh]."""

    INTENSITY = "intensity"
    """Final energy per floor area over twelve months [kWh/m²]."""

    BASE_LOAD = "base_load"
    """Power that never stops: mean of the eight lowest half-hours [kW]."""

    OUT_OF_HOURS_SHARE = "out_of_hours_share"
    """Share of energy used while closed [0..1]."""

    PEAK = "peak"
    """Highest mean power of an interval [kW]."""

    CARBON = "carbon"
    """Emissions by the dated factor in the configuration [kg CO2e]."""

    COST = "cost"
    """Cost by the dated price in the configuration [EUR]."""

    DEVIATION = "deviation"
    """(measured − expected) / expected [ratio]."""


class Grain(StrEnum):
    """How long a span an indicator covers."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ROLLING_YEAR = "rolling_year"
    """The twelve complete months before `first_day`'s month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorValue:
    """One indicator of one building over one span, never without its coverage.

    The identity is (building, name, commodity, grain, first_day).
    """

    building_id: str
    name: IndicatorName
    commodity: Commodity | None
    """None: all energies together."""

    grain: Grain

    first_day: date
    """Local day on which the span starts."""

    value: float | None
    """None: not enough data."""

    unit: str

    coverage: float
    """Share of the span that measurements cover [0..1]."""

    estimated_share: float = 0.0
    """Share of the value that was estimated [0..1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyTotal:
    """What was used over a period, never separated from its coverage."""

    period: Period
    value: float | None
    """[kWh], or [m³] for water; None when nothing was measured."""

    coverage: float
    """Share of the period that valid intervals cover [0..1]."""
