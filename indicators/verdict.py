"""How what was measured compares with what was expected."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from domain.periods import HOUR, Period
from domain.snapshots import Comparison, Verdict
from indicators.day_profiles import CLOCK_HOURS, clock_of
from indicators.expected import ExpectedDay, dead_band
from indicators.totals import CoveredHours, Gap, covered_hours


def verdict(deviation: float | None, band: float | None) -> Verdict:
    """Return the word for a deviation; on the edge of the band it is as expected.

    >>> verdict(-0.05, 0.03), verdict(0.03, 0.03), verdict(0.05, None)
    (<Verdict.BETTER: 'better'>, <Verdict.AS_EXPECTED: 'as_expected'>, <Verdict.UNKNOWN: 'unknown'>)
    """
    if deviation is None or band is None:
        return Verdict.UNKNOWN
    if abs(deviation) <= band:
        return Verdict.AS_EXPECTED
    return Verdict.BETTER if deviation < 0 else Verdict.ABOVE


def compare(
    hours: pd.DataFrame,
    period: Period,
    expected: Mapping[date, ExpectedDay],
    zone: ZoneInfo,
    *,
    floor: float,
    least_coverage: float,
) -> Comparison:
    """Compare a period with its expectation, over the hours that were measured.

    An hour half measured is compared with half of what was expected in it. A
    gap of known total is compared as a whole with what its hours led to expect.

    Args:
        hours: Roll-up columns by UTC hour.
        period: Up to now at most.
        expected: The expectation of each of its local days, where there is one.
        zone: The building's.
        floor: Least half-width of the dead-band [ratio].
        least_coverage: With less of the period compared, nothing is said [0..1].
    """
    laid = covered_hours(hours, period)
    first = period.start.astimezone(zone).date()
    day, clock = clock_of(laid.starts, zone, first)
    table = {(d.toordinal() - first.toordinal()): e for d, e in expected.items() if d >= first}
    rate = np.array(
        [table[d].rate[c] if d in table else np.nan for d, c in zip(day, clock, strict=True)]
    )
    gaps = tuple(g for g in laid.gaps if not np.isnan(rate[g.first : g.last + 1]).any())
    weight = np.where(np.isnan(rate), 0.0, laid.filled(gaps))
    share = min(float(weight.sum()) / max(period.hours, 1e-9), 1.0)
    if share == 0:
        return _measured_only(laid)
    measured = float(laid.value[weight > 0].sum()) + sum(g.quantity for g in gaps)
    wanted = float(np.nansum(rate * weight))
    errors = [
        table[int(d)].error_over(_by_clock(clock[day == d], weight[day == d]))
        for d in np.unique(day[weight > 0])
    ]
    deviation = (measured - wanted) / wanted if wanted > 0 and share >= least_coverage else None
    band = dead_band(wanted, errors, floor) if deviation is not None else None
    return Comparison(
        verdict=verdict(deviation, band),
        measured_kwh=measured,
        expected_kwh=wanted,
        deviation=deviation if band is not None else None,
        dead_band=band,
        coverage=share,
        until=_until(laid, weight),
    )


def nothing_known() -> Comparison:
    """Return the comparison of a span of which nothing is known."""
    return Comparison(
        verdict=Verdict.UNKNOWN,
        measured_kwh=None,
        expected_kwh=None,
        deviation=None,
        dead_band=None,
        coverage=0.0,
    )


def _measured_only(laid: CoveredHours) -> Comparison:
    """Say what was measured when there is nothing to compare it with."""
    share = laid.filled()
    if not share.any():
        return nothing_known()
    return Comparison(
        verdict=Verdict.UNKNOWN,
        measured_kwh=float(laid.value.sum()) + _known(laid.gaps),
        expected_kwh=None,
        deviation=None,
        dead_band=None,
        coverage=min(float(share.sum()) / max(laid.period.hours, 1e-9), 1.0),
        until=_until(laid, share),
    )


def _known(gaps: tuple[Gap, ...]) -> float:
    return sum(gap.quantity for gap in gaps)


def _until(laid: CoveredHours, weight: np.ndarray) -> datetime:
    last: datetime = laid.starts[np.flatnonzero(weight)[-1]].to_pydatetime()
    return min(last + HOUR, laid.period.end)


def _by_clock(clock: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return np.bincount(clock, weights=weight, minlength=CLOCK_HOURS)
