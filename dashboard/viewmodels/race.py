"""The week's fair comparison: every building with its own expectation."""

from dataclasses import dataclass
from itertools import groupby

from dashboard.viewmodels.glance import Glance
from domain.snapshots import Medal, RaceEntry

MOST_LANES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One building of the race."""

    name: str
    own: bool
    saved: float | None
    """How much less than expected [ratio], 0 at least; None: no lane is run."""

    percent: str
    medal: Medal | None
    reason: str
    """Why no lane is run; may be empty when the lane above says it already."""

    refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RankGroup:
    """Lanes that share one rank: `first` to `last`, both included."""

    rank: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierGroup:
    """Consecutive lanes of one tier, which is written once."""

    tier: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceView:
    """What the race scene says."""

    headline: str
    lanes: tuple[Lane, ...]
    ranks: tuple[RankGroup, ...]
    tiers: tuple[TierGroup, ...]
    dead_band: float
    expected_word: str
    when: str


def race_view(glance: Glance) -> RaceView | None:
    """Decide what the race says; None unless two buildings can be compared."""
    entries = glance.snapshot.race
    if sum(e.sufficient for e in entries) < 2:
        return None
    shown = _shown(entries, glance.snapshot.building_id)
    lanes: list[Lane] = []
    for entry in shown:
        lanes.append(_lane(glance, entry, lanes))
    when = glance.snapshot.made_at.astimezone(glance.zone)
    return RaceView(
        headline=glance.words.say("race.title"),
        lanes=tuple(lanes),
        ranks=_ranks(shown),
        tiers=_tiers(glance, lanes),
        dead_band=max((e.dead_band for e in shown if e.dead_band is not None), default=0.03),
        expected_word=glance.words.say("chart.expected"),
        when=glance.words.say(
            "race.when",
            day=glance.words.day(when.date(), "EEEE"),
            hour=glance.words.hour(when, minutes=False),
        ),
    )


def _order(entry: RaceEntry) -> tuple[int, int, float]:
    if not entry.sufficient:
        return 2, 0, 0.0
    if entry.rank is None:
        return 1, 0, 0.0
    return 0, entry.rank, entry.deviation or 0.0


def _shown(entries: tuple[RaceEntry, ...], own_id: str) -> list[RaceEntry]:
    """The first lanes, and always our own building."""
    ordered = sorted(entries, key=_order)
    first = ordered[:MOST_LANES]
    own = next((e for e in ordered if e.building_id == own_id), None)
    if own is not None and own not in first:
        first[-1] = own
    return first


def _lane(glance: Glance, entry: RaceEntry, above: list[Lane]) -> Lane:
    runs = entry.sufficient and entry.rank is not None and entry.deviation is not None
    key = "race.on_the_way" if entry.sufficient else "race.insufficient"
    reason = "" if runs else glance.words.say(key)
    deviation = entry.deviation or 0.0
    return Lane(
        name=entry.label,
        own=entry.building_id == glance.snapshot.building_id,
        saved=max(0.0, -deviation) if runs else None,
        percent=glance.words.percent(min(0.0, deviation)) if runs else "",
        medal=entry.medal if runs else None,
        reason="" if any(lane.reason == reason for lane in above) else reason,
        refused=not entry.sufficient,
    )


def _ranks(shown: list[RaceEntry]) -> tuple[RankGroup, ...]:
    numbered = [(i, e.rank) for i, e in enumerate(shown) if e.sufficient and e.rank is not None]
    groups = []
    for rank, members in groupby(numbered, key=lambda pair: pair[1]):
        places = [index for index, _ in members]
        groups.append(RankGroup(rank=rank, first=places[0], last=places[-1]))
    return tuple(groups)


def _tiers(glance: Glance, lanes: list[Lane]) -> tuple[TierGroup, ...]:
    groups = []
    for tier, members in groupby(enumerate(lanes), key=lambda pair: pair[1].medal):
        places = [index for index, _ in members]
        if tier is not None:
            word = glance.words.say(f"medal.{tier.value}")
            groups.append(TierGroup(tier=word, first=places[0], last=places[-1]))
    return tuple(groups)
