"""Notices that a meter is now described otherwise, and has its past recomputed.

A rollover limit corrected in the configuration, or a replacement recorded weeks
later, changes what old readings mean.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from domain.events import Event, EventKind
from domain.meters import Meter
from domain.periods import HOUR, Period, floor_hour
from domain.sites import Portfolio
from storage.ports import ReadingStore, Records

log = logging.getLogger(__name__)

_ALWAYS = Period(datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))
_FEW = 5_000


class Definitions:
    """What each meter's roll-up was last computed with."""

    def __init__(self, readings: ReadingStore, records: Records) -> None:
        """Compare with what the records remember."""
        self._readings = readings
        self._records = records
        self._known: dict[str, str] = {}

    def swaps(self, portfolio: Portfolio) -> Mapping[str, Sequence[Event]]:
        """Return the replacements by meter; mark the past of changed meters dirty."""
        by_meter: dict[str, list[Event]] = defaultdict(list)
        for building in portfolio.buildings:
            for event in self._records.events.between(building.id, _ALWAYS):
                if event.kind is EventKind.METER_SWAP and event.meter_id is not None:
                    by_meter[event.meter_id].append(event)
        for meter in portfolio.meters:
            self._notice(meter, by_meter[meter.id])
        return by_meter

    def _notice(self, meter: Meter, swaps: Sequence[Event]) -> None:
        text = _description(meter, swaps)
        if self._known.get(meter.id) == text:
            return
        key = f"rollup.meter.{meter.id}"
        before = self._records.jobs.note(key)
        if before is not None and before != text:
            log.info("meter %s is described otherwise: its past is rolled up anew", meter.id)
            self._mark_all(meter.id)
        if before != text:
            self._records.jobs.set_note(key, text)
        self._known[meter.id] = text

    def _mark_all(self, meter_id: str) -> None:
        marks: list[tuple[str, datetime]] = []
        newest = self._readings.latest([meter_id])
        for (_, register), last in newest.items():
            first = self._readings.first_from(meter_id, register, _ALWAYS.start)
            hour = floor_hour(last.taken_at if first is None else first.taken_at)
            while hour <= last.taken_at + timedelta(seconds=last.duration_s):
                marks.append((meter_id, hour))
                hour += HOUR
                if len(marks) >= _FEW:
                    self._records.dirty.mark(marks)
                    marks.clear()
        self._records.dirty.mark(marks)


def _description(meter: Meter, swaps: Sequence[Event]) -> str:
    return json.dumps(
        {
            "cadence": meter.cadence.total_seconds(),
            "rollover_at": meter.rollover_at,
            "max_rate": meter.max_rate,
            "kwh_pcs_per_m3": meter.kwh_pcs_per_m3,
            "swaps": sorted([e.start.isoformat(), e.end.isoformat()] for e in swaps),
        },
        sort_keys=True,
    )
