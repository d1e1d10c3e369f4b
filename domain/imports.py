"""A file that somebody brought: what was found in it, what was chosen, how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.registers import Accumulation, Quantity

CHUNK_BYTES = 1 << 20
"""Size of the pieces in which a file is kept until it is imported [bytes]."""


class ImportState(StrEnum):
    """How far a file has come."""

    ARRIVING = "arriving"
    """Its pieces are still being sent."""

    UPLOADED = "uploaded"
    """All there; to be examined."""

    EXAMINED = "examined"
    """Read without keeping anything; somebody decides what becomes of it."""

    CONFIRMED = "confirmed"
    """To be imported."""

    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more becomes of it: the file itself is then forgotten."""
        return not NEXT[self]


NEXT: Mapping[ImportState, frozenset[ImportState]] = {
    ImportState.ARRIVING: frozenset(
        {ImportState.UPLOADED, ImportState.FAILED, ImportState.WITHDRAWN}
    ),
    ImportState.UPLOADED: frozenset(
        {ImportState.EXAMINED, ImportState.FAILED, ImportState.WITHDRAWN}
    ),
    ImportState.EXAMINED: frozenset(
        {ImportState.UPLOADED, ImportState.CONFIRMED, ImportState.FAILED, ImportState.WITHDRAWN}
    ),
    ImportState.CONFIRMED: frozenset(
        {ImportState.IMPORTING, ImportState.FAILED, ImportState.WITHDRAWN}
    ),
    ImportState.IMPORTING: frozenset({ImportState.DONE, ImportState.FAILED, ImportState.WITHDRAWN}),
    ImportState.DONE: frozenset(),
    ImportState.FAILED: frozenset(),
    ImportState.WITHDRAWN: frozenset(),
}
"""What each state may become, besides staying what it is. An examined file is
`UPLOADED` again when somebody says more of it and wants to see what that gives."""

DUE = (ImportState.UPLOADED, ImportState.CONFIRMED, ImportState.IMPORTING)
"""States in which it is ingest's turn; `IMPORTING` found at a start was cut off half-way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableWish:
    """What the columns of a file mean that no format says: any CSV or workbook."""

    time_headers: tuple[str, ...] = ()
    """One column with date and time, or a date and a time column."""

    value_header: str = ""
    unit: str = ""
    accumulation: Accumulation = Accumulation.DELTA
    step_min: int | None = None
    """Length of an interval [min]; None: told from the times."""

    scale: float = 1.0
    time_format: str = ""
    """As `strptime` has it; empty: recognised."""

    sheet: str = ""
    """Of a workbook; empty: the first that has the columns."""

    @property
    def is_given(self) -> bool:
        """Tell whether it says enough to read a file by."""
        return bool(self.time_headers and self.value_header and self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWish:
    """What somebody chose of a file; empty: as the file and the portfolio have it."""

    meter_id: str = ""
    """Whose readings they are; empty: the meters whose source names the file's points."""

    format: str = ""
    """Name of the format; empty: recognised by content."""

    points: tuple[str, ...] = ()
    """The only metering points to take."""

    registers: tuple[str, ...] = ()
    """The only registers to take, as the file names them."""

    zone: str = ""
    """Where times without offset are local; empty: the building's, else Europe/Paris."""

    stamp: str = ""
    """`start` or `end`: what an interval's time is; empty: as the format has it."""

    keep_good: bool = False
    """Import the rest of a file that has bad lines."""

    table: TableWish = TableWish()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSeries:
    """What a file holds of one register of one metering point."""

    point: str
    register: str
    quantity: Quantity
    unit: str
    accumulation: Accumulation

    member: str = ""
    """The file inside an archive."""

    first: datetime
    """First instant, an interval's start [UTC]."""

    last: datetime
    """End of the last interval, or last instant [UTC]."""

    values: int
    estimated: int = 0
    questionable: int = 0
    steps_s: tuple[float, ...] = ()
    """Lengths of intervals, the commonest first [s]; of an index, none."""

    months: tuple[tuple[str, float], ...] = ()
    """What was used in each local month, `2026-01` → kWh or m³; only of intervals."""

    meter_ids: tuple[str, ...] = ()
    """The meters it would feed."""

    left_out: tuple[int, ...] = ()
    """How many of its values each of those would not take beside what it holds; empty: none."""

    note: str = ""
    """Why it would feed none."""

    def kept_by(self, meter_id: str) -> int:
        """Return how many of its values one of its meters would take."""
        left_out = dict(zip(self.meter_ids, self.left_out, strict=False))
        return self.values - left_out.get(meter_id, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What reading a file without keeping anything told."""

    format: str = ""
    """Name of its format; empty: none was recognised."""

    label: str = ""
    """What people call that format."""

    series: tuple[FoundSeries, ...] = ()
    rows: int = 0
    blanks: int = 0
    bad_lines: int = 0
    problems: tuple[str, ...] = ()
    """Bad lines by number, the first of them; or why nothing can be read."""

    remarks: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    """Columns of a file that needs a `TableWish`."""

    failure: str = ""
    """Why an import that was confirmed came to nothing, or kept only a part."""

    @property
    def values(self) -> int:
        """How many numbers it holds."""
        return sum(each.values for each in self.series)

    @property
    def points(self) -> tuple[str, ...]:
        """The metering points it names, in its order."""
        return tuple(dict.fromkeys(each.point for each in self.series))

    @property
    def feeds(self) -> bool:
        """Tell whether some meter would get something."""
        return any(each.meter_ids for each in self.series)

    @property
    def feeds_nothing_new(self) -> bool:
        """Tell whether all that some meter would get is left out beside what it holds."""
        fed = [each for each in self.series if each.meter_ids]
        return bool(fed) and all(
            each.kept_by(meter) == 0 for each in fed for meter in each.meter_ids
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImport:
    """One file, from the moment somebody sends it."""

    id: str
    file_name: str
    size: int
    """Bytes."""

    author: str
    made_at: datetime
    state: ImportState = ImportState.ARRIVING
    wish: ImportWish = ImportWish()
    found: Found | None = None
    done_bytes: int = 0
    """How many of its bytes have been read so far, of `size`."""

    readings: int = 0
    """How many readings are kept so far."""

    changed_at: datetime
