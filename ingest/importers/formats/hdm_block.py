"""One block of an HDM file: its values as series, once all of them are there."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from domain.readings import Quality
from domain.registers import Accumulation, Quantity
from domain.units import quantity_of
from ingest.importers.columns import Measure, local_days, series_of
from ingest.importers.curve_steps import commonest_step_s, in_order, step_of_each_s
from ingest.importers.formats.enedis_words import minutes_in_s, stamp_of_curve
from ingest.importers.formats.hdm_heading import Heading
from ingest.importers.formats.hdm_indexes import read_indexes
from ingest.importers.formats.hdm_lines import Curve, as_one, read_lines
from ingest.importers.local_times import Stamp
from ingest.importers.series import Choices, Report, Series
from ingest.importers.stamps import DAY_US
from ingest.importers.walls import utc_of

_LONGEST_CURVE_S = 20 * 3600.0


@dataclass(slots=True)
class Block:
    """Gathers a block's values until it ends."""

    heading: Heading
    choices: Choices
    report: Report
    _parts: list[Curve] = field(default_factory=list)

    def add(self, first_line: int, piece: bytes) -> Iterator[Series]:
        """Take some of its lines; yield what need not wait for the rest."""
        if self.heading.is_index:
            yield from read_indexes(self.heading, first_line, piece, self.choices, self.report)
        else:
            self._parts.append(read_lines(piece, first_line, self.report))

    def series(self) -> Iterator[Series]:
        """Yield its values once it ended."""
        measure = self.heading.measure(self.report) if self._parts else None
        if measure is None:
            return
        curve = as_one(self._parts)
        self._parts.clear()
        if quantity_of(measure.unit) is Quantity.ENERGY and _are_days(curve.stamps.wall_us):
            register = measure.register.removesuffix(" P1D") + " P1D"
            measure = replace(measure, register=register, of_days=True)
        if measure.of_days:
            start_us, step_s = local_days(curve.stamps.wall_us, self.choices.zone)
            yield from _valid(self.heading.point, measure, start_us, curve.value, step_s)
        elif measure.accumulation is Accumulation.DELTA:
            yield from self._intervals(measure, curve)
        else:
            at_us, rows = self._instants(curve, Stamp.START)
            value = curve.value[rows]
            yield from _valid(self.heading.point, measure, at_us, value, np.zeros(len(rows)))

    def _intervals(self, measure: Measure, curve: Curve) -> Iterator[Series]:
        usual_s = commonest_step_s(curve.stamps.wall_us - curve.stamps.offset_us)
        told_s = minutes_in_s(self.heading.fields.get("pas en minutes", ""), float("nan"))
        stamp = stamp_of_curve(self.heading.point, usual_s, self.choices)
        self._remark_on_stamps(curve, stamp)
        at_us, rows = self._instants(curve, stamp)
        value = curve.value[rows]
        step_s = step_of_each_s(at_us, are_ends=stamp is Stamp.END, told_s=told_s)
        unknown = np.isnan(step_s) & ~np.isnan(value)
        for line in curve.line[rows[unknown]]:
            self.report.complain(
                int(line), "one interval alone does not tell how long it lasts (Pas en minutes)"
            )
        value = np.where(unknown, np.nan, value)
        step_s = np.where(np.isnan(step_s), 0.0, step_s)
        self._remark_on_steps(at_us, value, step_s)
        starts_us = at_us - (step_s * 1e6).astype(np.int64) if stamp is Stamp.END else at_us
        yield from _valid(self.heading.point, measure, starts_us, value, step_s)

    def _instants(self, curve: Curve, stamp: Stamp) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the instants of those lines that have one, and which these are."""
        at_us, never = utc_of(curve.stamps, self.choices.zone, stamp)
        for line in curve.line[never & ~np.isnan(curve.value)]:
            self.report.complain(int(line), "this time never was: clocks went on")
        rows = np.flatnonzero(~never)
        return at_us[rows], rows

    def _remark_on_stamps(self, curve: Curve, stamp: Stamp) -> None:
        self.report.remark(f"load curves: times taken as the {stamp} of their intervals")
        if not len(curve.line):
            return
        walls = curve.stamps.wall_us % DAY_US
        first, last = walls[np.argmin(curve.stamps.wall_us)], walls[np.argmax(curve.stamps.wall_us)]
        looks = {(True, False): Stamp.START, (False, True): Stamp.END}.get(
            (bool(first == 0), bool(last == 0)), stamp
        )
        if looks is not stamp:
            self.report.remark(
                f"{self.heading.point}: its first and last times look like the {looks} of intervals"
            )

    def _remark_on_steps(
        self, at_us: NDArray[np.int64], value: NDArray[np.float64], step_s: NDArray[np.float64]
    ) -> None:
        if len(step_s) and (step_s != step_s[0]).any():
            minutes = np.unique(step_s[step_s > 0]) / 60
            listed = ", ".join(f"{step:g}" for step in minutes[:6])
            self.report.remark(f"{self.heading.point}: its step changes ({listed} min)")
        known = ~np.isnan(value)
        again = int(known.sum()) - len(in_order(at_us[known])[0])
        if again:
            self.report.remark(f"{self.heading.point}: {again} times come again; the last counts")


def _are_days(wall_us: NDArray[np.int64]) -> bool:
    apart_s = np.diff(in_order(wall_us)[0]) / 1e6
    return bool(len(apart_s)) and float(np.median(apart_s)) > _LONGEST_CURVE_S


def _valid(
    point: str,
    measure: Measure,
    start_us: NDArray[np.int64],
    value: NDArray[np.float64],
    step_s: NDArray[np.float64],
) -> Iterator[Series]:
    quality = np.full(len(value), Quality.VALID, np.int8)
    return series_of(point, measure, start_us=start_us, value=value, step_s=step_s, quality=quality)
