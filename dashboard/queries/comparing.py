"""What a building used against what was expected of it, over complete days."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from dashboard.queries.past import Past
from dashboard.queries.spans import DaySpan
from domain.indicators import EnergyTotal
from domain.snapshots import Comparison
from indicators.day_profiles import CLOCK_HOURS, clock_of
from indicators.expected import LEAST_LIKE_DAYS, ExpectedDay
from indicators.students_t import t_90
from indicators.sums_expected import ExpectedPart
from indicators.totals import covered_hours, total_over
from indicators.verdict import compare

KEPT = 256
"""Comparisons remembered, a few kilobytes each for a month."""

Edges = tuple[np.ndarray, np.ndarray]
_LEAST_OF_DAY = 0.5
_ALL_HOURS = np.ones(CLOCK_HOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigure:
    """One local day: what was measured, and expected over the same hours [kWh, m³]."""

    day: date
    measured: float | None
    expected: float | None
    error: float | None = None
    """Half-width that holds nine such days in ten [kWh, m³]."""

    hours: float = 24.0
    """How much of the day was measured [h]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One commodity of one building over a span."""

    total: EnergyTotal
    comparison: Comparison
    days: tuple[DayFigure, ...]
    bands: Mapping[date, Edges]
    """Lower and upper edge of nine days in ten, by clock hour [kW, m³/h]."""

    part: ExpectedPart | None
    """How it enters a sum; None when it could not be compared."""


class Comparisons:
    """Compares, and remembers for as long as what it compared stays the same."""

    def __init__(self, floor: float, least_coverage: float) -> None:
        """Take the least half-width [ratio] and the share below which nothing is said."""
        self.floor = floor
        self._least = least_coverage
        self._lock = threading.Lock()
        self._kept: OrderedDict[object, tuple[int, Compared]] = OrderedDict()

    def over(self, past: Past, span: DaySpan) -> Compared:
        """Compare a span of complete days."""
        key = (past.building.id, tuple(meter.id for meter in past.mains), span)
        fingerprint = past.fingerprint(span.after_last)
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and kept[0] == fingerprint:
            return kept[1]
        compared = self._compare(past, span)
        with self._lock:
            self._kept[key] = fingerprint, compared
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return compared

    def _compare(self, past: Past, span: DaySpan) -> Compared:
        zone = past.building.zone
        period = span.period(zone)
        expected = {d: e for d, e in past.expect(span.days()).items() if _is_tried(e)}
        comparison = compare(
            past.hours_in(period),
            period,
            expected,
            zone,
            floor=self.floor,
            least_coverage=self._least,
        )
        return Compared(
            total=total_over(past.hours_in(period), period),
            comparison=comparison,
            days=_days(past, span, expected),
            bands={day: found.band() for day, found in expected.items()},
            part=_part(comparison, expected),
        )


def _is_tried(expected: ExpectedDay) -> bool:
    """Tell whether the error of a day is known: otherwise it cannot be judged."""
    return expected.error_over(_ALL_HOURS).tried >= LEAST_LIKE_DAYS


def _days(past: Past, span: DaySpan, expected: Mapping[date, ExpectedDay]) -> tuple[DayFigure, ...]:
    zone, asked = past.building.zone, span.days()
    laid = covered_hours(past.hours_in(span.period(zone)), span.period(zone))
    day, clock = clock_of(laid.starts, zone, span.first)
    table = np.full((len(asked), CLOCK_HOURS), np.nan)
    for at, each in enumerate(asked):
        if each in expected:
            table[at] = expected[each].rate
    rate = table[day, clock]

    def by_day(values: np.ndarray) -> np.ndarray:
        return np.bincount(day, weights=values, minlength=len(asked))

    hours = by_day(laid.coverage)
    share = hours / np.bincount(day, minlength=len(asked))
    measured, wanted = by_day(laid.value), by_day(rate * laid.coverage)
    return tuple(
        DayFigure(
            day=each,
            measured=float(measured[at]) if share[at] >= _LEAST_OF_DAY else None,
            expected=None if np.isnan(wanted[at]) else float(wanted[at]),
            error=_error(expected[each]) if each in expected else None,
            hours=float(hours[at]),
        )
        for at, each in enumerate(asked)
    )


def _error(expected: ExpectedDay) -> float:
    error = expected.error_over(_ALL_HOURS)
    return t_90(error.tried - 1) * error.rms


def _part(comparison: Comparison, expected: Mapping[date, ExpectedDay]) -> ExpectedPart | None:
    if comparison.dead_band is None or comparison.expected_kwh is None:
        return None
    errors: dict[int, float] = {}
    for found in expected.values():
        whole = found.errors.sum(axis=1)
        known = ~np.isnan(whole)
        errors.update(zip(found.error_days[known].tolist(), whole[known].tolist(), strict=True))
    return ExpectedPart(
        expected=comparison.expected_kwh, dead_band=comparison.dead_band, errors=errors
    )


def compared_days(parts: Sequence[Compared]) -> tuple[DayFigure, ...]:
    """Add days up; a day is compared on those parts of it that can be."""
    figures = []
    for days in zip(*(part.days for part in parts), strict=True):
        pairs = [d for d in days if d.measured is not None and d.expected is not None]
        known = [d.measured for d in pairs or days if d.measured is not None]
        figures.append(
            DayFigure(
                day=days[0].day,
                measured=sum(known) if known else None,
                expected=sum(d.expected or 0.0 for d in pairs) if pairs else None,
                error=sum(d.error or 0.0 for d in pairs) if pairs else None,
            )
        )
    return tuple(figures)
