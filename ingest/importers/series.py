"""What a file of the trade gives back: runs of numbers, each of one register of one point.

Columns, not readings: a year of ten-minute values is 52,560 rows, and making
an object of each would take longer than reading them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from domain.meters import Commodity
from domain.registers import Accumulation, Quantity

Progress = Callable[[int, int], None]
"""Told how many bytes of how many are read."""

PROBLEMS_SHOWN = 20


class Counts(StrEnum):
    """What a register tells of its point, so that nothing is counted twice."""

    UNSAID = "unsaid"
    """The format does not say: told from the register's name."""

    TOTAL = "total"
    """What the point used; of several in one unit, the sum."""

    SHARE = "share"
    """A tariff or a phase already inside a total."""

    EXPORT = "export"
    """What the point gave back."""

    OTHER = "other"
    """Kept when asked for: a peak, another way to say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Consecutive values of one register of one metering point, in the file's order.

    All four columns have the same length; a file may yield several of them for
    one register, none longer than a meter's year.
    """

    point: str
    """What the file calls the metering point: PRM, PCE, usage point; "" when it names none."""

    register: str
    """The file's own name for the register: `EAS T`, `EA`, `energie`…"""

    quantity: Quantity
    unit: str
    """As `domain.units` spells it; the values are in it."""

    accumulation: Accumulation

    time_us: NDArray[np.int64]
    """Start of each interval, or instant of an index [µs since 1970 UTC]."""

    value: NDArray[np.float64]
    """Finite: what a file leaves blank is not there."""

    duration_s: NDArray[np.float64]
    """Length of each interval [s]; 0 for an index or a state."""

    quality: NDArray[np.int8]
    """`domain.readings.Quality` of each value."""

    counts: Counts = Counts.UNSAID

    commodity: Commodity | None = None
    """What the point counts; None: the file does not say."""


@dataclass(slots=True)
class Report:
    """What reading a file found beside its values."""

    rows: int = 0
    """Values it has room for, blanks and bad lines included."""

    blanks: int = 0
    """Left empty by whoever wrote the file: unknown, not zero."""

    bad_lines: int = 0
    problems: list[str] = field(default_factory=list)
    """`line 12: …`, the first `PROBLEMS_SHOWN` of them."""

    remarks: list[str] = field(default_factory=list)
    """What is good to know and not wrong: stamps taken as ends, a step that changes."""

    def complain(self, line: int, reason: str) -> None:
        """Note a bad line, numbered from 1."""
        self.bad_lines += 1
        if len(self.problems) < PROBLEMS_SHOWN:
            self.problems.append(f"line {line}: {reason}")

    def remark(self, text: str) -> None:
        """Note something once."""
        if text not in self.remarks:
            self.remarks.append(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What somebody may say of a file that the file itself does not."""

    zone: ZoneInfo
    """Where times without offset are local."""

    stamp: str = ""
    """`start` or `end`: what an interval's time is; empty: as the format has it."""


class FileFormat(Protocol):
    """One format of file: how it is told by its content, and how it is read."""

    @property
    def name(self) -> str:
        """Stable word, kept as `file:<name>` in the source of readings, as `enedis-r50` is."""

    @property
    def label(self) -> str:
        """How people call it: `Enedis R50`."""

    def recognises(self, head: bytes) -> bool:
        """Tell from its first bytes (64 kB, or all of it) whether a file is of this format.

        The file's name says nothing: people rename.
        """

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield the file's series, in one pass and without holding more than one point's values.

        Bad lines go to `report` and the rest is yielded; the caller decides whether a file
        with bad lines is imported, by reading it once before it keeps anything.

        Raises:
            RejectedFile: Nothing can be read, or what it says cannot be trusted.
        """
