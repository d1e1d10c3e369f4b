"""Live power of a building, read from its mains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.meters import Meter
from domain.readings import Reading
from indicators.live_power import LEAST_SPAN, freshness, indexes, power_between, told_power
from indicators.meter_hours import limits_of
from storage.ports import ReadingStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What the mains told last."""

    measured_at: datetime | None
    """Newest reading of any of them [UTC]."""

    kw: float | None
    """None: one of them told nothing lately."""

    at: datetime | None
    """How old the power is: its oldest part [UTC]."""


def live(readings: ReadingStore, mains: Sequence[Meter], now: datetime) -> Live:
    """Read the live power of a building's mains."""
    newest = readings.latest([meter.id for meter in mains])
    of_meter = {m.id: [r for (owner, _), r in newest.items() if owner == m.id] for m in mains}
    powers = [_power(readings, meter, of_meter[meter.id], now) for meter in mains]
    told = [power for power in powers if power is not None]
    whole = bool(told) and len(told) == len(mains)
    return Live(
        measured_at=_newest(of_meter),
        kw=sum(kw for kw, _ in told) if whole else None,
        at=min(at for _, at in told) if whole else None,
    )


def _newest(of_meter: Mapping[str, Sequence[Reading]]) -> datetime | None:
    instants = [r.taken_at for readings in of_meter.values() for r in readings]
    return max(instants, default=None)


def _power(
    readings: ReadingStore, meter: Meter, newest: Sequence[Reading], now: datetime
) -> tuple[float, datetime] | None:
    told = told_power(meter, newest, now)
    if told is not None:
        return told.value, told.taken_at
    now_read = [r for r in indexes(newest) if now - r.taken_at <= freshness(meter) + LEAST_SPAN]
    if not now_read:
        return None
    before = [
        earlier
        for r in now_read
        if (earlier := _at_least_before(readings, r)) is not None
        and r.taken_at - earlier.taken_at <= freshness(meter) + LEAST_SPAN
    ]
    kw = power_between(before, now_read, max_kw=limits_of(meter).max_rate)
    return None if kw is None else (kw, min(r.taken_at for r in now_read))


def _at_least_before(readings: ReadingStore, reading: Reading) -> Reading | None:
    return readings.last_before(reading.meter_id, reading.register, reading.taken_at - LEAST_SPAN)
