"""The power drawn now, from a meter that tells it or from its index."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.meters import Meter
from domain.readings import Quality, Reading
from domain.registers import Accumulation, Quantity, register_meaning

LEAST_FRESH = timedelta(minutes=5)
"""A power at most this old, or four cadences, is still called live."""

LEAST_SPAN = timedelta(minutes=5)
"""An index is differenced over at least this: shorter, its steps show."""


def freshness(meter: Meter) -> timedelta:
    """Return how old a power may be and still be called live."""
    return max(4 * meter.cadence, LEAST_FRESH)


def told_power(meter: Meter, newest: Sequence[Reading], now: datetime) -> Reading | None:
    """Return the newest active power that a meter told, if it is still fresh [kW].

    Apparent power is none: volt-amperes are not watts.
    """
    powers = [
        reading
        for reading in newest
        if register_meaning(reading.register).quantity is Quantity.POWER
        and reading.quality is not Quality.QUESTIONABLE
        and now - reading.taken_at <= freshness(meter)
    ]
    if not powers:
        return None
    at = max(reading.taken_at for reading in powers)
    together = [r for r in powers if at - r.taken_at <= meter.cadence]
    return Reading(
        meter_id=meter.id,
        register="power.live",
        taken_at=at,
        value=sum(r.value for r in together),
    )


def indexes(newest: Sequence[Reading]) -> tuple[Reading, ...]:
    """Return the newest readings of energy indexes."""
    return tuple(
        reading
        for reading in newest
        if (meaning := register_meaning(reading.register)).quantity is Quantity.ENERGY
        and meaning.accumulation is Accumulation.CUMULATIVE
    )


def power_between(
    before: Sequence[Reading], after: Sequence[Reading], *, max_kw: float | None = None
) -> float | None:
    """Return the mean power between two rounds of the same indexes [kW].

    None when one of them is missing, fell, or jumped beyond what the meter can
    count (it was replaced), or when the rounds are too close.
    """
    earlier = {reading.register: reading for reading in before}
    power = 0.0
    for reading in after:
        first = earlier.get(reading.register)
        if first is None or reading.value < first.value:
            return None
        span = reading.taken_at - first.taken_at
        if span < LEAST_SPAN:
            return None
        power += (reading.value - first.value) / (span / timedelta(hours=1))
    if not after or (max_kw is not None and power > max_kw):
        return None
    return power
