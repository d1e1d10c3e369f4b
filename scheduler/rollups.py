"""Dirty hours → roll-ups that say what the readings say, however late they came.

A mark names the hour of a reading. What that reading changes reaches further:
it may split an interval, end a gap or explain a dip. So the hours around it,
and the hour in which the next reading falls, are computed anew — each from all
the readings that bear on it, which is why order and batching of arrival leave
no trace.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import pandas as pd

from domain.events import Event
from domain.meters import Meter
from domain.periods import HOUR, Period, floor_hour
from domain.sites import Building, Portfolio
from indicators.meter_hours import Life, hours_of_meter, reach, registers_that_count
from indicators.rollup import days_of
from scheduler.spans import Hours, merged, whole_hours
from storage.ports import DirtySpanRecords, ReadingStore, Step

log = logging.getLogger(__name__)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Mark = tuple[str, datetime, int]

Changed = Callable[[Building, Meter, Period, Sequence[date]], None]
"""Told of each rewritten span, and of its local days, before the marks go."""


class Rollups:
    """Empties the list of dirty hours, newest first."""

    def __init__(
        self,
        readings: ReadingStore,
        dirty: DirtySpanRecords,
        changed: Changed,
        *,
        batch: int = 10_000,
    ) -> None:
        """Work between a store and the list of its dirty hours.

        Args:
            readings: Where readings are, and roll-ups go.
            dirty: The hours to recompute.
            changed: Told what was rewritten.
            batch: Marks taken at a time.
        """
        self._readings = readings
        self._dirty = dirty
        self._changed = changed
        self._batch = batch

    def run(
        self,
        portfolio: Portfolio,
        swaps: Mapping[str, Sequence[Event]],
        *,
        seconds: float = float("inf"),
        stopped: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Recompute until no hour is dirty or the time is up.

        Args:
            portfolio: Every meter known.
            swaps: Replacements by meter.
            seconds: How long to work at most [s].
            stopped: Tells to leave at the next meter.

        Returns:
            Whether nothing is left to do.

        Raises:
            StorageUnavailable: The marks not yet worked off remain.
        """
        until = time.monotonic() + seconds
        while marks := self._dirty.pending(self._batch):
            for meter_id, of_meter in _by_meter(marks):
                if stopped() or time.monotonic() > until:
                    return False
                self._meter(portfolio, meter_id, [m[1] for m in of_meter], swaps.get(meter_id, ()))
                self._dirty.clear(of_meter)
        return True

    def _meter(
        self, portfolio: Portfolio, meter_id: str, hours: Sequence[datetime], swaps: Sequence[Event]
    ) -> None:
        meter = portfolio.meter(meter_id)
        building = portfolio.building(meter.building_id) if meter else None
        if meter is None or building is None:
            log.warning("no meter %s is declared: its readings are not rolled up", meter_id)
            return
        registers = registers_that_count(meter, self._readings.registers_of(meter_id))
        lives = self._lives(meter_id, registers)
        if not lives:
            return
        for span in self._widened(meter, hours, lives):
            readings = {r: self._around(meter, r, span) for r in lives}
            readings = self._reread_long(meter, readings, span)
            frame = hours_of_meter(meter, readings, lives, span, swaps)
            self._readings.write_rollup(meter_id, Step.HOUR, span, frame)
            days = self._roll_days(building, meter, span)
            self._changed(building, meter, span, days)

    def _roll_days(self, building: Building, meter: Meter, span: Period) -> Sequence[date]:
        zone = building.zone
        days = list(span.local_days(zone))
        whole = Period.of_days(days[0], days[-1] + timedelta(days=1), zone)
        hours = self._readings.read_rollup(meter.id, Step.HOUR, whole)
        frame = days_of(hours, meter.commodity, zone)
        self._readings.write_rollup(meter.id, Step.DAY, whole, frame)
        return days

    def _widened(
        self, meter: Meter, hours: Sequence[datetime], lives: Mapping[str, Life]
    ) -> list[Period]:
        """Return every span whose roll-up the marked hours may change."""
        around = reach(meter)
        spans = merged(whole_hours(hour - around, hour + HOUR + around) for hour in hours)
        reached: list[Hours] = []
        for span in spans:
            for register, life in lives.items():
                reached.extend(self._next_reading(meter.id, register, life, span))
                if len(lives) > 1:
                    reached.extend(self._edge_of_life(meter.id, register, life, span))
        return [Period(start, end) for start, end in merged([*spans, *reached])]

    def _next_reading(
        self, meter_id: str, register: str, life: Life, span: Hours
    ) -> Iterable[Hours]:
        """Yield the hour that the interval after the span ends in."""
        if life.last < span[1]:
            return
        following = self._readings.first_from(meter_id, register, span[1])
        if following is not None:
            ends = floor_hour(following.taken_at - timedelta(microseconds=1))
            yield ends, ends + HOUR
            yield floor_hour(following.taken_at), floor_hour(following.taken_at) + HOUR

    def _edge_of_life(
        self, meter_id: str, register: str, life: Life, span: Hours
    ) -> Iterable[Hours]:
        """Yield the hours in which a register begins or ceases to be needed."""
        if span[0] <= life.first < span[1]:
            following = self._readings.first_from(meter_id, register, span[1])
            yield span[0], span[1] if following is None else floor_hour(following.taken_at) + HOUR
        if span[0] <= life.last < span[1]:
            before = self._readings.last_before(meter_id, register, span[0])
            yield span[0] if before is None else floor_hour(before.taken_at), span[1]

    def _lives(self, meter_id: str, registers: Sequence[str]) -> dict[str, Life]:
        latest = self._readings.latest([meter_id])
        lives: dict[str, Life] = {}
        for register in registers:
            newest = latest.get((meter_id, register))
            if newest is None:
                continue
            first = newest.taken_at
            if len(registers) > 1:
                oldest = self._readings.first_from(meter_id, register, EPOCH)
                first = first if oldest is None else oldest.taken_at
            lives[register] = Life(first=first, last=newest.taken_at)
        return lives

    def _around(
        self, meter: Meter, register: str, span: Period, since: datetime | None = None
    ) -> pd.DataFrame:
        """Read what bears on a span: its surroundings and the reading before."""
        around = reach(meter)
        start = min(span.start - around, since or span.start)
        frame = self._readings.read(meter.id, register, Period(start, span.end + around))
        before = self._readings.last_before(meter.id, register, start)
        if before is None:
            return frame
        head = pd.DataFrame(
            {
                "value": before.value,
                "duration_s": before.duration_s,
                "quality": int(before.quality),
            },
            index=pd.DatetimeIndex([before.taken_at], name="time").as_unit("us"),
        )
        columns = ["value", "duration_s", "quality"]
        return pd.concat([head, frame[columns]]) if len(frame) else head

    def _reread_long(
        self, meter: Meter, readings: dict[str, pd.DataFrame], span: Period
    ) -> dict[str, pd.DataFrame]:
        """Where one register was silent before the span, read the others that far back."""
        if len(readings) < 2:
            return readings
        firsts = [f.index[0].to_pydatetime() for f in readings.values() if len(f) > 1]
        since = min(firsts, default=span.start)
        if since >= span.start - reach(meter):
            return readings
        return {r: self._around(meter, r, span, since) for r in readings}


def _by_meter(marks: Sequence[Mark]) -> Iterable[tuple[str, list[Mark]]]:
    ordered = sorted(marks, key=lambda mark: mark[0])
    return [(meter_id, list(group)) for meter_id, group in groupby(ordered, key=lambda m: m[0])]
