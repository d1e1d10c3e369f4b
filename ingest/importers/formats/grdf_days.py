"""What GRDF's two ways to deliver have in common: gas days, quality, periods that overlap."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.meters import Commodity
from domain.readings import Quality
from domain.registers import Accumulation, Quantity
from ingest.importers.runs import Run, instant_us
from ingest.importers.series import Counts, Report, Series

GAS_HOUR = time(6)
"""A gas day lasts from 6 h to 6 h, local time of metropolitan France."""

_FRANCE = ZoneInfo("Europe/Paris")
_LONGEST = timedelta(days=800)


@dataclass(frozen=True, slots=True, kw_only=True)
class GasPeriod:
    """What one meter used between two gas mornings, as GRDF tells it."""

    line: int
    start: datetime
    end: datetime
    energy_kwh: float | None
    """By higher calorific value (PCS)."""

    volume_m3: float | None
    index_start_m3: float | None = None
    index_end_m3: float | None = None
    quality: Quality = Quality.VALID
    provisional: bool = False
    """The energy will be told again once the gas's calorific value is known."""

    injected: bool = False
    """Biogas that the point gave to the network."""

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start


def gas_morning(day: date) -> datetime:
    """Return the instant at which a gas day begins [UTC]."""
    return datetime.combine(day, GAS_HOUR, tzinfo=_FRANCE).astimezone(UTC)


def morning_of(text: str) -> datetime:
    """Read the time of a meter reading.

    The customer's portal writes the local gas morning as if it were UTC
    (`06:00:00+00:00`, winter and summer alike): no gas day begins at 6 h UTC, so
    six o'clock is six o'clock in France whatever offset stands behind it.

    Raises:
        ValueError: It is no time.
    """
    at = datetime.fromisoformat(text.strip().replace(" ", "T", 1))
    if at.tzinfo is None or at.time() == GAS_HOUR:
        at = at.replace(tzinfo=_FRANCE)
    return at.astimezone(UTC)


def quality_of(word: str, report: Report) -> Quality | None:
    """Return how far a period's `qualification` lets it be trusted; None: nothing was measured."""
    folded = word.strip().casefold()
    if folded.startswith("absence"):
        return None
    if not folded or folded.startswith("mesur") or folded in ("mes", "réel", "reel"):
        return Quality.VALID
    if not folded.startswith(("estim", "corrig", "est")):
        report.remark(f"quality {word.strip()[:40]!r} is not known: taken as estimated")
    return Quality.ESTIMATED


def check_length(start: datetime, end: datetime) -> None:
    """Refuse a period that no meter was read over.

    Raises:
        ValueError: It does not last, or for years.
    """
    if not timedelta(0) < end - start <= _LONGEST:
        raise ValueError(f"it lasts from {start:%Y-%m-%d} to {end:%Y-%m-%d}")


def series_of(point: str, periods: Iterable[GasPeriod], report: Report) -> Iterator[Series]:
    """Yield the registers of one meter: energy, volume and index.

    Days and the published months that they make up tell of the same gas: where
    periods overlap the shortest is kept, and of two equal ones the final.
    """
    used = list(periods)
    for injected in (False, True):
        flow = _without_overlaps([p for p in used if p.injected is injected], report)
        word = " injectée" if injected else ""
        counts = Counts.EXPORT if injected else Counts.TOTAL
        energy = Run(
            point=point,
            register=f"energie{word}",
            quantity=Quantity.ENERGY,
            unit="kWh",
            accumulation=Accumulation.DELTA,
            counts=counts,
            commodity=Commodity.NATURAL_GAS,
        )
        volume = Run(
            point=point,
            register=f"volume_brut{word}",
            quantity=Quantity.VOLUME,
            unit="m3",
            accumulation=Accumulation.DELTA,
            counts=counts,
            commodity=Commodity.NATURAL_GAS,
        )
        index = Run(
            point=point,
            register=f"index_brut{word}",
            quantity=Quantity.VOLUME,
            unit="m3",
            accumulation=Accumulation.CUMULATIVE,
            counts=counts,
            commodity=Commodity.NATURAL_GAS,
        )
        for period in flow:
            _add(period, energy, volume)
        for at, (value, quality) in sorted(_indexes(flow).items()):
            index.add(instant_us(at), value, 0.0, quality)
        yield from (run.series() for run in (energy, volume, index) if len(run))
    if any(p.provisional for p in used):
        report.remark(
            "provisional energies are kept as estimated: import the file again once GRDF "
            "has published the final ones"
        )


def _add(period: GasPeriod, energy: Run, volume: Run) -> None:
    start_us, length_s = instant_us(period.start), period.length.total_seconds()
    if period.energy_kwh is not None:
        quality = Quality.ESTIMATED if period.provisional else period.quality
        energy.add(start_us, period.energy_kwh, length_s, quality)
    if period.volume_m3 is not None:
        volume.add(start_us, period.volume_m3, length_s, period.quality)


def _indexes(flow: Iterable[GasPeriod]) -> dict[datetime, tuple[float, Quality]]:
    """Return the index at each gas morning; the end of a day is the start of the next."""
    found: dict[datetime, tuple[float, Quality]] = {}
    for period in flow:
        if period.index_start_m3 is not None:
            found.setdefault(period.start, (period.index_start_m3, period.quality))
        if period.index_end_m3 is not None:
            found[period.end] = (period.index_end_m3, period.quality)
    return found


def _without_overlaps(periods: list[GasPeriod], report: Report) -> list[GasPeriod]:
    """Keep the shortest periods, and of equal ones the final; in order of time."""
    by_span: dict[tuple[datetime, datetime], GasPeriod] = {}
    for period in periods:
        known = by_span.get((period.start, period.end))
        if known is None or known.provisional or not period.provisional:
            by_span[(period.start, period.end)] = period
    kept: list[GasPeriod] = []
    for period in sorted(by_span.values(), key=lambda p: (p.length, p.start)):
        at = bisect_right(kept, period.start, key=lambda p: p.start)
        follows = at == 0 or kept[at - 1].end <= period.start
        if follows and (at == len(kept) or kept[at].start >= period.end):
            kept.insert(at, period)
    left_out = len(by_span) - len(kept)
    if left_out:
        report.remark(f"{left_out} longer periods overlap shorter ones, which tell more: left out")
    return kept
