"""The metering point being read: its columns, handed over when the file turns to another."""

from collections.abc import Iterator

from domain.readings import Quality
from ingest.importers.columns import Column, Measure, value_of
from ingest.importers.local_times import Stamp
from ingest.importers.series import Choices, Report, Series


class PointInHand:
    """Gathers the rows of one point after the other, never those of two."""

    def __init__(self, choices: Choices, report: Report) -> None:
        """Read naive times as `choices` say; bad rows go to `report`."""
        self._choices = choices
        self._report = report
        self._columns: dict[tuple[Measure, Stamp], Column] = {}
        self._is_full = False
        self.point = ""

    def turn_to(self, point: str) -> Iterator[Series]:
        """Yield what was gathered if the file turns to another point, or if it is enough."""
        if point != self.point:
            yield from self.rest()
            self.point = point
        elif self._is_full:
            for column in self._columns.values():
                yield from column.take(self._report)
            self._is_full = False

    def rest(self) -> Iterator[Series]:
        """Yield what was gathered last."""
        for column in self._columns.values():
            yield from column.take(self._report)
        self._columns.clear()
        self._is_full = False

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
        column = self._columns.get((measure, stamp))
        if column is None:
            column = Column(self.point, measure, stamp, self._choices.zone)
            self._columns[measure, stamp] = column
        column.add(line, at, number, step_s=step_s, quality=quality)
        self._is_full = self._is_full or column.is_full


def _number(value: object) -> float:
    if value is None:
        return float("nan")
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError(f"{str(value)[:40]!r} is not a number")
    return value_of(value if isinstance(value, str) else repr(value))
