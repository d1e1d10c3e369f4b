"""A CSV file whose columns somebody mapped: read in one pass to check, one to import.

Both passes stream, so that a file of any size fits in memory. Unless told
otherwise nothing is imported from a file with a bad line: half a file is worse
than a clear list of what to mend. Blank is not zero: it is skipped and counted.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.errors import RejectedFile
from domain.readings import Reading
from domain.registers import Accumulation, Quantity, register_name
from domain.units import quantity_of, to_canonical
from ingest.importers.csv_layout import Layout, Rows, Wanted, find_layout
from ingest.importers.local_times import Clock, Stamp, text_of_stamp
from ingest.importers.steps import Steps
from ingest.importers.written_numbers import is_blank, parse_number

SOURCE = "file:csv"
PROBLEMS_SHOWN = 50
_LARGEST_SCALE = 1e9

Progress = Callable[[int, int], None]
"""Told now and then how many bytes of how many have been read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of numbers, and the register it fills."""

    header: str
    meter_id: str
    quantity: Quantity
    unit: str
    """As `domain.units` knows it; a power under `delta` is the mean of its interval."""

    accumulation: Accumulation
    register: str = "file"
    """The register's own name, without its kind."""

    scale: float = 1.0
    """Multiplies the number before its unit is read."""

    def __post_init__(self) -> None:
        """Refuse a unit, an accumulation or a scale that makes no sense."""
        if not 0 < abs(self.scale) <= _LARGEST_SCALE:
            raise ValueError(f"scale {self.scale} is none")
        register_name(self.quantity, self.accumulation, self.register)
        if not self.is_mean_power:
            to_canonical(0.0, self.unit, self.quantity)

    @property
    def is_mean_power(self) -> bool:
        """Tell whether it is a load curve: power that makes energy of its interval."""
        return (
            self.quantity is Quantity.ENERGY
            and self.accumulation is Accumulation.DELTA
            and quantity_of(self.unit) is Quantity.POWER
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvMapping:
    """What a CSV file means."""

    columns: tuple[Column, ...]

    time_headers: tuple[str, ...]
    """One column with date and time, or a date and a time column."""

    zone: ZoneInfo
    """Where times without an offset are read."""

    stamp: Stamp = Stamp.START
    """Whether an interval's time is its start or its end."""

    step: timedelta | None = None
    """How long each interval lasts; None: told from the times."""

    time_format: str = ""
    """As `strptime` has it; empty: ISO 8601 or day/month/year are recognised."""

    separator: str = ""
    """Empty: found from the header row."""

    decimal: str = ""
    """`.` or `,`; empty: found from the numbers."""


@dataclass(slots=True)
class Examination:
    """What a first reading of the file found."""

    rows: int = 0
    readings: int = 0
    blanks: int = 0
    first: datetime | None = None
    last: datetime | None = None
    bad_lines: int = 0
    problems: list[str] = field(default_factory=list)
    """One sentence a bad line, with its number; the first `PROBLEMS_SHOWN`."""

    layout: Layout | None = None

    def complain(self, line: int, reason: str) -> None:
        """Note a bad line."""
        self.bad_lines += 1
        if len(self.problems) < PROBLEMS_SHOWN:
            self.problems.append(f"line {line}: {reason}")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    at: datetime
    numbers: tuple[float | None, ...]


def examine(path: Path, mapping: CsvMapping, progress: Progress | None = None) -> Examination:
    """Read a file without importing it.

    Raises:
        RejectedFile: Its columns are not those mapped, or it cannot be read at all.
    """
    found, _ = _examine(path, mapping, progress)
    return found


def read_csv(
    path: Path,
    mapping: CsvMapping,
    *,
    keep_good: bool = False,
    batch_size: int = 5000,
    progress: Progress | None = None,
) -> Iterator[list[Reading]]:
    """Yield the file's readings in batches, in its own order.

    Args:
        path: The file.
        mapping: What its columns mean.
        keep_good: Import the good lines of a file that has bad ones.
        batch_size: Readings a batch.
        progress: Told how far the second pass has come.

    Raises:
        RejectedFile: The columns are not there, or a line is bad and `keep_good` is false.
    """
    found, batches = examined_batches(path, mapping, batch_size=batch_size, progress=progress)
    if found.bad_lines and not keep_good:
        hidden = found.bad_lines - len(found.problems)
        more = [f"… and {hidden} more bad lines"] if hidden > 0 else []
        raise RejectedFile([*found.problems, *more])
    yield from batches


def examined_batches(
    path: Path,
    mapping: CsvMapping,
    *,
    batch_size: int = 5000,
    progress: Progress | None = None,
) -> tuple[Examination, Iterator[list[Reading]]]:
    """Return what a first reading of a file found, and the readings of a second one.

    Raises:
        RejectedFile: The columns are not there.
    """
    found, steps = _examine(path, mapping, None)
    return found, _batches(path, mapping, found, steps, batch_size, progress)


def _batches(
    path: Path,
    mapping: CsvMapping,
    found: Examination,
    steps: Steps,
    batch_size: int,
    progress: Progress | None,
) -> Iterator[list[Reading]]:
    """Yield the readings of the good lines."""
    if found.layout is None:
        return
    with Rows(path, found.layout, progress) as rows:
        readings = _readings(_parsed(rows, mapping, found.layout, Examination()), mapping, steps)
        while batch := list(islice(readings, batch_size)):
            yield batch


def _examine(
    path: Path, mapping: CsvMapping, progress: Progress | None
) -> tuple[Examination, Steps]:
    layout = find_layout(
        path,
        Wanted(
            times=mapping.time_headers,
            numbers=tuple(column.header for column in mapping.columns),
            time_format=mapping.time_format,
            separator=mapping.separator,
            decimal=mapping.decimal,
        ),
    )
    found = Examination(layout=layout)
    steps = Steps(mapping.step)
    with Rows(path, layout, progress) as rows:
        for row in _parsed(rows, mapping, layout, found):
            found.readings += sum(number is not None for number in row.numbers)
            found.first = row.at if found.first is None else min(found.first, row.at)
            found.last = row.at if found.last is None else max(found.last, row.at)
            steps.see(row.at)
    if steps.are_unknown and found.readings and _has_delta(mapping):
        reason = "one interval alone does not tell how long it lasts; give the step"
        raise RejectedFile([*found.problems, reason])
    return found, steps


def _parsed(rows: Rows, mapping: CsvMapping, layout: Layout, found: Examination) -> Iterator[_Row]:
    """Yield the good rows; complain of the others in `found`."""
    clock = Clock(mapping.zone, mapping.stamp, descending=layout.descending)
    places = [layout.place_of(header) for header in mapping.time_headers]
    value_places = [layout.place_of(column.header) for column in mapping.columns]
    try:
        for line, cells in rows:
            if not any(cells):
                continue
            found.rows += 1
            try:
                stamp = text_of_stamp([cells[place] for place in places])
                at = clock.read(stamp, mapping.time_format)
                numbers = tuple(
                    None if is_blank(cells[place]) else parse_number(cells[place], layout.decimal)
                    for place in value_places
                )
            except IndexError:
                found.complain(line, f"it has {len(cells)} cells, the header {layout.width}")
            except ValueError as error:
                found.complain(line, str(error))
            else:
                found.blanks += sum(number is None for number in numbers)
                yield _Row(line, at, numbers)
    except csv.Error as error:
        found.complain(rows.line, f"it is no CSV ({error})")


def _readings(rows: Iterator[_Row], mapping: CsvMapping, steps: Steps) -> Iterator[Reading]:
    names = [register_name(c.quantity, c.accumulation, c.register) for c in mapping.columns]
    for row, before, after in _with_neighbours(rows):
        if all(number is None for number in row.numbers):
            continue
        step_s = (
            steps.length_s(row.at, before, after, mapping.stamp) if _has_delta(mapping) else 0.0
        )
        for column, name, number in zip(mapping.columns, names, row.numbers, strict=True):
            if number is None:
                continue
            is_delta = column.accumulation is Accumulation.DELTA
            at = row.at
            if is_delta and mapping.stamp is Stamp.END:
                at -= timedelta(seconds=step_s)
            yield Reading(
                meter_id=column.meter_id,
                register=name,
                taken_at=at,
                value=_canonical(column, number, step_s),
                duration_s=step_s if is_delta else 0.0,
                source=SOURCE,
            )


def _canonical(column: Column, number: float, step_s: float) -> float:
    scaled = number * column.scale
    if column.is_mean_power:
        return to_canonical(scaled, column.unit, Quantity.POWER) * step_s / 3600
    return to_canonical(scaled, column.unit, column.quantity)


def _with_neighbours(
    rows: Iterator[_Row],
) -> Iterator[tuple[_Row, datetime | None, datetime | None]]:
    """Yield each row with the times of the rows before and after it."""
    before: datetime | None = None
    here = next(rows, None)
    while here is not None:
        after = next(rows, None)
        yield here, before, None if after is None else after.at
        before, here = here.at, after


def _has_delta(mapping: CsvMapping) -> bool:
    return any(column.accumulation is Accumulation.DELTA for column in mapping.columns)
