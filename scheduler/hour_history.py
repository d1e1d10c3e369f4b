"""The roll-ups of the last months, kept in memory.

A wall is drawn every minute and looks back more than a year; reading that anew
each time would be most of an idle machine's work. The scheduler writes the
roll-ups itself, so it knows what changed.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta

import pandas as pd

from domain.periods import Period
from scheduler.spans import merged
from storage.ports import ReadingStore, Step

KEPT_METERS = 200
"""About half a megabyte each."""

_MARGIN = timedelta(days=2)


class HourHistory:
    """Hourly roll-ups by meter, read once and mended where they change."""

    def __init__(self, readings: ReadingStore) -> None:
        """Look back through a store."""
        self._readings = readings
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Period, pd.DataFrame]] = OrderedDict()
        self._changed: dict[str, list[Period]] = {}

    def changed(self, meter_id: str, period: Period) -> None:
        """Take note that a meter's roll-up was rewritten over a period."""
        with self._lock:
            if meter_id in self._kept:
                self._changed.setdefault(meter_id, []).append(period)

    def hours(self, meter_id: str, period: Period) -> pd.DataFrame:
        """Return a meter's roll-up over a period (`ROLLUP_COLUMNS`)."""
        with self._lock:
            kept = self._kept.get(meter_id)
            if kept is None or kept[0].start > period.start:
                known = Period(period.start - _MARGIN, period.end + _MARGIN)
                frame = self._readings.read_rollup(meter_id, Step.HOUR, known)
                self._changed.pop(meter_id, None)
            else:
                known, frame = self._mended(meter_id, *kept, period)
            self._kept[meter_id] = known, frame
            self._kept.move_to_end(meter_id)
            while len(self._kept) > KEPT_METERS:
                self._changed.pop(self._kept.popitem(last=False)[0], None)
        return _between(frame, period)

    def _mended(
        self, meter_id: str, known: Period, frame: pd.DataFrame, wanted: Period
    ) -> tuple[Period, pd.DataFrame]:
        changes = self._changed.get(meter_id, [])
        if wanted.end > known.end:
            further = Period(known.end, wanted.end + _MARGIN)
            changes, known = [*changes, further], Period(known.start, further.end)
        for start, end in merged((p.start, p.end) for p in changes):
            inside = Period(start, end).overlap(known)
            if inside is not None:
                fresh = self._readings.read_rollup(meter_id, Step.HOUR, inside)
                frame = _spliced(frame, inside, fresh)
        self._changed.pop(meter_id, None)
        return known, frame


def _between(frame: pd.DataFrame, period: Period) -> pd.DataFrame:
    first, after_last = _places(frame, period)
    return frame.iloc[first:after_last]


def _spliced(frame: pd.DataFrame, period: Period, fresh: pd.DataFrame) -> pd.DataFrame:
    first, after_last = _places(frame, period)
    parts: Sequence[pd.DataFrame] = [frame.iloc[:first], fresh, frame.iloc[after_last:]]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled) if filled else fresh


def _places(frame: pd.DataFrame, period: Period) -> tuple[int, int]:
    first, after_last = frame.index.searchsorted(
        pd.DatetimeIndex([period.start, period.end]).as_unit("us")
    )
    return int(first), int(after_last)
