"""What reading a file tells of each of its registers, gathered series by series."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from domain.imports import FoundSeries
from domain.meters import Commodity
from domain.periods import Period
from domain.readings import Quality
from domain.registers import Accumulation, Quantity
from ingest.importers.canonical import canonical_values, stored_quantity
from ingest.importers.covered import Covered
from ingest.importers.runs import instant_us
from ingest.importers.series import Counts, Series

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEPS_SHOWN = 5
_STEPS_KEPT = 200


@dataclass(frozen=True, slots=True)
class RegisterKey:
    """One register of one point, as its file names them."""

    point: str
    register: str
    quantity: Quantity
    """As it is stored."""

    accumulation: Accumulation


@dataclass(slots=True, kw_only=True, eq=False)
class Tally:
    """What a file holds of one register."""

    key: RegisterKey
    unit: str
    counts: Counts
    commodity: Commodity | None = None
    zone: ZoneInfo
    member: str = ""
    values: int = 0
    first_us: int = 0
    last_us: int = 0
    estimated: int = 0
    questionable: int = 0
    steps: Counter[float] = field(default_factory=Counter)
    months: dict[str, float] = field(default_factory=dict)
    covered: Covered = field(default_factory=Covered)

    @classmethod
    def of(cls, series: Series, member: str, zone: ZoneInfo) -> "Tally":
        """Return an empty tally of a series' register."""
        key = key_of(series)
        return cls(
            key=key,
            unit=series.unit,
            counts=series.counts,
            commodity=series.commodity,
            zone=zone,
            member=member,
        )

    @property
    def step_s(self) -> float:
        """The commonest length of its intervals [s]; 0 of an index or a state."""
        return self.steps.most_common(1)[0][0] if self.steps else 0.0

    def add(self, series: Series) -> None:
        """Count one more run of the same register.

        Raises:
            ValueError: Its unit does not measure its quantity.
        """
        if not len(series.value):
            return
        end_us = series.time_us + (series.duration_s * 1e6).astype(np.int64)
        first_us, last_us = int(series.time_us.min()), int(end_us.max())
        self.first_us = min(self.first_us, first_us) if self.values else first_us
        self.last_us = max(self.last_us, last_us) if self.values else last_us
        self.values += len(series.value)
        self.estimated += int(np.count_nonzero(series.quality == Quality.ESTIMATED))
        self.questionable += int(np.count_nonzero(series.quality == Quality.QUESTIONABLE))
        values = canonical_values(series)
        if series.accumulation is Accumulation.DELTA:
            self._count_steps(series.duration_s)
            self._sum_months(series.time_us, values)
            self.covered.add(series.time_us, end_us)

    def found(self, meter_ids: tuple[str, ...], note: str) -> FoundSeries:
        """Return what is to be shown."""
        return FoundSeries(
            point=self.key.point,
            register=self.key.register,
            quantity=self.key.quantity,
            unit=self.unit,
            accumulation=self.key.accumulation,
            member=self.member,
            first=instant(self.first_us),
            last=instant(self.last_us),
            values=self.values,
            estimated=self.estimated,
            questionable=self.questionable,
            steps_s=tuple(step for step, _ in self.steps.most_common(_STEPS_SHOWN)),
            months=tuple(sorted(self.months.items())),
            meter_ids=meter_ids,
            note=note,
        )

    def _count_steps(self, duration_s: NDArray[np.float64]) -> None:
        for step, times in zip(*np.unique(duration_s, return_counts=True), strict=True):
            if step in self.steps or len(self.steps) < _STEPS_KEPT:
                self.steps[float(step)] += int(times)

    def _sum_months(self, time_us: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        names, edges = _months(int(time_us.min()), int(time_us.max()), self.zone)
        at = np.searchsorted(edges, time_us, side="right") - 1
        sums = np.bincount(at, weights=values, minlength=len(names))
        for name, total, any_in in zip(
            names, sums, np.bincount(at, minlength=len(names)), strict=True
        ):
            if any_in:
                self.months[name] = self.months.get(name, 0.0) + float(total)


def key_of(series: Series) -> RegisterKey:
    """Return which register a series is of."""
    return RegisterKey(series.point, series.register, stored_quantity(series), series.accumulation)


def instant(us: int) -> datetime:
    """Return an instant from its microseconds since 1970 [UTC]."""
    return _EPOCH + timedelta(microseconds=us)


def _months(first_us: int, last_us: int, zone: ZoneInfo) -> tuple[list[str], NDArray[np.int64]]:
    """Return the local months that a span touches, and the instants they begin at [µs]."""
    day = instant(first_us).astimezone(zone).date().replace(day=1)
    last = instant(last_us).astimezone(zone).date()
    names: list[str] = []
    edges: list[int] = []
    while day <= last:
        names.append(f"{day:%Y-%m}")
        edges.append(instant_us(Period.of_month(day.year, day.month, zone).start))
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return names, np.array(edges, dtype=np.int64)
