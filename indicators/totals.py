"""How much was used over a period, and how much of it was measured."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from domain.indicators import EnergyTotal
from domain.periods import HOUR, Period, floor_hour
from indicators.intervals import HOUR_US, instants_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A silence of which the total is known, wholly inside a period."""

    first: int
    """Position of the hour in which it starts."""

    last: int
    """Position of the hour in which it ends."""

    quantity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredHours:
    """Every hour of a period, measured or not."""

    period: Period
    starts: pd.DatetimeIndex
    value: npt.NDArray[np.float64]
    """Used in the covered part [kWh, m³]; 0 where nothing was measured."""

    coverage: npt.NDArray[np.float64]
    """Covered share of each hour [0..1], gaps of known total not counted."""

    estimated: npt.NDArray[np.float64]
    gaps: tuple[Gap, ...]

    def filled(self, gaps: tuple[Gap, ...] | None = None) -> npt.NDArray[np.float64]:
        """Return the coverage when gaps of known total count as covered."""
        share = self.coverage.copy()
        for gap in self.gaps if gaps is None else gaps:
            share[gap.first : gap.last + 1] = 1.0
        return share


def covered_hours(hours: pd.DataFrame, period: Period) -> CoveredHours:
    """Lay a roll-up's hours out over a period.

    Args:
        hours: Roll-up columns by UTC hour; a missing hour was not measured.
        period: What is asked for; an hour it only touches is taken whole.
    """
    first = floor_hour(period.start)
    count = -((first - period.end) // HOUR)
    starts = pd.date_range(first, periods=count, freq="h", unit="us", name="time")
    at = (instants_us(hours.index) - int(first.timestamp()) * 1_000_000) // HOUR_US
    inside = (at >= 0) & (at < count)
    at, inner = at[inside], hours[inside]

    def laid_out(column: str) -> npt.NDArray[np.float64]:
        row = np.zeros(count)
        row[at] = np.nan_to_num(inner[column].to_numpy(np.float64))
        return row

    gaps = _gaps(inner, at, period.start, first)
    return CoveredHours(
        period=period,
        starts=starts,
        value=laid_out("value"),
        coverage=laid_out("coverage"),
        estimated=laid_out("estimated"),
        gaps=gaps,
    )


def total_over(hours: pd.DataFrame, period: Period) -> EnergyTotal:
    """Return what was used over a period, with its coverage.

    A gap of known total counts when it lies wholly inside; when it began
    before, its hours stay uncovered and nothing is guessed.

    Args:
        hours: Roll-up columns by UTC hour.
        period: Any period; whole hours give exact figures.
    """
    laid = covered_hours(hours, period)
    share = min(float(laid.filled().sum()) / max(period.hours, 1e-9), 1.0)
    value = float(laid.value.sum()) + sum(gap.quantity for gap in laid.gaps)
    return EnergyTotal(period=period, value=value if share > 0 else None, coverage=share)


def estimated_share(hours: pd.DataFrame, period: Period) -> float:
    """Return the share of a period's total that was estimated [0..1]."""
    laid = covered_hours(hours, period)
    value = float(laid.value.sum()) + sum(gap.quantity for gap in laid.gaps)
    return min(float(laid.estimated.sum()) / value, 1.0) if value > 0 else 0.0


def _gaps(
    inner: pd.DataFrame, at: npt.NDArray[np.int64], start: datetime, first: datetime
) -> tuple[Gap, ...]:
    since = inner["unplaced_from"].to_numpy(np.float64)
    quantity = inner["unplaced"].to_numpy(np.float64)
    wholly = np.flatnonzero(~np.isnan(since) & (since >= start.timestamp()))
    return tuple(
        Gap(
            first=int((datetime.fromtimestamp(since[i], UTC) - first) / timedelta(hours=1)),
            last=int(at[i]),
            quantity=float(quantity[i]),
        )
        for i in wholly
    )
