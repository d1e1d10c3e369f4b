"""Which register of which point of a file feeds which meter, and under which name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain

from domain.errors import ConfigError
from domain.imports import ImportWish
from domain.meters import FILE_FAMILY, Meter
from domain.registers import Quantity, register_name
from domain.sites import Portfolio
from indicators.intervals import gap_limit
from ingest.importers.beside import Beside
from ingest.importers.other_mains import on_other_mains
from ingest.importers.tallies import RegisterKey, Tally, instant
from ingest.importers.ways import Way, way_for
from settings.findings import did_you_mean
from storage.ports import ReadingStore

REGISTER = "file"
"""The register that a past fills, whatever the format: the same days from another file
are then the same rows."""

_LONGEST_SPREAD = timedelta(hours=25)
"""Longer than a day nothing tells how use was spread, and a silence of weeks is none."""

_COUNTED = (Quantity.ENERGY, Quantity.VOLUME)
_ONE_NAME = (Quantity.ENERGY, Quantity.VOLUME, Quantity.TEMPERATURE)


@dataclass(frozen=True, slots=True)
class Feed:
    """Where one register of a file goes."""

    meter: Meter
    register: str
    """As it is stored."""

    scale: float


@dataclass(slots=True)
class Plan:
    """What becomes of each register of a file."""

    feeds: dict[RegisterKey, list[Feed]] = field(default_factory=dict)
    notes: dict[RegisterKey, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    beside: dict[str, Beside] = field(default_factory=dict)

    def written(self, meter_id: str) -> set[str]:
        """Return the registers of a meter that the file fills."""
        every = (feed for feeds in self.feeds.values() for feed in feeds)
        return {feed.register for feed in every if feed.meter.id == meter_id}

    def look_again(self, store: ReadingStore) -> None:
        """Look at what the meters hold now: another file may have been brought meanwhile."""
        meters = {feed.meter.id: feed.meter for feeds in self.feeds.values() for feed in feeds}
        self.beside = {name: Beside(meter, store) for name, meter in meters.items()}

    def remark(self, text: str) -> None:
        """Note something once."""
        if text not in self.remarks:
            self.remarks.append(text)


def plan(
    tallies: Iterable[Tally], portfolio: Portfolio, wish: ImportWish, store: ReadingStore
) -> Plan:
    """Return what becomes of each register.

    Raises:
        ConfigError: The wish names a meter that is not there.
        StorageUnavailable: The store of readings does not answer.
    """
    made = Plan()
    by_point: dict[str, list[Tally]] = {}
    for tally in tallies:
        if tally.values:
            by_point.setdefault(tally.key.point, []).append(tally)
    taken: dict[str, str] = {}
    for point, of_point in by_point.items():
        meters, note = _meters(point, by_point, portfolio, wish)
        made.notes.update({tally.key: note for tally in of_point})
        for meter in meters:
            if taken.setdefault(meter.id, point) != point:
                note = f"{meter.id} takes one point, and {_shown(taken[meter.id])} is it"
                made.notes.update({tally.key: note for tally in of_point})
            else:
                _feed(made, meter, of_point, wish, store)
    for text in on_other_mains(_begins_us(made, by_point), portfolio, store):
        made.remark(text)
    return made


def _begins_us(made: Plan, by_point: Mapping[str, Sequence[Tally]]) -> dict[Meter, int]:
    """Return when what each meter counts begins [µs since 1970 UTC]."""
    begins: dict[Meter, int] = {}
    for tally in chain.from_iterable(by_point.values()):
        for feed in made.feeds.get(tally.key, ()):
            if tally.key.quantity in _COUNTED:
                known = begins.get(feed.meter, tally.first_us)
                begins[feed.meter] = min(known, tally.first_us)
    return begins


def _feed(
    made: Plan, meter: Meter, tallies: Sequence[Tally], wish: ImportWish, store: ReadingStore
) -> None:
    beside = made.beside.setdefault(meter.id, Beside(meter, store))
    of_file = (
        meter.source if meter.source is not None and meter.source.family == FILE_FAMILY else None
    )
    named = wish.registers or (of_file.registers if of_file is not None else ())
    way = way_for(meter.commodity, tallies, by_volume=beside.is_by_volume, named=named)
    way = _countable(way, meter, beside)
    for tally in tallies:
        if tally not in way.tallies and tally.key not in made.feeds:
            made.notes[tally.key] = (
                way.note or "left out: what was used is told by another register"
            )
    for tally in way.tallies:
        name = _stored_name(tally, alone=len(way.tallies) == 1)
        feed = Feed(meter, name, of_file.scale if of_file is not None else 1.0)
        made.feeds.setdefault(tally.key, []).append(feed)
        made.notes.pop(tally.key, None)
        _remark_on_steps(made, meter, tally)
    _remark_on_indexes(made, meter, beside, max((t.last_us for t in way.tallies), default=0))


def _countable(way: Way, meter: Meter, beside: Beside) -> Way:
    """Refuse what the meter's roll-up would not count, or what would take its place."""
    quantities = {tally.key.quantity for tally in way.tallies}
    if Quantity.ENERGY in quantities and beside.is_by_volume:
        return Way((), f"{meter.id} counts cubic metres: kWh beside them would take their place")
    if Quantity.VOLUME in quantities and beside.has_energy:
        return Way((), f"{meter.id} counts kWh: cubic metres beside them would not be counted")
    return way


