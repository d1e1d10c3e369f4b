"""Indicators on rails, each with its reference ticks labelled in place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from dashboard.queries.building import BuildingRead
from dashboard.text.words import Words
from dashboard.viewmodels.amounts import UNKNOWN
from dashboard.viewmodels.load_curve import rate_unit
from domain.indicators import IndicatorName, IndicatorValue

RECENT_DAYS = 7
"""The marker tells the last week, the ticks the whole span."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rail:
    """One indicator; positions in % of the rail, None where nothing is known."""

    label: str
    value: str
    unit: str
    marker: float | None = None
    ticks: tuple[tuple[float, str], ...] = ()
    note: str = ""


def rails_of(read: BuildingRead, words: Words) -> tuple[Rail, ...]:
    """Return the indicators that the scheduler keeps for this commodity."""
    by_name: dict[IndicatorName, list[IndicatorValue]] = {}
    for value in sorted(read.indicators, key=lambda v: v.first_day):
        if value.value is not None:
            by_name.setdefault(value.name, []).append(value)
    unit = rate_unit(read.query.commodity)
    span = words.say(f"manage.look.{read.query.look}").lower()

    def spread(name: IndicatorName, unit: str, show: Callable[[float], str]) -> Rail:
        return _spread(name, by_name.get(name, []), unit, show, words)

    rails = [
        spread(IndicatorName.BASE_LOAD, unit, lambda x: words.significant(x, 2)),
        spread(IndicatorName.OUT_OF_HOURS_SHARE, "%", lambda x: words.number(x * 100)),
        spread(IndicatorName.PEAK, unit, lambda x: words.significant(x, 2)),
        _sum(IndicatorName.CARBON, by_name, "kg CO₂e", span, words),
        _sum(IndicatorName.COST, by_name, "€", span, words),
    ]
    intensity = read.intensity_kwh_m2
    rails.insert(
        3,
        Rail(
            label=words.say("manage.rail.intensity"),
            value=UNKNOWN if intensity is None else words.number(intensity),
            unit="kWh/m²",
            note=words.say("manage.rail.all_energies"),
        ),
    )
    return tuple(rails)


def _spread(
    name: IndicatorName,
    found: Sequence[IndicatorValue],
    unit: str,
    show: Callable[[float], str],
    words: Words,
) -> Rail:
    label = words.say(f"manage.rail.{name}")
    values = [v.value for v in found if v.value is not None]
    if not values:
        return Rail(label=label, value=UNKNOWN, unit=unit, note=words.say("manage.rail.missing"))
    recent = fmean(values[-RECENT_DAYS:])
    top = max(values) * 1.1 or 1.0
    usual = median(values)
    return Rail(
        label=label,
        value=show(recent),
        unit=unit,
        marker=round(recent / top * 100, 1),
        ticks=((round(usual / top * 100, 1), words.say("manage.rail.usual", value=show(usual))),),
    )


def _sum(
    name: IndicatorName,
    by_name: dict[IndicatorName, list[IndicatorValue]],
    unit: str,
    span: str,
    words: Words,
) -> Rail:
    values = [v.value for v in by_name.get(name, []) if v.value is not None]
    return Rail(
        label=words.say(f"manage.rail.{name}"),
        value=words.significant(sum(values)) if values else UNKNOWN,
        unit=unit,
        note=span if values else words.say("manage.rail.missing"),
    )
