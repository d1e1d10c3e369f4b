"""What each meter counted over a whole period, silences of known total included."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from domain.meters import Commodity, Meter
from domain.periods import Period
from domain.sites import Building, Portfolio
from indicators.totals import covered_hours, total_over
from storage.ports import ReadingStore, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterTotal:
    """One meter over one period."""

    building: Building
    meter: Meter
    value: float | None
    """[kWh, m³], or mean [°C]; None when nothing was measured."""

    silent: float
    """Part of `value` that went by while nothing was heard: how much, not when [kWh, m³]."""

    coverage: float
    """Share of the period that `value` tells of [0..1]."""


def meter_totals(
    readings: ReadingStore,
    portfolio: Portfolio,
    building: Building,
    period: Period,
    *,
    commodities: frozenset[Commodity] = frozenset(),
) -> Iterator[MeterTotal]:
    """Yield the totals of a building's meters; no commodities means all of them.

    Args:
        readings: Where roll-ups are.
        portfolio: Every meter known.
        building: Whose.
        period: Up to now at most.
        commodities: Which.
    """
    for meter in portfolio.meters_of(building.id):
        if commodities and meter.commodity not in commodities:
            continue
        hours = readings.read_rollup(meter.id, Step.HOUR, period)
        if meter.commodity.unit == "degC":
            value, silent, coverage = _mean(hours), 0.0, total_over(hours, period).coverage
        else:
            total = total_over(hours, period)
            silent = sum(gap.quantity for gap in covered_hours(hours, period).gaps)
            value, coverage = total.value, total.coverage
        yield MeterTotal(
            building=building, meter=meter, value=value, silent=silent, coverage=coverage
        )


def _mean(hours: pd.DataFrame) -> float | None:
    known = hours[hours["value"].notna()]
    weight = float(known["coverage"].sum())
    return float((known["value"] * known["coverage"]).sum()) / weight if weight else None
