"""What the three rows above a block of an HDM file say of it."""

import re
from dataclasses import dataclass

from domain.errors import RejectedFile
from ingest.importers.columns import Measure
from ingest.importers.csv_layout import folded
from ingest.importers.formats.enedis_words import measure_of
from ingest.importers.series import Report

_FED_IN = ("injection", "production")
_UNIT = re.compile(r"\(en (\w+)\)")
_NOT_SPANS = ("mensuel", "annuel", "mois")


@dataclass(frozen=True, slots=True)
class Heading:
    """The three rows above a block's values."""

    fields: dict[str, str]
    """By the names of the first row, without capitals and accents."""

    columns: tuple[str, ...]

    @classmethod
    def of(cls, rows: list[tuple[int, str]]) -> "Heading":
        """Read the rows, each with its line.

        Raises:
            RejectedFile: They are not those of a block.
        """
        names, values, columns = ([cell.strip(' "') for cell in row.split(";")] for _, row in rows)
        while columns and not columns[-1]:
            columns.pop()  # a spreadsheet makes every row as long as the longest
        if len(columns) < 2 or not _is_of_time(columns):
            raise RejectedFile(
                [f"line {rows[2][0]}: the names of columns (Horodate;…) are due here"]
            )
        fields = {folded(name): value for name, value in zip(names, values, strict=False)}
        return cls(fields, tuple(columns))

    @property
    def point(self) -> str:
        """The metering point."""
        return self.fields.get("identifiant prm", "")

    @property
    def kind(self) -> str:
        """Such as `courbe de charge`, `index` or `puissance maximale quotidienne`."""
        return folded(self.fields.get("type de donnees", ""))

    @property
    def is_index(self) -> bool:
        """Tell whether its columns are indexes."""
        return self.kind == "index" or len(self.columns) > 2

    @property
    def _way(self) -> str:
        """Which way the energy went, where no field of its own says it."""
        return "PROD" if any(word in self.kind for word in _FED_IN) else ""

    @property
    def _unit_above(self) -> str:
        """The unit that stands in the name of the column."""
        found = _UNIT.search(self.columns[1])
        return found[1] if found else ""

    def measure(self, report: Report) -> Measure | None:
        """Return what its one column of values holds; None when it is not kept."""
        if any(span in self.kind for span in _NOT_SPANS):
            report.remark(f"{self.kind}: left out, it is neither a curve nor of days")
            return None
        physical = self.fields.get("grandeur physique", "")
        is_highest = "puissance max" in f"{self.kind} {folded(physical)}"
        of_days = "quotidien" in self.kind or "journal" in self.kind
        return measure_of(
            "PMA" if is_highest else folded(physical),
            self.fields.get("grandeur metier", "") or self._way,
            self.fields.get("unite", "")
            or self._unit_above
            or ("Wh" if of_days and not is_highest else ""),
            report,
            detail="P1D" if of_days and not is_highest else "",
            of_days=of_days,
        )


def _is_of_time(columns: list[str]) -> bool:
    """Tell whether the names are those of times and values; days name their unit beside."""
    first = folded(columns[0])
    return first == "horodate" or (first == "date" and _UNIT.search(columns[1]) is not None)
