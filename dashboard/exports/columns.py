"""The columns of a report, the same in every format."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from dashboard.queries.consumption import ReportRow, unit_of

Cell: TypeAlias = str | float | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its stable name, and how to read it from a row."""

    name: str
    read: Callable[[ReportRow], Cell]
    width: int = 12
    """In the spreadsheet [characters]."""


COLUMNS: tuple[Column, ...] = (
    Column(name="building_id", read=lambda row: row.building.id, width=16),
    Column(name="building", read=lambda row: row.building.name, width=26),
    Column(name="meter_id", read=lambda row: row.meter.id, width=16),
    Column(name="meter", read=lambda row: row.meter.name, width=26),
    Column(name="commodity", read=lambda row: str(row.meter.commodity), width=18),
    Column(name="is_main", read=lambda row: "yes" if row.meter.is_main else "no", width=9),
    Column(name="start", read=lambda row: row.interval.start, width=18),
    Column(name="end", read=lambda row: row.interval.end, width=18),
    Column(name="value", read=lambda row: row.interval.value, width=12),
    Column(name="unit", read=lambda row: unit_of(row.meter.commodity), width=9),
    Column(name="coverage", read=lambda row: row.interval.coverage, width=11),
    Column(name="estimated_share", read=lambda row: row.interval.estimated_share, width=11),
    Column(name="unplaced", read=lambda row: row.interval.unplaced, width=11),
)
