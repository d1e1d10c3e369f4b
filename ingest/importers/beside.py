"""What a meter already holds, and what of a file would be counted twice beside it.

Roll-ups add up all registers of a meter that tell the same quantity, follow an index
rather than intervals, and energy rather than volume (`indicators.meter_hours`). A past
brought from a file must not upset that: one more register that overlaps another, or a
day laid over its own half-hours, would be counted twice or hide what is finer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.meters import Commodity, Meter
from domain.periods import Period
from domain.registers import Accumulation, Quantity, RegisterMeaning, register_meaning
from ingest.importers.runs import instant_us
from ingest.importers.series import Series
from ingest.importers.tallies import instant
from storage.ports import ReadingStore

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUMMED = (Quantity.ENERGY, Quantity.VOLUME, Quantity.TEMPERATURE)
_SHORTER = 0.99
"""An interval shorter than this share of another is finer than it."""

_GOES_ON_US = 31 * 86_400_000_000
"""A load curve that was brought is expected to go on with the next delivery, within a
month: an index that began meanwhile would hide it."""

Flags = NDArray[np.bool_]
Micros = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Life:
    first_us: int
    last_us: int


class Beside:
    """The registers one meter has, as they were before the import began."""

    def __init__(self, meter: Meter, store: ReadingStore) -> None:
        """Look at what the store holds of a meter.

        Raises:
            StorageUnavailable: It does not answer.
        """
        self._meter = meter
        self._store = store
        latest = store.latest([meter.id])
        self._lives: dict[str, _Life] = {}
        for register in store.registers_of(meter.id):
            oldest = store.first_from(meter.id, register, _EPOCH)
            newest = latest.get((meter.id, register))
            if oldest is not None and newest is not None:
                self._lives[register] = _Life(
                    instant_us(oldest.taken_at), instant_us(newest.taken_at)
                )

    @property
    def since_us(self) -> int | None:
        """When its first reading was taken [µs since 1970 UTC]; None: it has none."""
        return min((life.first_us for life in self._lives.values()), default=None)

    @property
    def has_energy(self) -> bool:
        """Tell whether it holds energies, before which volumes do not count."""
        return self._has(Quantity.ENERGY)

    @property
    def is_by_volume(self) -> bool:
        """Tell whether the meter's kWh are made of its cubic metres."""
        meter = self._meter
        if meter.commodity is Commodity.WATER or self.has_energy:
            return False
        is_by_factor = meter.is_published and meter.kwh_pcs_per_m3 is not None
        return self._has(Quantity.VOLUME) or is_by_factor

    def holds_like(self, register: str) -> bool:
        """Tell whether it holds anything beside which a register may not be wanted."""
        return self._has(register_meaning(register).quantity)

    def clear(
        self, series: Series, register: str, written: Iterable[str]
    ) -> tuple[Flags, dict[str, int]]:
        """Return which values of a series can be kept, and how many are left out by reason.

        Args:
            series: What the file tells.
            register: The stored register it fills.
            written: All registers of this meter that the import fills.
        """
        meaning = register_meaning(register)
        end_us = series.time_us + (series.duration_s * 1e6).astype(np.int64)
        good: Flags = np.ones(len(series.value), dtype=np.bool_)
        told: dict[str, int] = {}
        if meaning.quantity not in _SUMMED or not len(series.value):
            return good, told
        others = {name: life for name, life in self._lives.items() if name not in set(written)}
        checks = [
            *self._alike(series.time_us, end_us, register, meaning, others),
            *_finer_deltas(series.time_us, meaning, others),
        ]
        if meaning.accumulation is Accumulation.DELTA:
            checks += self._laid_over(series.time_us, end_us, register)
        for fault, reason in checks:
            count = int(np.count_nonzero(fault & good))
            if count:
                told[reason] = told.get(reason, 0) + count
            good &= ~fault
        return good, told

    def index_from(self, register: str, written: Iterable[str]) -> datetime | None:
        """Return since when an index hides the intervals of a register; None: none does."""
        meaning = register_meaning(register)
        if meaning.accumulation is not Accumulation.DELTA:
            return None
        firsts = [
            life.first_us
            for name, life in self._lives.items()
            if name not in set(written)
            and register_meaning(name)
            == RegisterMeaning(quantity=meaning.quantity, accumulation=Accumulation.CUMULATIVE)
        ]
        return instant(min(firsts)) if firsts else None

    def _has(self, quantity: Quantity) -> bool:
        return any(register_meaning(name).quantity is quantity for name in self._lives)

    def _alike(
        self,
        start_us: Micros,
        end_us: Micros,
        register: str,
        meaning: RegisterMeaning,
        others: dict[str, _Life],
    ) -> Iterator[tuple[Flags, str]]:
        """Flag what another register of the same kind tells already, or will go on telling."""
        own = self._lives.get(register)
        for name, life in others.items():
            if register_meaning(name) != meaning:
                continue
            follows = own is None or own.first_us >= life.last_us
            if follows and int(start_us.min()) >= life.last_us:
                continue
            yield end_us > life.first_us, f"the meter's own {name} tells them already"

    def _laid_over(
        self, start_us: Micros, end_us: Micros, register: str
    ) -> Iterator[tuple[Flags, str]]:
        """Flag intervals that contain finer ones already there, or lie inside longer ones."""
        there_start, there_end = self._there(register, int(start_us.min()), int(end_us.max()))
        if not len(there_start):
            return
        low = np.searchsorted(there_start, start_us, side="left")
        high = np.searchsorted(there_start, end_us, side="left")
        first = np.minimum(low, len(there_start) - 1)
        is_shorter = (there_end - there_start)[first] < _SHORTER * (end_us - start_us)
        yield (
            (high - low >= 2) | ((high - low == 1) & is_shorter),
            "the meter holds shorter intervals of the same time",
        )
        before = low - 1
        within = (before >= 0) & (there_end[np.maximum(before, 0)] > start_us)
        # One that begins with a new value is about to be replaced by it.
        replaced = np.isin(there_start[np.maximum(before, 0)], start_us)
        yield within & ~replaced, "the meter holds longer intervals that begin before them"

    def _there(self, register: str, first_us: int, last_us: int) -> tuple[Micros, Micros]:
        """Return start and end of the intervals of a register that a span touches."""
        first = instant(first_us)
        period = Period(first, max(instant(last_us), first) + timedelta(microseconds=1))
        frame = self._store.read(self._meter.id, register, period)
        times = frame.reset_index()["time"].dt.tz_convert(None).to_numpy(dtype="datetime64[us]")
        start = times.astype(np.int64)
        length = np.asarray(frame["duration_s"].to_numpy(), dtype=np.float64)
        before = self._store.last_before(self._meter.id, register, first)
        if before is not None:
            start = np.concatenate(([instant_us(before.taken_at)], start))
            length = np.concatenate(([before.duration_s], length))
        return start, start + (length * 1e6).astype(np.int64)


def _finer_deltas(
    time_us: Micros, meaning: RegisterMeaning, others: dict[str, _Life]
) -> Iterator[tuple[Flags, str]]:
    """Flag the values of an index that would hide intervals, those of the next weeks too."""
    if meaning.accumulation is not Accumulation.CUMULATIVE:
        return
    for name, life in others.items():
        kind = register_meaning(name)
        if kind.quantity is meaning.quantity and kind.accumulation is Accumulation.DELTA:
            until_us = life.last_us + _GOES_ON_US
            yield time_us <= until_us, f"the meter's intervals ({name}) tell more, and go on"
