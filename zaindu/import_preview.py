"""What a file holds, told on a terminal before anything is kept."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.imports import Found, FoundSeries
from domain.registers import CANONICAL_UNIT, Accumulation
from ingest.importers.bringing import unrecognised
from zaindu.terminal import is_narrow

_POINTS_SHOWN = 50
_MONTHS_SHOWN = 36
_SERIES_BY_MONTH = 6


def show(console: Console, name: str, found: Found, zone: ZoneInfo) -> None:
    """Print the preview of one file; `zone` is where its times are local."""
    if not found.format:
        for line in unrecognised(found, name):
            console.print(line, markup=False)
        return
    console.print(f"{name}: {found.label}", markup=False)
    for line in said(found):
        console.print(f"  {line}", markup=False)
    if found.series:
        console.print(f"  {_span(found.series, zone)}", markup=False)
        shown = found.series[:_POINTS_SHOWN]
        console.print(_stacked(shown, zone) if is_narrow(console) else _registers(shown, zone))
        for note in dict.fromkeys(_notes(found.series)):
            console.print(f"  {note}", markup=False)
        if len(found.series) > _POINTS_SHOWN:
            console.print(f"  … and {len(found.series) - _POINTS_SHOWN} more registers")
        by_month = [s for s in found.series if s.months and s.meter_ids] or [
            s for s in found.series if s.months
        ]
        if by_month:
            console.print(_months(by_month[:_SERIES_BY_MONTH]))


def said(found: Found) -> Iterator[str]:
    """Yield in words what is no table: counts, remarks, faults."""
    fed: dict[str, int] = {}
    for series in found.series:
        for meter_id in series.meter_ids:
            fed[meter_id] = fed.get(meter_id, 0) + series.kept_by(meter_id)
    readings = ", ".join(f"{count} readings of {meter}" for meter, count in fed.items())
    blank = f"{found.blanks} blank"
    yield f"{found.rows} values: {readings}, {blank}" if fed else f"{found.rows} values, {blank}"
    yield from found.remarks
    yield from found.problems
    if found.bad_lines:
        yield f"{found.bad_lines} bad lines: nothing would be imported without --keep-good"


def _registers(series: Sequence[FoundSeries], zone: ZoneInfo) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("point", "register", "unit", "kind", "from", "to", "values", "step", "feeds"):
        table.add_column(head, justify="right" if head == "values" else "left", overflow="fold")
    for one in series:
        table.add_row(
            *(Text(cell) for cell in (one.point or "—", one.register, one.unit)),
            one.accumulation.value,
            _local(one.first, zone),
            _local(one.last, zone),
            _count(one),
            _steps(one),
            Text(", ".join(one.meter_ids) or "—"),
        )
    return table


def _stacked(series: Sequence[FoundSeries], zone: ZoneInfo) -> Table:
    """Return the same for a narrow terminal: what would be cut stands below or beside."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("point", "from, to", "values", "step", "feeds"):
        table.add_column(head, justify="right" if head == "values" else "left", overflow="fold")
    for one in series:
        is_index = one.accumulation is Accumulation.CUMULATIVE
        table.add_row(
            Text(f"{one.point}\n{one.register}".strip()),
            f"{_local(one.first, zone)}\n{_local(one.last, zone)}",
            _count(one).replace(" (", "\n("),
            Text(", ".join(filter(None, ("index" if is_index else _steps(one), one.unit)))),
            Text(", ".join(one.meter_ids) or "—"),
        )
    return table


def _months(series: Sequence[FoundSeries]) -> Table:
    """Return what was used month by month: the figures of a bill."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("month")
    for one in series:
        unit = CANONICAL_UNIT[one.quantity]
        table.add_column(Text(f"{one.point} {one.register} [{unit}]".strip()), justify="right")
    sums = [dict(one.months) for one in series]
    months = sorted({month for one in sums for month in one})
    for month in months[-_MONTHS_SHOWN:]:
        table.add_row(month, *(f"{one[month]:,.1f}" if month in one else "" for one in sums))
    return table


def _span(series: Sequence[FoundSeries], zone: ZoneInfo) -> str:
    """Say once in UTC what the table says in local time."""
    first, last = min(one.first for one in series), max(one.last for one in series)
    return (
        f"from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC; "
        f"below, times are those of {zone.key}"
    )


def _notes(series: Sequence[FoundSeries]) -> Iterator[str]:
    """Yield why registers feed no meter."""
    for one in series:
        if not one.meter_ids and one.note:
            yield f"{one.register}: {one.note}"


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _count(one: FoundSeries) -> str:
    doubts = [
        f"{count} {word}"
        for count, word in (
            (one.estimated, "estimated"),
            (one.questionable, "questionable"),
            (sum(one.left_out), "left out"),
        )
        if count
    ]
    return f"{one.values}" + (f" ({', '.join(doubts)})" if doubts else "")


def _steps(one: FoundSeries) -> str:
    if one.accumulation is not Accumulation.DELTA:
        return ""
    steps = [_length(step) for step in islice(one.steps_s, 3)]
    return ", ".join(steps) + (" …" if len(one.steps_s) > 3 else "")


def _length(seconds: float) -> str:
    """Return a length of time as people say it.

    >>> _length(1800), _length(3600), _length(86400)
    ('30 min', '1 h', '24 h')
    """
    if seconds % 3600 == 0 and seconds < 48 * 3600:
        return f"{int(seconds // 3600)} h"
    if seconds % 60 == 0 and seconds < 3600:
        return f"{int(seconds // 60)} min"
    return f"{timedelta(seconds=seconds)}"
