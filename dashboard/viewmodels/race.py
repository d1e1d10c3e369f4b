"""The week's fair comparison: every building with its own expectation."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from dashboard.text.words import NBSP
from dashboard.viewmodels.glance import Glance
from domain.snapshots import Medal, RaceEntry

MOST_LANES = 5
_FEWEST_LANES = 2
MOST_WORDS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One building of the race."""

    name: str
    own: bool
    saved: float | None
    """How much less than expected [ratio], 0 at least; None: no lane is run."""

    dead_band: float
    """Half-width of its own linen [ratio]."""

    percent: str
    """Empty inside the dead-band: there a figure would claim too much."""

    medal: Medal | None
    reason: str
    """Why no lane is run; empty when one is."""

    refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RankGroup:
    """Lanes that share one rank: `first` to `last`, both included."""

    rank: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierGroup:
    """Consecutive lanes of one tier, or of none, which is written once."""

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
    even: tuple[TierGroup, ...]
    """Lanes that end inside their linen: "comme prévu"."""

    reasons: tuple[TierGroup, ...]
    """Lanes that are not run, by why: said once of those that follow one another."""

    expected_word: str
    when: str


def race_view(glance: Glance) -> RaceView | None:
    """Decide what the race says; None unless two can be compared and one runs.

    A scene is read in passing: where more would be said than it may hold, the last lanes go.
    """
    entries = glance.snapshot.race
    if sum(e.sufficient for e in entries) < 2 or all(e.rank is None for e in entries):
        return None
    views = (_of_lanes(glance, most) for most in range(MOST_LANES, _FEWEST_LANES, -1))
    fitting = (view for view in views if _words_in(view) <= MOST_WORDS)
    return next(fitting, None) or _of_lanes(glance, _FEWEST_LANES)


def _of_lanes(glance: Glance, most: int) -> RaceView:
    shown = _shown(glance.snapshot.race, glance.snapshot.building_id, most)
    lanes = [_lane(glance, entry) for entry in shown]
    tiers = _tiers(glance, lanes)
    # On a Monday the scheduler still races the week before.
    last = glance.made_on.weekday() == 0
    return RaceView(
        headline=glance.words.say("race.title_last" if last else "race.title"),
        lanes=tuple(lanes),
        ranks=_ranks(shown),
        tiers=tuple(t for t in tiers if lanes[t.first].medal is not None),
        even=tuple(t for t in tiers if lanes[t.first].medal is None),
        reasons=_reasons(lanes),
        expected_word=glance.words.say("chart.expected"),
        when=_last_week(glance) if last else _until(glance),
    )


def _words_in(view: RaceView) -> int:
    """Count the words of a view, a building's name and our own as one each; hours are none."""
    groups = (*view.tiers, *view.even, *view.reasons)
    said = (view.headline, view.expected_word, view.when, *(group.tier for group in groups))
    words = " ".join(said).replace(NBSP, " ").split()
    counted = sum(any(map(str.isalpha, word)) and word != "h" for word in words)
    return counted + len(view.lanes) + len(("zaindu",))


def _until(glance: Glance) -> str:
    made = glance.snapshot.made_at.astimezone(glance.zone)
    day = glance.words.day(made.date(), "EEEE")
    return glance.words.say("race.when", day=day, hour=glance.words.hour(made, minutes=False))


def _last_week(glance: Glance) -> str:
    """Return its days; a month that both are in is said once."""
    pattern = glance.words.say("target.date")
    first, last = (glance.made_on - timedelta(days=n) for n in (7, 1))
    begins, ends = (glance.words.day(day, pattern) for day in (first, last))
    if first.month == last.month:
        if pattern.startswith("d"):
            begins = str(first.day)
        else:
            ends = str(last.day)
    return f"{begins} – {ends}"


def _order(entry: RaceEntry) -> tuple[int, int, float]:
    if not entry.sufficient:
        return 2, 0, 0.0
    if entry.rank is None:
        return 1, 0, 0.0
    return 0, entry.rank, entry.deviation or 0.0


def _shown(entries: tuple[RaceEntry, ...], own_id: str, most: int) -> list[RaceEntry]:
    """The first lanes, and always our own building."""
    ordered = sorted(entries, key=_order)
    first = ordered[:most]
    own = next((e for e in ordered if e.building_id == own_id), None)
    if own is not None and own not in first:
        first[-1] = own
    return first


def _lane(glance: Glance, entry: RaceEntry) -> Lane:
    runs = entry.sufficient and entry.rank is not None and entry.deviation is not None
    key = "race.on_the_way" if entry.sufficient else "race.insufficient"
    deviation = entry.deviation or 0.0
    return Lane(
        name=entry.label,
        own=entry.building_id == glance.snapshot.building_id,
        saved=max(0.0, -deviation) if runs else None,
        dead_band=entry.dead_band or 0.0,
        percent=glance.words.percent(deviation) if runs and entry.medal else "",
        medal=entry.medal if runs else None,
        reason="" if runs else glance.words.say(key),
        refused=not entry.sufficient,
    )


def _ranks(shown: list[RaceEntry]) -> tuple[RankGroup, ...]:
    numbered = [(i, e.rank) for i, e in enumerate(shown) if e.sufficient and e.rank is not None]
    groups = []
    for rank, members in groupby(numbered, key=lambda pair: pair[1]):
        places = [index for index, _ in members]
        groups.append(RankGroup(rank=rank, first=places[0], last=places[-1]))
    return tuple(groups)


def _reasons(lanes: list[Lane]) -> tuple[TierGroup, ...]:
    still = [(i, lane) for i, lane in enumerate(lanes) if lane.reason]
    groups = []
    for reason, members in groupby(still, key=lambda pair: pair[1].reason):
        places = [index for index, _ in members]
        groups.append(TierGroup(tier=reason, first=places[0], last=places[-1]))
    return tuple(groups)


def _tiers(glance: Glance, lanes: list[Lane]) -> tuple[TierGroup, ...]:
    running = [(i, lane) for i, lane in enumerate(lanes) if lane.saved is not None]
    groups = []
    for tier, members in groupby(running, key=lambda pair: pair[1].medal):
        places = [index for index, _ in members]
        word = glance.words.say(f"medal.{tier.value}" if tier else "verdict.as_expected")
        groups.append(TierGroup(tier=word, first=places[0], last=places[-1]))
    return tuple(groups)
