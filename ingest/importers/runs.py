"""Values gathered one by one until they make a series."""

from array import array
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from domain.meters import Commodity
from domain.readings import Quality
from domain.registers import Accumulation, Quantity
from ingest.importers.series import Counts, Series

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (both sides of the difference are made naive UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True, kw_only=True)
class Run:
    """The values of one register so far, in machine columns."""

    point: str
    register: str
    quantity: Quantity
    unit: str
    accumulation: Accumulation
    counts: Counts = Counts.UNSAID
    commodity: Commodity | None = None
    time_us: "array[int]" = field(default_factory=lambda: array("q"))
    value: "array[float]" = field(default_factory=lambda: array("d"))
    duration_s: "array[float]" = field(default_factory=lambda: array("d"))
    quality: "array[int]" = field(default_factory=lambda: array("b"))

    def __len__(self) -> int:
        """Return how many values are gathered."""
        return len(self.value)

    def add(self, time_us: int, value: float, duration_s: float, quality: Quality) -> None:
        """Gather one."""
        self.time_us.append(time_us)
        self.value.append(value)
        self.duration_s.append(duration_s)
        self.quality.append(quality)

    def series(self) -> Series:
        """Return what is gathered; the run itself can then be left."""
        return Series(
            point=self.point,
            register=self.register,
            quantity=self.quantity,
            unit=self.unit,
            accumulation=self.accumulation,
            counts=self.counts,
            commodity=self.commodity,
            time_us=np.array(self.time_us, dtype=np.int64),
            value=np.array(self.value, dtype=np.float64),
            duration_s=np.array(self.duration_s, dtype=np.float64),
            quality=np.array(self.quality, dtype=np.int8),
        )


def instant_us(at: datetime) -> int:
    """Return an aware instant [µs since 1970 UTC], to the microsecond.

    >>> from datetime import UTC
    >>> instant_us(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    offset = at.utcoffset()
    if offset is None:
        raise ValueError("an instant needs a zone")
    return (at.replace(tzinfo=None) - _EPOCH - offset) // _MICROSECOND