def _stored_name(tally: Tally, *, alone: bool) -> str:
    key = tally.key
    own = REGISTER if alone and key.quantity in _ONE_NAME else key.register
    return register_name(key.quantity, key.accumulation, own)


def _meters(
    point: str, points: Mapping[str, object], portfolio: Portfolio, wish: ImportWish
) -> tuple[list[Meter], str]:
    """Return the meters a point feeds, or why it feeds none."""
    wanted = {name.strip().casefold() for name in wish.points}
    if wanted and point.casefold() not in wanted:
        return [], "not among the points asked for"
    of_point = [m for m in portfolio.meters if _is_fed_by(m, point) and not m.retired]
    if not wish.meter_id:
        if of_point:
            return of_point, ""
        return [], (
            f"no meter takes {_shown(point)}: name one with --meter, or give one the source "
            f'{{ family = "{FILE_FAMILY}", device = "{point}" }}'
        )
    meter = _meter(portfolio, wish.meter_id)
    if wanted or len(points) == 1 or meter in of_point:
        return [meter], ""
    if any(_is_fed_by(meter, other) for other in points):
        return [], f"{meter.id} takes another point"
    return [], f"the file holds {len(points)} points: choose the one of {meter.id} with --point"


def _meter(portfolio: Portfolio, meter_id: str) -> Meter:
    meter = portfolio.meter(meter_id)
    if meter is None:
        hint = did_you_mean(meter_id, [known.id for known in portfolio.meters])
        raise ConfigError([f"there is no meter '{meter_id}'{hint}"])
    return meter


def _is_fed_by(meter: Meter, point: str) -> bool:
    source = meter.source
    return (
        source is not None
        and source.family == FILE_FAMILY
        and bool(point)
        and source.device.strip().casefold() == point.strip().casefold()
    )


def _remark_on_steps(made: Plan, meter: Meter, tally: Tally) -> None:
    """Say when intervals are too long for the meter's cadence to know their hours."""
    longest = gap_limit(meter.cadence)
    step = timedelta(seconds=tally.step_s)
    if step <= longest:
        return
    if step > _LONGEST_SPREAD:
        made.remark(
            f"most intervals last {step / timedelta(days=1):.0f} days: {meter.id} has the totals "
            "of those periods, and neither their days nor their hours"
        )
    else:
        made.remark(_hours_unknown(meter, step, longest))


def _hours_unknown(meter: Meter, step: timedelta, longest: timedelta) -> str:
    hours, most = (f"{span / timedelta(hours=1):g}" for span in (step, longest))
    if meter.source is not None and meter.source.family != FILE_FAMILY:
        # No advice: with such a cadence, the silence of its device would be noticed days later.
        return (
            f"intervals of {hours} h are longer than {meter.id} is expected to be silent "
            f"({most} h): totals will be right, hours unknown"
        )
    return (
        f"intervals of {hours} h are longer than {meter.id} is expected to be silent ({most} h): "
        f"totals will be right, hours unknown; set its cadence_s to {step.total_seconds():.0f} to "
        "spread them"
    )


def _remark_on_indexes(made: Plan, meter: Meter, beside: Beside, last_us: int) -> None:
    """Say from when a meter's own index rules, if the file goes on beyond that."""
    written = made.written(meter.id)
    for register in sorted(written):
        since = beside.index_from(register, written)
        if since is not None and since < instant(last_us):
            made.remark(
                f"from {since:%Y-%m-%d %H:%M} UTC on {meter.id} follows its own index: what the "
                "file tells after that is kept, and not counted"
            )


def _shown(point: str) -> str:
    return f"point {point}" if point else "its one point, which has no name"
