"""RTE's éCO2mix: how much carbon the electricity of the grid holds, every quarter of an hour.

Read from ODRÉ's CSV (`eco2mix-national-tr`, `-cons-def`) and from RTE's own download, a
table named `.xls`. Only `taux_co2` is taken: consumption and production are the
country's, and no meter of a building counts them. It is a state of the grid that is
kept beside an electricity meter, and no roll-up is made of it.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.errors import RejectedFile
from domain.meters import Commodity
from domain.readings import Quality
from domain.registers import Accumulation, Quantity
from ingest.importers.csv_layout import Layout, Rows, Wanted, find_layout, folded
from ingest.importers.local_times import parse_stamp, text_of_stamp
from ingest.importers.runs import Run, instant_us
from ingest.importers.series import Choices, Counts, Progress, Report, Series
from ingest.importers.table_heads import header_with
from ingest.importers.written_numbers import is_blank, parse_number

_RATE = ("Taux de CO2 (g/kWh)", "Taux de Co2", "taux_co2")
_INSTANT = ("Date et Heure", "Date - Heure", "date_heure")
_HOURS = ("Heures", "Heure")
_RUN = 50_000
_PERIMETERS = 100
_HEAD = 1 << 16
_FRANCE = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class _Columns:
    times: tuple[str, ...]
    rate: str


class Eco2mix:
    """National éCO2mix, in real time or consolidated."""

    name = "eco2mix"
    label = "RTE éCO2mix"

    def recognises(self, head: bytes) -> bool:
        """Tell by the rate of carbon beside the perimeter."""
        return _columns(head) is not None

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield the carbon intensity of each perimeter [g/kWh]."""
        del choices  # France's grid has France's time
        try:
            with path.open("rb") as file:
                columns = _columns(file.read(_HEAD))
        except OSError as error:
            raise RejectedFile([f"{path.name} cannot be read: {error.strerror}"]) from error
        if columns is None:
            raise RejectedFile(["no column holds the rate of carbon (taux_co2)"])
        layout = find_layout(path, Wanted(times=columns.times, numbers=(columns.rate,)))
        reader = _Reader(layout, columns, report)
        with Rows(path, layout, progress) as rows:
            try:
                for line, cells in rows:
                    yield from reader.take(line, cells)
            except csv.Error as error:
                report.complain(rows.line, f"it is no CSV ({error})")
        yield from reader.rest()
        report.remark(
            "only the carbon intensity is taken: consumption and production are the country's"
        )


class _Reader:
    """Rows to runs, one a perimeter."""

    def __init__(self, layout: Layout, columns: _Columns, report: Report) -> None:
        self._layout = layout
        self._times = [layout.place_of(name) for name in columns.times]
        self._rate = layout.place_of(columns.rate)
        names = [folded(name) for name in layout.headers]
        self._perimeter = names.index("perimetre") if "perimetre" in names else -1
        self._nature = names.index("nature") if "nature" in names else -1
        self._report = report
        self._previous: datetime | None = None
        self._runs: dict[str, Run] = {}

    def take(self, line: int, cells: Sequence[str]) -> Iterator[Series]:
        """Gather one row; yield a run that is long enough."""
        if not any(cells) or cells[0].startswith("RTE "):
            return  # the last line says that RTE answers for nothing
        self._report.rows += 1
        try:
            if is_blank(cells[self._rate]):
                self._report.blanks += 1
                return
            rate = parse_number(cells[self._rate], self._layout.decimal)
            at = self._instant(text_of_stamp([cells[place] for place in self._times]))
        except IndexError:
            self._report.complain(line, f"it has {len(cells)} cells, not {self._layout.width}")
            return
        except (ValueError, OverflowError) as error:
            self._report.complain(line, str(error))
            return
        if at is None:
            return
        run = self._run(self._cell(cells, self._perimeter))
        run.add(instant_us(at), rate, 0.0, self._quality(cells))
        if len(run) >= _RUN:
            del self._runs[run.point]
            yield run.series()

    def rest(self) -> Iterator[Series]:
        """Yield what is left."""
        yield from (run.series() for run in self._runs.values() if len(run))

    def _run(self, point: str) -> Run:
        run = self._runs.get(point)
        if run is None:
            if len(self._runs) >= _PERIMETERS:
                raise RejectedFile([f"it names more than {_PERIMETERS} perimeters"])
            run = self._runs[point] = Run(
                point=point,
                register="taux_co2",
                quantity=Quantity.CARBON_INTENSITY,
                unit="g/kWh",
                accumulation=Accumulation.INSTANTANEOUS,
                counts=Counts.TOTAL,
                commodity=Commodity.ELECTRICITY,
            )
        return run

    def _quality(self, cells: Sequence[str]) -> Quality:
        is_live = "temps reel" in folded(self._cell(cells, self._nature))
        return Quality.ESTIMATED if is_live else Quality.VALID

    def _cell(self, cells: Sequence[str], place: int) -> str:
        return cells[place].strip() if 0 <= place < len(cells) else ""

    def _instant(self, text: str) -> datetime | None:
        """Return when a row holds [UTC]; None in the hour that March skips.

        RTE's own tables have that hour all the same, and times without offset: the
        hour that October repeats is told apart by the order of the rows.
        """
        wall = parse_stamp(text)
        if wall.tzinfo is not None:
            return wall.astimezone(UTC)
        first, second = (wall.replace(tzinfo=_FRANCE, fold=fold).astimezone(UTC) for fold in (0, 1))
        if first > second:
            self._report.blanks += 1
            return None
        at = first if self._previous is None or first > self._previous else second
        self._previous = at
        return at


def _columns(head: bytes) -> _Columns | None:
    """Return the columns of time and rate, as the file spells them."""
    found = header_with(head, (_INSTANT, _RATE))
    if found is not None:
        return _Columns((found[0],), found[1])
    found = header_with(head, (("Date",), _HOURS, _RATE))
    return None if found is None else _Columns(found[:2], found[2])


FORMAT = Eco2mix()
