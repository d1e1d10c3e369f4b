"""From columns as a file has them to `Series`: power to energy, ends to starts, blanks away."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from domain.readings import Quality
from domain.registers import Accumulation, Quantity
from domain.units import quantity_of, spelled
from ingest.importers.local_times import Stamp
from ingest.importers.series import Report, Series
from ingest.importers.stamps import DAY_US, read_stamps
from ingest.importers.walls import NO_ROW_BEFORE, day_bounds_us, utc_of
from ingest.importers.written_numbers import is_blank, parse_number

LONGEST = 52_560
"""A year of ten minutes: no series is longer."""

_ENERGY_OF = {"W": "Wh", "kW": "kWh", "MW": "MWh"}
_NEAR_MIDNIGHT_US = 2 * 3_600_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What one register of a file holds, in the file's unit."""

    register: str
    unit: str
    accumulation: Accumulation
    of_days: bool = False
    """Each value is a local day's, whatever its stamp's time of day."""

    @property
    def is_mean_power(self) -> bool:
        """Tell whether it is a load curve: power that makes energy of its interval."""
        return self.accumulation is Accumulation.DELTA and self.unit in _ENERGY_OF

    @property
    def quantity(self) -> Quantity:
        """What its series hold."""
        quantity = Quantity.ENERGY if self.is_mean_power else quantity_of(self.unit)
        if quantity is None:
            raise ValueError(f"unit {self.unit!r} is none")
        return quantity


def series_of(
    point: str,
    measure: Measure,
    *,
    start_us: NDArray[np.int64],
    value: NDArray[np.float64],
    step_s: NDArray[np.float64],
    quality: NDArray[np.int8],
) -> Iterator[Series]:
    """Yield columns as series, none longer than `LONGEST`.

    Args:
        point: The metering point.
        measure: What the values are.
        start_us: Start of each interval, or instant [µs since 1970 UTC].
        value: In the measure's unit; NaN: blank.
        step_s: Length of each interval [s].
        quality: Of each value.
    """
    if measure.accumulation is not Accumulation.DELTA:
        step_s = np.zeros(len(value))
    kept = np.flatnonzero(~np.isnan(value))
    amount = value * step_s / 3600 if measure.is_mean_power else value
    for first in range(0, len(kept), LONGEST):
        rows = kept[first : first + LONGEST]
        yield Series(
            point=point,
            register=measure.register,
            quantity=measure.quantity,
            unit=_ENERGY_OF[measure.unit] if measure.is_mean_power else spelled(measure.unit),
            accumulation=measure.accumulation,
            time_us=start_us[rows],
            value=amount[rows],
            duration_s=step_s[rows],
            quality=quality[rows],
        )


def value_of(text: str) -> float:
    """Return the number a cell holds; NaN when it is blank.

    Raises:
        ValueError: It holds none.
    """
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return float(text)
    if is_blank(text):
        return float("nan")
    return parse_number(text, "," if "," in text else ".")


@dataclass(slots=True)
class Column:
    """One register of one point, gathered as the file has it and read in bulk."""

    point: str
    measure: Measure
    stamp: Stamp
    zone: ZoneInfo
    previous_us: int = NO_ROW_BEFORE
    """Instant of the row before those gathered [µs since 1970 UTC]."""

    _texts: list[str] = field(default_factory=list)
    _values: list[float] = field(default_factory=list)
    _steps_s: list[float] = field(default_factory=list)
    _qualities: list[int] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    def add(
        self, line: int, stamp: str, value: float, *, step_s: float = 0.0, quality: Quality
    ) -> None:
        """Note a row; NaN is a blank."""
        self._lines.append(line)
        self._texts.append(stamp)
        self._values.append(value)
        self._steps_s.append(step_s)
        self._qualities.append(quality)

    def take(self, report: Report) -> Iterator[Series]:
        """Yield what was gathered as series; the column itself can then be left."""
        numbers = np.array((self._values, self._steps_s, self._qualities), np.float64)
        yield from self._series(self._texts, self._lines, numbers, report)

    def _series(
        self, texts: list[str], lines: list[int], numbers: NDArray[np.float64], report: Report
    ) -> Iterator[Series]:
        report.rows += len(texts)
        report.blanks += int(np.isnan(numbers[0]).sum())
        found = read_stamps(texts)
        for row in np.flatnonzero(~found.is_good):
            if texts[row]:
                report.complain(lines[row], f"{texts[row][:40]!r} is not a date and time")
            else:
                report.complain(lines[row], "a value without a date")
        rows = np.flatnonzero(found.is_good)
        if self.measure.of_days:
            start_us, numbers[1, rows] = local_days(found.wall_us[rows], self.zone)
        else:
            start_us, never = utc_of(found.at(rows), self.zone, self.stamp, self.previous_us)
            for row in rows[never & ~np.isnan(numbers[0, rows])]:
                report.complain(lines[row], f"{texts[row][:40]!r} never was: clocks went on")
            rows, start_us = rows[~never], start_us[~never]
            self.previous_us = int(start_us[-1]) if len(rows) else self.previous_us
            if self.stamp is Stamp.END and self.measure.accumulation is Accumulation.DELTA:
                start_us = start_us - (numbers[1, rows] * 1e6).astype(np.int64)
        yield from series_of(
            self.point,
            self.measure,
            start_us=start_us,
            value=numbers[0, rows],
            step_s=numbers[1, rows],
            quality=numbers[2, rows].astype(np.int8),
        )


def local_days(
    wall_us: NDArray[np.int64], zone: ZoneInfo
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return start [µs since 1970 UTC] and length [s] of the local days that stamps name.

    Clocks that stay at winter's hour all year write 23:00 for summer's midnight.
    """
    days, place = np.unique((wall_us + _NEAR_MIDNIGHT_US) // DAY_US, return_inverse=True)
    bounds = np.array([day_bounds_us(int(day), zone) for day in days], np.int64).reshape(-1, 2)
    return bounds[place, 0], (bounds[:, 1] - bounds[:, 0])[place] / 1e6
