"""GRDF's customer portal, as a table: the workbook "Données informatives", or its CSV.

One row a gas day, a week (`Du 30/11/2020 au 06/12/2020`) or a month (`Novembre 2020`). The
point stands above the table, or in a column of it where an account has several.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from domain.readings import Quality
from ingest.importers.csv_layout import Layout, Rows, Wanted, find_layout, folded
from ingest.importers.formats.grdf_days import GasPeriod, gas_morning, quality_of, series_of
from ingest.importers.local_times import parse_stamp
from ingest.importers.series import Choices, Progress, Report, Series
from ingest.importers.table_heads import header_with, text_of
from ingest.importers.written_numbers import is_blank, parse_number

_DAY, _ENERGY = "Date de relevé", "Energie consommée (kWh)"
_VOLUME, _QUALITY = "Volume consommé (m3)", "Qualification du relevé"
_FIRST_INDEX, _LAST_INDEX = "Index de début de période (m3)", "Index de fin de période (m3)"
_PCE_COLUMNS = ("n° pce", "n°pce", "pce", "numero pce", "numero de pce")
_PCE = re.compile(r"N° ?PCE ?:?[^\w\r\n]*((?:GI)?\d{6,18})\b")
_WEEK = re.compile(r"Du (\S+) au (\S+)", re.IGNORECASE)
_WEEK_LONG = timedelta(days=7)
_MONTH = re.compile(r"(\S+) (\d{4})")
_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre",
    "octobre", "novembre", "decembre",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Spelled:
    """One row's span."""

    start: datetime
    end: datetime
    is_month: bool = False


class GrdfPortalTable:
    """The table that the portal lets its customer keep."""

    name = "grdf-portal"
    label = "GRDF portal (table)"

    def recognises(self, head: bytes) -> bool:
        """Tell by the two columns that every such table has."""
        return header_with(head, ((_DAY,), (_ENERGY,))) is not None

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield energy, volume and index of the one PCE."""
        del choices  # gas mornings are French
        layout = find_layout(path, Wanted(times=(_DAY,), numbers=(_ENERGY,)))
        place = _place_of_point(layout)
        above = "" if place >= 0 else _point(path)
        points: dict[str, _Periods] = {}
        with Rows(path, layout, progress) as rows:
            try:
                for line, cells in rows:
                    if not any(cells):
                        continue
                    report.rows += 1
                    point = cells[place].strip() if 0 <= place < len(cells) else above
                    period = _understood(line, cells, layout, report)
                    if period is not None:
                        points.setdefault(point, _Periods()).add(period)
            except csv.Error as error:
                report.complain(rows.line, f"it is no CSV ({error})")
        for point, periods in points.items():
            yield from series_of(point, periods.whole(report), report)


@dataclass(slots=True)
class _Periods:
    """The periods of one point."""

    _all: list[GasPeriod] = field(default_factory=list)
    _months: list[int] = field(default_factory=list)
    """Places of those that are months."""

    def add(self, period: GasPeriod) -> None:
        """Gather one, `provisional` when it is a month."""
        self._months += [len(self._all)] if period.provisional else []
        self._all.append(replace(period, provisional=False))

    def whole(self, report: Report) -> list[GasPeriod]:
        """Return them once all are there."""
        _end_with_the_year(self._all)
        _doubt_the_ends(self._all, self._months, report)
        return self._all


def _understood(
    line: int, cells: Sequence[str], layout: Layout, report: Report
) -> GasPeriod | None:
    """Return a row's period, `provisional` when it is a month; complain of the others."""

    def cell(header: str) -> str:
        place = next((n for n, h in enumerate(layout.headers) if folded(h) == folded(header)), -1)
        return cells[place].strip() if 0 <= place < len(cells) else ""

    def figure(header: str) -> float | None:
        return None if is_blank(cell(header)) else parse_number(cell(header), layout.decimal)

    try:
        energy, volume = figure(_ENERGY), figure(_VOLUME)
        quality = quality_of(cell(_QUALITY), report)
        if quality is None or (energy is None and volume is None):
            report.blanks += 1
            return None
        span = _span(cell(_DAY))
        return GasPeriod(
            line=line,
            start=span.start,
            end=span.end,
            energy_kwh=energy,
            volume_m3=volume,
            index_start_m3=figure(_FIRST_INDEX),
            index_end_m3=figure(_LAST_INDEX),
            quality=quality,
            provisional=span.is_month,
        )
    except (ValueError, OverflowError) as error:
        report.complain(line, str(error))
        return None


def _span(text: str) -> _Spelled:
    """Return the gas mornings between which a row counts.

    Raises:
        ValueError: It is no day, week or month.
    """
    week = _WEEK.fullmatch(text)
    if week is not None:
        first, last = _day(week[1]), _day(week[2])
        if not first <= last <= first + timedelta(days=62):
            raise ValueError(f"{text[:40]!r} is no week")
        return _Spelled(gas_morning(first), gas_morning(last + timedelta(days=1)))
    month = _MONTH.fullmatch(text)
    if month is not None and folded(month[1]) in _MONTHS:
        first = date(int(month[2]), _MONTHS.index(folded(month[1])) + 1, 1)
        after = (first + timedelta(days=32)).replace(day=1)
        return _Spelled(gas_morning(first), gas_morning(after), is_month=True)
    first = _day(text)
    return _Spelled(gas_morning(first), gas_morning(first + timedelta(days=1)))


def _day(text: str) -> date:
    return parse_stamp(text).date()


def _end_with_the_year(periods: list[GasPeriod]) -> None:
    """Cut the week that the new year cuts: the portal gives its last days a row of their own.

    `Du 28/12/2020 au 03/01/2021` counts until the 31st where a row `Du 01/01/2021
    au 03/01/2021` stands beside it.
    """
    begins = {
        period.end: period.start for period in periods if period.start == _new_year(period.end)
    }
    for at, period in enumerate(periods):
        cut = begins.get(period.end)
        if cut is not None and cut - _WEEK_LONG < period.start < cut:
            periods[at] = replace(period, end=cut)


def _new_year(at: datetime) -> datetime:
    return gas_morning(date(at.year, 1, 1))


def _doubt_the_ends(periods: list[GasPeriod], months: Sequence[int], report: Report) -> None:
    """Mark the first and the last month: the portal counts only the days that were asked for."""
    if not months:
        return
    in_time = sorted(months, key=lambda at: periods[at].start)
    for at in {in_time[0], in_time[-1]}:
        periods[at] = replace(periods[at], quality=Quality.QUESTIONABLE)
    report.remark(
        "the first and the last month may hold only some of their days: kept as questionable, "
        "which no figure counts; the daily table tells more"
    )


def _place_of_point(layout: Layout) -> int:
    """Return the place of the column that names each row's PCE; -1 where there is none."""
    names = [folded(header) for header in layout.headers]
    return next((names.index(name) for name in _PCE_COLUMNS if name in names), -1)


def _point(path: Path) -> str:
    """Return the PCE that stands above the table; "" when the portal left it out."""
    with path.open("rb") as file:
        head = text_of(file.read(1 << 12))
    found = _PCE.search(head)
    return found[1] if found else ""


FORMAT = GrdfPortalTable()
