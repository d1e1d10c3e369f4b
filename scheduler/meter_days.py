"""Some days of one meter, judged from a single reading of the store."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import numpy as np

from domain.meters import Meter
from domain.periods import Period
from domain.reconciliations import Reconciliation
from domain.sites import Building
from domain.tallies import DayTally
from indicators.intervals import HOUR_US, Micros, micros
from indicators.meter_hours import registers_that_count
from indicators.reconciling import instants_of, reconcile
from storage.ports import ReadingStore

_NOTICED_US = HOUR_US
"""A day that begins with a longer silence may be the meter's first."""


def judged_days(
    readings: ReadingStore,
    building: Building,
    meter: Meter,
    days: Sequence[date],
    tallies: Mapping[tuple[date, str], DayTally],
    now: datetime,
) -> Iterator[Reconciliation]:
    """Yield successive days of a meter, those before it was first heard left out.

    Args:
        readings: Read once for all the days.
        building: Where the days are local.
        meter: Whose days.
        days: Increasing, without a hole.
        tallies: What became of messages, by day and meter.
        now: [UTC].
    """
    registers = registers_that_count(meter, readings.registers_of(meter.id))
    whole = Period.of_days(days[0], days[-1] + timedelta(days=1), building.zone)
    instants = instants_of([readings.read(meter.id, register, whole) for register in registers])
    for day in days:
        period, before = Period.of_day(day, building.zone), None
        own = _within(instants, period)
        if not len(own) or own[0] - micros(period.start) > _NOTICED_US:
            before = _last_before(readings, meter, registers, period.start)
            period = _since_first_heard(period, own, before)
        row = reconcile(
            meter,
            day,
            period,
            own,
            last_before=before,
            tally=tallies.get((day, meter.id)),
            made_at=now,
        )
        if row is not None:
            yield row


def _within(instants: Micros, period: Period) -> Micros:
    first, after_last = np.searchsorted(instants, [micros(period.start), micros(period.end)])
    return instants[first:after_last]


def _last_before(
    readings: ReadingStore, meter: Meter, registers: Sequence[str], instant: datetime
) -> datetime | None:
    found = (readings.last_before(meter.id, register, instant) for register in registers)
    return max((reading.taken_at for reading in found if reading), default=None)


def _since_first_heard(period: Period, own: Micros, before: datetime | None) -> Period:
    """A meter installed at noon owes nothing for the morning."""
    if before is not None or not len(own):
        return period
    late = timedelta(microseconds=int(own[0]) - micros(period.start))
    return Period(period.start + late, period.end)
