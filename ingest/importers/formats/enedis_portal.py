"""Enedis's customer portal since 2025: a table of days, of half-hours or of indexes.

It comes as a workbook, a sheet for what was drawn and one for what was fed in; above each
table stand the point and what is counted. Half-hours say when they begin and end, without
offset: the ends are the meter's stamps and the beginnings are reckoned back from them, so
that the hours which clocks repeat or skip are told by the ends alone.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import RejectedFile
from domain.registers import Accumulation
from ingest.importers.columns import Measure
from ingest.importers.csv_layout import Layout, Rows, Wanted, find_layout, folded
from ingest.importers.curve_steps import RECORDED_S
from ingest.importers.formats.enedis_words import measure_of
from ingest.importers.in_hand import PointInHand
from ingest.importers.local_times import Stamp, parse_stamp
from ingest.importers.series import Choices, Progress, Report, Series
from ingest.importers.table_heads import header_with, text_of
from ingest.importers.written_numbers import is_blank

_HEAD = 1 << 16
_CURVE = (("Début",), ("Fin",))
_DAYS = (("Date",),)
_READ_ON = (("Date du télé-relevé", "Date du télérelevé", "Date de télé-relevé"),)
_VALUE = tuple(f"Valeur (en {unit})" for unit in ("kWh", "Wh", "kW", "W", "kVA", "VA"))
_INDEX = tuple(f"Index totalisateur (en {unit})" for unit in ("kWh", "Wh"))
_UNIT = re.compile(r"\(en (\w+)\)")
_POINT = re.compile(r"\(PRM\)[^\w\r\n]*(\d{14})?(?!\d)")
_COUNTED = re.compile(r"Type de comptage[^\w\r\n]*(\w*)", re.IGNORECASE)
_ENERGY_OF = {"kw": "kWh", "w": "Wh"}


@dataclass(frozen=True, slots=True)
class _Table:
    """What one of its tables holds, and under which names."""

    times: tuple[str, ...]
    """A day, the date of a reading, or the start and the end of an interval."""

    value: str
    is_index: bool = False

    @property
    def is_of_days(self) -> bool:
        """Tell whether each value is a day's."""
        return len(self.times) == 1 and not self.is_index

    @property
    def unit(self) -> str:
        """As the file has it, between brackets; its days are energies, whatever it writes.

        For a while in 2024 the portal wrote kW above the kilowatt-hours of days.
        """
        found = _UNIT.search(self.value)
        unit = found[1] if found else ""
        return _ENERGY_OF.get(unit.casefold(), unit) if self.is_of_days else unit


class EnedisPortal:
    """Days, load curves and indexes of one point, as its customer downloads them."""

    name = "enedis-portal"
    label = "Enedis portal (table)"

    def recognises(self, head: bytes) -> bool:
        """Tell by the point above the table and by the table's two or three columns."""
        return _POINT.search(text_of(head)) is not None and _table(head) is not None

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield what the table tells of its point, as `FileFormat` has it."""
        head = _head(path)
        table = _table(head)
        if table is None:
            raise RejectedFile(["no table of days, half-hours or indexes is in it"])
        text = text_of(head)
        measure = _measure(table, text, report)
        if measure is None:
            return
        layout = find_layout(path, Wanted(times=table.times, numbers=(table.value,), decimal="."))
        point = _POINT.search(text)
        in_hand = PointInHand(choices, report)
        yield from in_hand.turn_to((point[1] or "") if point else "")
        reader = _Reader(layout, table, measure, in_hand, report)
        with Rows(path, layout, progress) as rows:
            try:
                for line, cells in rows:
                    reader.take(line, cells)
                    yield from in_hand.turn_to(in_hand.point)
            except csv.Error as error:
                report.complain(rows.line, f"it is no CSV ({error})")
        yield from in_hand.rest()


class _Reader:
    """Rows of a table to the point in hand."""

    def __init__(
        self,
        layout: Layout,
        table: _Table,
        measure: Measure,
        in_hand: PointInHand,
        report: Report,
    ) -> None:
        self._times = [layout.place_of(name) for name in table.times]
        self._value = layout.place_of(table.value)
        self._width = layout.width
        self._measure = measure
        self._in_hand = in_hand
        self._report = report

    def take(self, line: int, cells: Sequence[str]) -> None:
        """Gather one row; a blank one may name an hour that never was."""
        if not any(cells):
            return
        try:
            *first, last = (cells[place].strip() for place in self._times)
            value = cells[self._value]
            if is_blank(value):
                self._report.rows += 1
                self._report.blanks += 1
                return
            step_s = _length_s(first[0], last) if first else 0.0
        except (ValueError, OverflowError) as error:
            self._complain(line, str(error))
        except IndexError:
            self._complain(line, f"it has {len(cells)} cells, the header {self._width}")
        else:
            stamp = Stamp.END if first else Stamp.START
            self._in_hand.add(line, self._measure, last, value, stamp=stamp, step_s=step_s)

    def _complain(self, line: int, reason: str) -> None:
        self._report.rows += 1
        self._report.complain(line, reason)


def _measure(table: _Table, text: str, report: Report) -> Measure | None:
    """Return what a table's values are.

    Raises:
        RejectedFile: It does not say whether the energy was drawn or fed in.
    """
    counted = _COUNTED.search(text)
    word = folded(counted[1]) if counted else ""
    if not word.startswith(("conso", "prod")):
        raise RejectedFile(
            [
                "above its table neither Consommation nor Production stands beside Type de "
                "comptage: download it again, or name its columns"
            ]
        )
    if table.unit not in table.value:
        report.remark(f"the portal wrote {table.value!r} above days: they are in {table.unit}")
    return measure_of(
        "PMA" if table.unit.casefold().endswith("va") else "EA",
        word,
        table.unit,
        report,
        accumulation=Accumulation.CUMULATIVE if table.is_index else Accumulation.DELTA,
        detail="T" if table.is_index else "P1D" if table.is_of_days else "",
        of_days=table.is_of_days,
    )


def _length_s(first: str, last: str) -> float:
    """Return how long an interval lasts on a clock that is never changed [s].

    Raises:
        ValueError: Its ends are no times, or no step of a load curve apart.
    """
    start, end = (parse_stamp(text).replace(tzinfo=None) for text in (first, last))
    length_s = (end - start).total_seconds()
    if length_s not in RECORDED_S:
        span = f"{first[:20]} – {last[:20]}"
        raise ValueError(f"{span!r} is no step of a load curve")
    return length_s


def _table(head: bytes) -> _Table | None:
    """Return the table that the first bytes hold, as the file spells its columns."""
    for times, values in ((_CURVE, _VALUE), (_DAYS, _VALUE), (_READ_ON, _INDEX)):
        found = header_with(head, (*times, values))
        if found is not None:
            return _Table(found[:-1], found[-1], is_index=values is _INDEX)
    return None


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise RejectedFile([f"{path.name} cannot be read: {error.strerror}"]) from error


FORMAT = EnedisPortal()
