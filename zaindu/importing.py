"""Bringing a meter's past from a file, through the same stores as what it publishes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.console import Console
from rich.progress import Progress

from domain.errors import ConfigError, RejectedFile, StorageRejected
from domain.meters import Meter
from domain.readings import Reading
from domain.registers import Accumulation, Quantity
from domain.sites import Portfolio
from domain.units import quantity_of
from ingest.dirty_hours import DirtyHours
from ingest.importers.csv_mapping import Column, CsvMapping, Examination, examine, read_csv
from ingest.importers.local_times import Stamp
from ingest.resolver import QUANTITIES
from settings.findings import did_you_mean
from settings.model import Settings
from settings.secrets import Secrets
from zaindu.failures import CommandFailed
from zaindu.stores import Stores, open_stores


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line says of a file."""

    file: Path
    meter_id: str
    time_columns: tuple[str, ...]
    value_column: str
    unit: str
    accumulation: Accumulation
    zone: str
    stamp: str
    step_min: int | None
    scale: float
    time_format: str
    keep_good: bool


def import_readings(settings: Settings, secrets: Secrets, wish: Wish, *, dry_run: bool) -> None:
    """Import a file, or with `dry_run` only say what would be imported.

    Raises:
        ConfigError: What is said of the file does not fit the meter.
        RejectedFile: The file does not fit what is said of it; nothing was imported.
        CommandFailed: The store refused some of it; the rest was imported.
        StorageUnavailable: A store does not answer; doing it again is harmless.
    """
    console = Console(highlight=False, soft_wrap=True)
    with open_stores(settings, secrets) as stores:
        portfolio = stores.records.portfolio.portfolio()
        meter = _meter(portfolio, wish.meter_id)
        mapping = _mapping(wish, meter, portfolio)
        if dry_run:
            found = examine(wish.file, mapping)
            for line in _told(found, meter):
                console.print(line, markup=False)
            return
        with _bar(console, "Importing") as progress:
            batches = read_csv(wish.file, mapping, keep_good=wish.keep_good, progress=progress)
            refusals: list[StorageRejected] = []
            count = sum(_keep(stores, meter, batch, refusals) for batch in batches)
        if refusals:
            raise CommandFailed(
                f"{count} readings of {meter.id} are kept, and "
                f"{sum(len(each.refused) for each in refusals)} are not: {refusals[0]}"
            )
        if not count:
            raise RejectedFile([f"{wish.file.name} holds no reading"])
        console.print(f"{count} readings of {meter.id} are kept", markup=False)


def _keep(
    stores: Stores, meter: Meter, readings: list[Reading], refusals: list[StorageRejected]
) -> int:
    """Make readings durable, then mark the hours they change; return how many are kept.

    What a store refuses, such as what is older than it keeps, costs only itself.
    """
    refused = 0
    try:
        stores.readings.write(readings)
    except StorageRejected as refusal:
        refusals.append(refusal)
        refused = len(refusal.refused)
    dirty = DirtyHours()
    for reading in readings:
        dirty.touch(meter.id, reading.taken_at, reading.duration_s)
    stores.records.dirty.mark(dirty.marks())
    return len(readings) - refused


def _meter(portfolio: Portfolio, meter_id: str) -> Meter:
    meter = portfolio.meter(meter_id)
    if meter is None:
        hint = did_you_mean(meter_id, [known.id for known in portfolio.meters])
        raise ConfigError([f"there is no meter '{meter_id}'{hint}"])
    return meter


def _mapping(wish: Wish, meter: Meter, portfolio: Portfolio) -> CsvMapping:
    building = portfolio.building(meter.building_id)
    _check_time_format(wish.time_format)
    return CsvMapping(
        columns=(_column(wish, meter),),
        time_headers=wish.time_columns,
        zone=_zone(wish.zone or (building.time_zone if building else "UTC")),
        stamp=_stamp(wish.stamp),
        step=None if wish.step_min is None else timedelta(minutes=wish.step_min),
        time_format=wish.time_format,
    )


def _column(wish: Wish, meter: Meter) -> Column:
    measured = quantity_of(wish.unit)
    if measured is None:
        units = ["kWh", "Wh", "MWh", "kW", "W", "m3", "L", "degC"]
        raise ConfigError([f"--unit '{wish.unit}' is not a unit{did_you_mean(wish.unit, units)}"])
    is_mean_power = measured is Quantity.POWER and wish.accumulation is Accumulation.DELTA
    quantity = Quantity.ENERGY if is_mean_power else measured
    if quantity not in QUANTITIES[meter.commodity]:
        raise ConfigError(
            [f"--unit {wish.unit} is {quantity}, which a meter of {meter.commodity} never counts"]
        )
    try:
        return Column(
            header=wish.value_column,
            meter_id=meter.id,
            quantity=quantity,
            unit=wish.unit,
            accumulation=wish.accumulation,
            scale=wish.scale,
        )
    except ValueError as error:
        raise ConfigError([f"--accumulation {wish.accumulation}: {error}"]) from None


def _stamp(word: str) -> Stamp:
    try:
        return Stamp(word)
    except ValueError:
        raise ConfigError([f"--stamp '{word}' is neither start nor end"]) from None


def _check_time_format(time_format: str) -> None:
    """Refuse a format that no time could follow, rather than every line of the file."""
    try:
        time.strptime("", time_format)
    except ValueError as error:
        if "directive" in str(error) or "stray %" in str(error):
            raise ConfigError([f"--time-format '{time_format}': {error}"]) from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError([f"--zone '{name}' is not a time zone, as Europe/Paris is"]) from None


def _told(found: Examination, meter: Meter) -> Iterator[str]:
    yield f"{found.rows} rows: {found.readings} readings of {meter.id}, {found.blanks} blank"
    if found.first is not None and found.last is not None:
        yield f"from {found.first:%Y-%m-%d %H:%M} to {found.last:%Y-%m-%d %H:%M} UTC"
    yield from found.problems
    if found.bad_lines:
        yield f"{found.bad_lines} bad lines: nothing would be imported without --keep-good"


@contextmanager
def _bar(console: Console, what: str) -> Iterator[Callable[[int, int], None]]:
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield show
