"""All that one meter reported → its hours.

Which registers count, and when each of them is needed for the total:

* energy before volume; gas by volume is turned into kWh PCS;
* an index before deltas: deltas only tell of the time before the index's first
  reading (history that was imported);
* power only where the meter never reported anything better.

A register is needed from its first reading on. It stops being needed when
another one of its kind started after it fell silent: a tariff was changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from domain.events import Event
from domain.meters import Commodity, Meter
from domain.periods import Period
from domain.registers import Accumulation, Quantity, RegisterMeaning, register_meaning
from indicators.combining import FOREVER, Part, sum_of
from indicators.intervals import (
    Intervals,
    RegisterLimits,
    energy_between_readings,
    energy_of_deltas,
    gap_limit,
    integral_of_states,
    micros,
)
from indicators.rollup import hours_of, no_hours

MAX_RATE: Mapping[Commodity, float] = {
    Commodity.ELECTRICITY: 10_000.0,
    Commodity.NATURAL_GAS: 20_000.0,
    Commodity.WATER: 200.0,
    Commodity.DISTRICT_HEAT: 20_000.0,
    Commodity.DISTRICT_COLD: 20_000.0,
    Commodity.FUEL_OIL: 20_000.0,
    Commodity.WOOD: 20_000.0,
    Commodity.SOLAR_PRODUCTION: 5_000.0,
}
"""More than this per hour [kWh/h, m³/h] no building's meter counts; a meter's
own `max_rate` is the better guard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """When a register first and last spoke [UTC]."""

    first: datetime
    last: datetime


def registers_that_count(meter: Meter, registers: Sequence[str]) -> tuple[str, ...]:
    """Return the registers a meter's roll-up is made of, out of those it has."""
    meanings = _meanings(registers)
    if meter.commodity is Commodity.OUTDOOR_TEMPERATURE:
        return _of(meanings, Quantity.TEMPERATURE)
    by_volume = _of(meanings, Quantity.VOLUME) if _counts_volume(meter) else ()
    energy = () if meter.commodity is Commodity.WATER else _of(meanings, Quantity.ENERGY)
    power = () if meter.commodity is Commodity.WATER else _of(meanings, Quantity.POWER)
    return energy or by_volume or power


def hours_of_meter(
    meter: Meter,
    readings: Mapping[str, pd.DataFrame],
    lives: Mapping[str, Life],
    span: Period,
    swaps: Sequence[Event] = (),
) -> pd.DataFrame:
    """Roll up what the registers of one meter told into the hours of a span.

    Args:
        meter: Whose readings.
        readings: Readings by register, wide enough around the span (see `reach`)
            and with the reading just before.
        lives: First and last instant of each of those registers.
        span: From one whole UTC hour to another.
        swaps: When the meter was replaced.

    Returns:
        Roll-up rows, one for each hour that something is known of.
    """
    used = [r for r in registers_that_count(meter, tuple(readings)) if r in lives]
    if not used:
        return no_hours()
    limits = limits_of(meter)
    parts = [
        _part(register, _intervals(meter, register, readings[register], limits, swaps), lives, used)
        for register in used
    ]
    return hours_of(sum_of(parts), meter.commodity, span)


def limits_of(meter: Meter) -> RegisterLimits:
    """Return what a meter can do, its commodity's defaults included."""
    factor = meter.kwh_pcs_per_m3 or 1.0
    return RegisterLimits(
        gap_limit=gap_limit(meter.cadence),
        rollover_at=None if meter.rollover_at is None else meter.rollover_at * factor,
        max_rate=meter.max_rate or MAX_RATE.get(meter.commodity),
    )


def reach(meter: Meter) -> timedelta:
    """Return how far around a span readings still change its hours."""
    return 2 * gap_limit(meter.cadence)


def _intervals(
    meter: Meter,
    register: str,
    frame: pd.DataFrame,
    limits: RegisterLimits,
    swaps: Sequence[Event],
) -> Intervals:
    meaning = register_meaning(register)
    if meaning.quantity is Quantity.VOLUME and meter.kwh_pcs_per_m3 is not None:
        frame = frame.assign(value=frame["value"] * meter.kwh_pcs_per_m3)
    if meaning.accumulation is Accumulation.DELTA:
        return energy_of_deltas(frame, limits)
    if meaning.quantity is Quantity.POWER:
        return integral_of_states(frame, limits, floor=0.0)
    if meaning.quantity is Quantity.TEMPERATURE:
        return integral_of_states(frame, limits)
    return energy_between_readings(frame, limits, swaps)


def _part(
    register: str, intervals: Intervals, lives: Mapping[str, Life], used: Sequence[str]
) -> Part:
    own, kind = lives[register], register_meaning(register)
    alike = [lives[r] for r in used if r != register and register_meaning(r) == kind]
    until = [o.first for o in alike if o.first >= own.last and o.first > own.first]
    if kind.accumulation is Accumulation.DELTA:
        indexes = [lives[r].first for r in used if register_meaning(r) != kind]
        until += indexes
    return Part(
        intervals=intervals,
        needed_from=micros(own.first) if len(used) > 1 else 0,
        needed_until=micros(min(until)) if until else FOREVER,
    )


def _meanings(registers: Sequence[str]) -> dict[str, RegisterMeaning]:
    return {register: register_meaning(register) for register in sorted(registers)}


def _of(meanings: Mapping[str, RegisterMeaning], quantity: Quantity) -> tuple[str, ...]:
    return tuple(register for register, m in meanings.items() if m.quantity is quantity)


def _counts_volume(meter: Meter) -> bool:
    """Gas by volume without its energy content cannot be told in kWh."""
    return meter.commodity is Commodity.WATER or meter.kwh_pcs_per_m3 is not None
