"""What meters counted, step by step: the rows of every report and of the API."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from dashboard.queries.steps import ReportStep, months_of, spans_of, until
from domain.meters import Commodity, Meter
from domain.periods import Period
from domain.sites import Building, Portfolio
from storage.ports import ReadingStore, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """What one meter counted over one span; a gap is a gap."""

    start: datetime
    """In the building's time zone, with its offset."""

    end: datetime
    """Excluded."""

    value: float | None
    """[kWh, m³], or mean [°C]; None when nothing was measured."""

    coverage: float
    """Share of the span that was measured [0..1]."""

    estimated_share: float | None
    """Part of the value that is an estimate [0..1]; None without a value."""

    unplaced: float
    """Used in a gap that ends in this span, without knowing when [kWh, m³]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One interval with the meter and building it belongs to."""

    building: Building
    meter: Meter
    interval: Interval


def unit_of(commodity: Commodity) -> str:
    """Return the unit a reader sees; the energy of gas is its gross calorific value."""
    if commodity is Commodity.NATURAL_GAS:
        return "kWh PCS"
    return {"m3": "m³", "degC": "°C"}.get(commodity.unit, commodity.unit)


def report_rows(
    readings: ReadingStore,
    portfolio: Portfolio,
    buildings: Iterable[Building],
    period: Period,
    step: ReportStep,
    *,
    now: datetime,
    commodities: frozenset[Commodity] = frozenset(),
) -> Iterator[ReportRow]:
    """Yield the rows of a report, meter by meter; no commodities means all of them."""
    for building in buildings:
        for meter in portfolio.meters_of(building.id):
            if commodities and meter.commodity not in commodities:
                continue
            for interval in intervals(readings, meter, building.zone, period, step, now=now):
                yield ReportRow(building=building, meter=meter, interval=interval)


def intervals(
    readings: ReadingStore,
    meter: Meter,
    zone: ZoneInfo,
    period: Period,
    step: ReportStep,
    *,
    now: datetime,
) -> Iterator[Interval]:
    """Yield what a meter counted in every span that starts in `period` and has begun.

    A span without any measurement is there too, without a value.
    """
    begun = until(period, now)
    if step is ReportStep.MONTH:
        for span in spans_of(step, begun, zone):
            days = readings.read_rollup(meter.id, Step.DAY, span)
            yield _month(days, span, zone, is_mean=meter.commodity.unit == "degC")
        return
    stored = Step.HOUR if step is ReportStep.HOUR else Step.DAY
    for piece in months_of(begun):
        frame = readings.read_rollup(meter.id, stored, piece)
        by_start = dict(zip(_instants(frame), frame.itertuples(index=False), strict=True))
        for span in spans_of(step, piece, zone):
            yield _interval(by_start.get(span.start), span, zone)


def _interval(row: object, span: Period, zone: ZoneInfo) -> Interval:
    value = _number(getattr(row, "value", None))
    return Interval(
        start=span.start.astimezone(zone),
        end=span.end.astimezone(zone),
        value=value,
        coverage=_number(getattr(row, "coverage", None)) or 0.0,
        estimated_share=_share(getattr(row, "estimated", None), value),
        unplaced=_number(getattr(row, "unplaced", None)) or 0.0,
    )


def _month(days: pd.DataFrame, span: Period, zone: ZoneInfo, *, is_mean: bool) -> Interval:
    hours = _hours_of_days(days.index, zone)
    covered_h = (days["coverage"] * hours).where(days["value"].notna(), 0.0)
    if is_mean:
        weight = float(covered_h.sum())
        total = float((days["value"] * covered_h).sum()) / weight if weight else math.nan
    else:
        total = float(days["value"].sum(min_count=1))
    value = _number(total)
    return Interval(
        start=span.start.astimezone(zone),
        end=span.end.astimezone(zone),
        value=value,
        coverage=min(1.0, float(covered_h.sum()) / span.hours),
        estimated_share=_share(days["estimated"].sum(), value),
        unplaced=_number(days["unplaced"].sum()) or 0.0,
    )


def _hours_of_days(starts: pd.Index, zone: ZoneInfo) -> pd.Series:
    """Return how long each local day is [h]: 23, 24 or 25."""
    lengths = [
        Period.of_day((start + timedelta(hours=1)).astimezone(zone).date(), zone).hours
        for start in starts
    ]
    return pd.Series(lengths, index=starts, dtype=float)


def _instants(frame: pd.DataFrame) -> list[datetime]:
    return [pd.Timestamp(at).to_pydatetime() for at in frame.index]


def _number(x: object) -> float | None:
    number = math.nan if x is None else float(x)  # type: ignore[arg-type]  # a frame's cell
    return number if math.isfinite(number) else None


def _share(part: object, whole: float | None) -> float | None:
    if whole is None:
        return None
    estimated = _number(part) or 0.0
    return min(1.0, max(0.0, estimated / whole)) if whole else 0.0
