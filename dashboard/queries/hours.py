"""Hourly roll-ups, kept for a minute.

Telling what was expected takes more than a year of hours; a manager who goes
from page to page asks for the same ones again and again.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from domain.periods import Period
from storage.ports import ReadingStore, Step

KEPT_S = 60.0
KEPT_METERS = 100
"""About half a megabyte each."""

_MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    period: Period
    frame: pd.DataFrame
    read_at: float


class Hours:
    """Reads hours through a store, and remembers them for a moment."""

    def __init__(self, readings: ReadingStore, clock: Callable[[], float] = time.monotonic) -> None:
        """Remember nothing yet; `clock` gives seconds that never go back."""
        self._readings = readings
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def of(self, meter_id: str, period: Period) -> pd.DataFrame:
        """Return a meter's hours over a period (`ROLLUP_COLUMNS`), at most a minute old."""
        with self._lock:
            kept = self._kept.get(meter_id)
        if kept is None or not self._serves(kept, period):
            kept = self._read(meter_id, period)
            with self._lock:
                self._kept[meter_id] = kept
                self._kept.move_to_end(meter_id)
                while len(self._kept) > KEPT_METERS:
                    self._kept.popitem(last=False)
        bounds = pd.DatetimeIndex([period.start, period.end]).as_unit("us")
        first, after_last = kept.frame.index.searchsorted(bounds)
        return kept.frame.iloc[first:after_last]

    def _serves(self, kept: _Kept, period: Period) -> bool:
        is_fresh = self._clock() - kept.read_at < KEPT_S
        return is_fresh and kept.period.start <= period.start and period.end <= kept.period.end

    def _read(self, meter_id: str, period: Period) -> _Kept:
        read_at = self._clock()
        wider = Period(period.start - _MARGIN, period.end + _MARGIN)
        frame = self._readings.read_rollup(meter_id, Step.HOUR, wider)
        return _Kept(period=wider, frame=frame, read_at=read_at)
