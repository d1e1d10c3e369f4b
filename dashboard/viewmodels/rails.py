"""Indicators on rails, each with its reference ticks labelled in place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from dashboard.queries.building import USUAL_DAYS, BuildingRead
from dashboard.text.words import Words
from dashboard.viewmodels.amounts import UNKNOWN
from dashboard.viewmodels.load_curve import rate_unit
from domain.indicators import IndicatorName, IndicatorValue

RECENT_DAYS = 7
"""The marker tells the last week, the ticks the weeks of a season."""

LABEL_ROOM = 34.0
"""Two labels nearer than this would cover one another [% of the rail]."""


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

    def spread(name: IndicatorName, unit: str, show: Callable[[float], str]) -> Rail:
        return _spread(name, by_name.get(name, []), unit, show, words)

    def rate(x: float) -> str:
        if round(x, 2) == 0:
            return "0"
        return words.number(x, 2) if abs(x) < 1 else words.significant(x, 2)

    commodity = read.query.commodity
    if not read.query.is_compared:
        return (spread(IndicatorName.PEAK, unit, rate),)
    return (
        spread(IndicatorName.BASE_LOAD, unit, rate),
        spread(IndicatorName.OUT_OF_HOURS_SHARE, "%", lambda x: words.number(x * 100)),
        spread(IndicatorName.PEAK, unit, rate),
        *([_intensity(read, words)] if commodity and commodity.is_energy else []),
        *_sums(read, by_name, words),
    )


def _intensity(read: BuildingRead, words: Words) -> Rail:
    found = read.intensity_kwh_m2
    note = "manage.rail.missing" if found is None else "manage.rail.all_energies"
    return Rail(
        label=words.say("manage.rail.intensity"),
        value=UNKNOWN if found is None else words.number(found),
        unit="kWh/m²",
        note=words.say(note),
    )


def _spread(
    name: IndicatorName,
    found: Sequence[IndicatorValue],
    unit: str,
    show: Callable[[float], str],
    words: Words,
) -> Rail:
    """Return the last week on the rail of a season's weeks: like with like."""
    label = words.say(f"manage.rail.{name}")
    values = [v.value for v in found if v.value is not None][-USUAL_DAYS:]
    if not values:
        return Rail(label=label, value=UNKNOWN, unit=unit, note=words.say("manage.rail.missing"))
    weeks = [
        fmean(values[at - RECENT_DAYS : at]) for at in range(RECENT_DAYS, len(values) + 1)
    ] or [fmean(values)]
    recent, usual, least = weeks[-1], median(weeks), min(weeks)
    top = max(weeks) * 1.25 or 1.0

    def tick(key: str, value: float) -> tuple[float, str]:
        return round(value / top * 100, 1), words.say(f"manage.rail.{key}", value=show(value))

    ticks = [tick("least", least), tick("usual", usual)]
    return Rail(
        label=label,
        value=show(recent),
        unit=unit,
        marker=round(recent / top * 100, 1),
        ticks=tuple(ticks if ticks[1][0] - ticks[0][0] >= LABEL_ROOM else ticks[1:]),
    )


def _sums(
    read: BuildingRead, by_name: dict[IndicatorName, list[IndicatorValue]], words: Words
) -> tuple[Rail, ...]:
    """Return what adds up over the look; without a factor or a price there is nothing to say."""
    shown = ((IndicatorName.CARBON, "kg CO₂e"), (IndicatorName.COST, "€"))
    span = words.say(f"manage.look.{read.query.look}").lower()
    rails = []
    for name, unit in shown:
        values = [
            v.value
            for v in by_name.get(name, [])
            if v.value is not None and v.first_day >= read.query.span.first
        ]
        if values:
            total = words.significant(sum(values))
            label = words.say(f"manage.rail.{name}")
            rails.append(Rail(label=label, value=total, unit=unit, note=span))
    return tuple(rails)
