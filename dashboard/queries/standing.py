"""What a building used against what was expected, over complete days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.queries.spans import DaySpan
from domain.indicators import Grain, IndicatorName, IndicatorValue
from domain.meters import Commodity
from domain.sites import Building
from storage.ports import ReadingStore


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigure:
    """One local day of one building."""

    day: date
    measured_kwh: float | None
    expected_kwh: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedAgainstExpected:
    """A span of days of one building, one commodity or all energies."""

    days: tuple[DayFigure, ...]
    used: float | None
    """[kWh, m³]; None when nothing was measured."""

    compared_kwh: float
    """Part of `used` on the days that could be compared [kWh]."""

    expected_kwh: float
    """What those days led one to expect [kWh]."""

    coverage: float
    """Mean share of the days that was measured [0..1]."""

    @property
    def deviation(self) -> float | None:
        """(measured − expected) / expected [ratio]; None when nothing could be compared."""
        return self.compared_kwh / self.expected_kwh - 1 if self.expected_kwh > 0 else None


_NAMES = (IndicatorName.ENERGY, IndicatorName.EXPECTED_ENERGY, IndicatorName.DEVIATION)


def read_used(
    readings: ReadingStore,
    building: Building,
    span: DaySpan,
    commodities: Iterable[Commodity],
) -> UsedAgainstExpected:
    """Sum what the scheduler computed day by day; commodities are added up."""
    wanted = frozenset(commodities)
    values = readings.read_indicators(
        building.id, Grain.DAY, span.first, span.after_last, _NAMES, None
    )
    return used_against_expected([v for v in values if v.commodity in wanted], span)


def used_against_expected(values: Sequence[IndicatorValue], span: DaySpan) -> UsedAgainstExpected:
    """Compare day by day, only where both sides are known, then sum."""
    by_place = {(v.first_day, v.commodity, v.name): v for v in values}
    used: dict[date, float] = {}
    compared: dict[date, tuple[float, float]] = {}
    covered: dict[Commodity | None, float] = {}
    for (day, commodity, name), value in by_place.items():
        if name is not IndicatorName.ENERGY or value.value is None:
            continue
        used[day] = used.get(day, 0.0) + value.value
        covered[commodity] = covered.get(commodity, 0.0) + value.coverage
        pair = _comparable(by_place, day, commodity)
        if pair is not None:
            measured, expected = compared.get(day, (0.0, 0.0))
            compared[day] = (measured + pair[0], expected + pair[1])
    length = max(1, (span.after_last - span.first).days)
    return UsedAgainstExpected(
        days=tuple(_figures(span, used, compared)),
        used=sum(used.values()) if used else None,
        compared_kwh=sum(measured for measured, _ in compared.values()),
        expected_kwh=sum(expected for _, expected in compared.values()),
        coverage=sum(covered.values()) / (len(covered) * length) if covered else 0.0,
    )


def _comparable(
    by_place: dict[tuple[date, Commodity | None, IndicatorName], IndicatorValue],
    day: date,
    commodity: Commodity | None,
) -> tuple[float, float] | None:
    """Return (measured, expected) over the same hours of one day [kWh]."""
    expected = by_place.get((day, commodity, IndicatorName.EXPECTED_ENERGY))
    deviation = by_place.get((day, commodity, IndicatorName.DEVIATION))
    if expected is None or deviation is None:
        return None
    if expected.value is None or deviation.value is None:
        return None
    # Both tell of the hours that could be compared; the day's energy may hold more.
    return expected.value * (1 + deviation.value), expected.value


def _figures(
    span: DaySpan, used: dict[date, float], compared: dict[date, tuple[float, float]]
) -> Iterable[DayFigure]:
    for ordinal in range(span.first.toordinal(), span.after_last.toordinal()):
        day = date.fromordinal(ordinal)
        if day in compared:
            measured, expected = compared[day]
            yield DayFigure(day=day, measured_kwh=measured, expected_kwh=expected)
        else:
            yield DayFigure(day=day, measured_kwh=used.get(day), expected_kwh=None)
