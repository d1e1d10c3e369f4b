"""Indexes of an HDM file: a row a day, a column a class (`EAS F1`…`EAS D4`, `EAS T`).

A class that the meter's tariff does not use is left empty, which says nothing;
a day left empty altogether is unknown. What each class stood for follows below
the days, a row a period, and is not read: classes keep their numbers.
"""

from collections.abc import Iterator

import numpy as np

from domain.registers import Accumulation, Quantity
from domain.units import quantity_of, spelled
from ingest.importers.columns import Measure, value_of
from ingest.importers.csv_layout import folded
from ingest.importers.formats.hdm_heading import Heading
from ingest.importers.in_hand import PointInHand
from ingest.importers.local_times import parse_stamp
from ingest.importers.series import Choices, Report, Series

_WAYS = {"EAS": "EA", "EAI": "EA PROD"}
"""Energy drawn, energy fed in (`soutirée`, `injectée`)."""

_CALENDARS = ("periode", "du ")


def read_indexes(
    heading: Heading, first_line: int, piece: bytes, choices: Choices, report: Report
) -> Iterator[Series]:
    """Yield the indexes of some whole lines, the first of them numbered `first_line`."""
    unit = spelled(heading.fields.get("unite", "") or "Wh")
    if quantity_of(unit) is not Quantity.ENERGY:
        report.remark(f"indexes in {unit[:20]} left out: only energy is kept")
        return
    measures = {
        place: Measure(register=register_of(name), unit=unit, accumulation=Accumulation.CUMULATIVE)
        for place, name in enumerate(heading.columns)
        if place and name and folded(name) != "type de releve"
    }
    in_hand = PointInHand(choices, report)
    yield from in_hand.turn_to(heading.point)
    for line, raw in enumerate(piece.split(b"\n"), first_line):
        cells = [cell.strip(' "\r') for cell in raw.decode("utf-8", "replace").split(";")]
        if not any(cells) or folded(cells[0]).startswith(_CALENDARS):
            continue
        try:
            _add(in_hand, line, cells, measures, report)
        except (ValueError, IndexError) as error:
            report.rows += 1
            short = f"it has {len(cells)} cells, the header {len(heading.columns)}"
            report.complain(line, short if isinstance(error, IndexError) else str(error))
    yield from in_hand.rest()


def register_of(column: str) -> str:
    """Return the register of a column, in the words of the other formats.

    >>> register_of("EAS T"), register_of("EAS F10"), register_of("EAI D2")
    ('EA T', 'EA F F10', 'EA PROD D D2')
    """
    kind, _, rest = column.strip().upper().partition(" ")
    if kind not in _WAYS or not rest:
        return column
    return f"{_WAYS[kind]} {rest}" if rest == "T" else f"{_WAYS[kind]} {rest[0]} {rest}"


def _add(
    in_hand: PointInHand,
    line: int,
    cells: list[str],
    measures: dict[int, Measure],
    report: Report,
) -> None:
    """Add one day; nothing of it when one of its cells is bad."""
    parse_stamp(cells[0])
    values = {place: value_of(cells[place]) for place in measures}
    known = {place: value for place, value in values.items() if not np.isnan(value)}
    if not known:
        report.rows += 1
        report.blanks += 1
    for place, value in known.items():
        in_hand.add(line, measures[place], cells[0], value)
