"""What is said of the declared meters, building by building."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from dashboard.queries.health import MeterHealth, MeterState
from dashboard.queries.meters import DeclaredMeters, MetersRead
from dashboard.text.words import NBSP, Words
from dashboard.viewmodels.authors import who_text
from dashboard.viewmodels.meter_health import state_age
from domain.meters import Meter

_STEPS = ((86_400, "d"), (3600, "h"), (60, "min"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRow:
    """One line of the list."""

    id: str
    name: str
    counts: str
    device: str
    """As it names itself; empty: the meter is filled from files."""

    family: str
    cadence: str
    health: MeterHealth | None
    """None: it is retired, and nothing is expected."""

    health_word: str
    age: str
    origin: str
    edit_href: str
    """Empty: config.toml declares it."""

    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterGroup:
    """The meters of one building."""

    building: str
    href: str
    rows: tuple[MeterRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetersView:
    """The whole page."""

    groups: tuple[MeterGroup, ...]
    count: int
    discovered: int


def meters_view(read: MetersRead, words: Words) -> MetersView:
    """Word the page of declared meters."""
    return MetersView(
        groups=tuple(_group(each, read, words) for each in read.buildings),
        count=sum(len(each.states) for each in read.buildings),
        discovered=read.discovered,
    )


def cadence_text(cadence: timedelta, words: Words) -> str:
    """Return how often something happens: `10 s`, `15 min`, `1 h`."""
    seconds = cadence.total_seconds()
    for length, unit in _STEPS:
        if seconds >= length and seconds % length == 0:
            return f"{words.number(seconds / length)}{NBSP}{words.say(f'meters.unit.{unit}')}"
    return f"{words.number(seconds)}{NBSP}s"


def _group(each: DeclaredMeters, read: MetersRead, words: Words) -> MeterGroup:
    depths: dict[str, int] = {}
    for state in each.states:
        above = state.meter.parent_id
        depths[state.meter.id] = 0 if above is None else min(2, depths.get(above, 0) + 1)
    return MeterGroup(
        building=each.building.name,
        href=f"/manage/buildings/{each.building.id}",
        rows=tuple(_row(state, depths[state.meter.id], read, words) for state in each.states),
    )


def _row(state: MeterState, depth: int, read: MetersRead, words: Words) -> MeterRow:
    meter, author = state.meter, read.added_by.get(state.meter.id)
    counts = words.say(f"manage.commodity.{meter.commodity}")
    if meter.end_use != "all":
        counts = f"{counts}, {words.say(f'manage.end_use.{meter.end_use}').lower()}"
    word = "meters.retired" if meter.retired else f"manage.health.{state.health}"
    return MeterRow(
        id=meter.id,
        name=meter.name,
        counts=counts,
        device=meter.source.device if meter.source else "",
        family=_family(meter, words),
        cadence=cadence_text(meter.cadence, words),
        health=None if meter.retired else state.health,
        health_word=words.say(word),
        age=state_age(state, read.now, words),
        origin="config.toml" if author is None else _added_by(author, words),
        edit_href="" if author is None else f"/manage/meters/edit?id={quote(meter.id, safe='')}",
        depth=depth,
    )


def _family(meter: Meter, words: Words) -> str:
    """Return the family of the device, or that files fill the meter."""
    if meter.source is None:
        return words.say("meters.files_only")
    return meter.source.family if meter.is_published else words.say("manage.health.filed")


def _added_by(author: str, words: Words) -> str:
    who = who_text(author, words)
    return words.say("meters.added_by", author=who) if who == author else who
