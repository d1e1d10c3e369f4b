"""Any table whose columns somebody named, as a format like the others."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from domain.commodities import QUANTITIES
from domain.errors import ConfigError
from domain.imports import TableWish
from domain.meters import Commodity
from domain.registers import CANONICAL_UNIT, Accumulation, Quantity
from domain.units import quantity_of, units_of
from ingest.importers.csv_mapping import Column, CsvMapping, Examination, examined_batches
from ingest.importers.local_times import Stamp
from ingest.importers.runs import Run, instant_us
from ingest.importers.series import Choices, Counts, Progress, Report, Series
from settings.findings import did_you_mean

NAMES = ("csv", "xlsx")
"""Formats that are read only when somebody says what their columns mean."""

_REGISTER = "file"


@dataclass(frozen=True, slots=True)
class TableFormat:
    """One column of numbers of a CSV file, or of a sheet that was made one."""

    name: str
    column: Column
    wish: TableWish

    @property
    def label(self) -> str:
        """How people call it."""
        return "table with named columns"

    def recognises(self, head: bytes) -> bool:
        """Never: somebody has to say what its columns mean."""
        del head
        return False

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield the numbers of the column, in batches."""
        found, batches = examined_batches(path, self._mapping(choices), progress=progress)
        _copy(found, report)
        for batch in batches:
            run = Run(
                point="",
                register=_REGISTER,
                quantity=self.column.quantity,
                unit=CANONICAL_UNIT[self.column.quantity],
                accumulation=self.column.accumulation,
                counts=Counts.TOTAL,
            )
            for reading in batch:
                at_us = instant_us(reading.taken_at)
                run.add(at_us, reading.value, reading.duration_s, reading.quality)
            yield run.series()

    def _mapping(self, choices: Choices) -> CsvMapping:
        step_min = self.wish.step_min
        return CsvMapping(
            columns=(self.column,),
            time_headers=self.wish.time_headers,
            zone=choices.zone,
            stamp=Stamp(choices.stamp or Stamp.START),
            step=None if step_min is None else timedelta(minutes=step_min),
            time_format=self.wish.time_format,
            # A workbook's cells are numbers, which we wrote ourselves.
            decimal="." if self.name == "xlsx" else "",
        )


def table_format(name: str, wish: TableWish, commodity: Commodity | None) -> TableFormat:
    """Return the format of a table whose columns are named.

    Args:
        name: One of `NAMES`.
        wish: What the columns mean.
        commodity: What the meter counts; None: not known yet.

    Raises:
        ConfigError: Unit, accumulation, scale or form of time are none, or none of this meter.
    """
    _check_time_format(wish.time_format)
    quantity = _quantity(wish, commodity)
    try:
        column = Column(
            header=wish.value_header,
            meter_id="",
            quantity=quantity,
            unit=wish.unit,
            accumulation=wish.accumulation,
            register=_REGISTER,
            scale=wish.scale,
        )
    except ValueError as error:
        raise ConfigError([f"accumulation {wish.accumulation}: {error}"]) from None
    return TableFormat(name, column, wish)


def _quantity(wish: TableWish, commodity: Commodity | None) -> Quantity:
    """Return what the numbers are stored as."""
    measured = quantity_of(wish.unit)
    if measured is None:
        every = [unit for quantity in Quantity for unit in units_of(quantity)]
        hint = did_you_mean(wish.unit, every)
        raise ConfigError([f"unit '{wish.unit}' is none that is known{hint}"])
    is_mean_power = measured is Quantity.POWER and wish.accumulation is Accumulation.DELTA
    quantity = Quantity.ENERGY if is_mean_power else measured
    if commodity is not None and quantity not in QUANTITIES[commodity]:
        raise ConfigError(
            [f"unit {wish.unit} is {quantity}, which a meter of {commodity} never counts"]
        )
    return quantity


def _check_time_format(time_format: str) -> None:
    """Refuse a format that no time could follow, rather than every line of the file."""
    try:
        time.strptime("", time_format)
    except ValueError as error:
        if "directive" in str(error) or "stray %" in str(error):
            raise ConfigError([f"form of the time '{time_format}': {error}"]) from None


def _copy(found: Examination, report: Report) -> None:
    report.rows += found.rows
    report.blanks += found.blanks
    report.bad_lines += found.bad_lines
    report.problems += found.problems
    if found.bad_lines and not found.readings:
        report.remark(
            "not one line could be read: say how times are written where the day does not come "
            "first (--time-format, %m/%d/%Y %H:%M for instance)"
        )
    if found.layout is not None and found.layout.is_decimal_guessed:
        mark = found.layout.decimal
        report.remark(
            f"numbers such as 1{mark}234 are read as one and a bit: compare the sums with a bill, "
            "and give a scale of 1000 if they are thousands"
        )
