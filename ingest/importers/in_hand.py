"""The metering points being read: their columns, handed over in bulk.

A file may tell one point after the other, or all of them hour by hour: points that
take turns are gathered side by side, never more rows in all than a meter's year.
"""

from collections.abc import Iterator

from domain.readings import Quality
from ingest.importers.columns import LONGEST, Column, Measure, value_of
from ingest.importers.local_times import Stamp
from ingest.importers.series import Choices, Report, Series
from ingest.importers.walls import NO_ROW_BEFORE

_Key = tuple[str, Measure, Stamp]

_ALONE = 40
"""A point with so many rows in a row does not take turns with others: a day has 46 half-hours."""


class PointInHand:
    """Gathers rows by point and register until they are enough."""

    def __init__(self, choices: Choices, report: Report) -> None:
        """Read naive times as `choices` say; bad rows go to `report`."""
        self._choices = choices
        self._report = report
        self._columns: dict[_Key, Column] = {}
        self._previous_us: dict[_Key, int] = {}
        self._held = 0
        self._in_a_row = 0
        self.point = ""

    def turn_to(self, point: str) -> Iterator[Series]:
        """Say whose the next rows are; yield what was gathered if it is enough."""
        is_left = point != self.point
        if self._held >= LONGEST or (is_left and self._in_a_row >= _ALONE):
            yield from self.rest()
        if is_left:
            self._in_a_row = 0
        self.point = point

    def rest(self) -> Iterator[Series]:
        """Yield what was gathered last.

        The hour that October repeats is told by the row before it, which is remembered.
        """
        for key, column in self._columns.items():
            yield from column.take(self._report)
            self._previous_us[key] = column.previous_us
        self._columns.clear()
        self._held = 0

    def add(
        self,
        line: int,
        measure: Measure,
        at: str,
        value: object,
        *,
        stamp: Stamp = Stamp.START,
        step_s: float = 0.0,
        quality: Quality = Quality.VALID,
    ) -> None:
        """Note a row.

        Args:
            line: Where it stands.
            measure: What the value is.
            at: Its time as the file writes it.
            value: A text or a number; None and empty are blanks.
            stamp: What `at` is of the interval.
            step_s: Length of the interval [s].
            quality: Of the value.
        """
        try:
            number = _number(value)
        except ValueError as error:
            self._report.rows += 1
            self._report.complain(line, str(error))
            return
        key = (self.point, measure, stamp)
        column = self._columns.get(key)
        if column is None:
            before_us = self._previous_us.get(key, NO_ROW_BEFORE)
            column = self._columns[key] = Column(*key, self._choices.zone, before_us)
        column.add(line, at, number, step_s=step_s, quality=quality)
        self._held += 1
        self._in_a_row += 1


def _number(value: object) -> float:
    if value is None:
        return float("nan")
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError(f"{str(value)[:40]!r} is not a number")
    return value_of(value if isinstance(value, str) else repr(value))
