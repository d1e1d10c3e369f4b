"""The week's fair race: each building against its own expectation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.snapshots import Comparison, Medal, RaceEntry

SILVER = 0.06
GOLD = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """One building and its week."""

    building_id: str
    label: str
    week: Comparison


def race(runners: Sequence[Runner], *, least_coverage: float) -> tuple[RaceEntry, ...]:
    """Rank buildings by their deviation from their own expectation.

    A building whose deviation is within the wider dead-band of the two of the
    leader of its group is tied with it, and the next rank counts every building
    before it (1, 1, 3). Above expectation, beyond the dead-band, nobody is
    ranked; nor is a building that was not measured well enough.

    Args:
        runners: Every building that takes part.
        least_coverage: Share of the week that must be measured [0..1].

    Returns:
        The ranked ones first, best first; then the others, then the refused.
    """
    entries = [_entry(runner, least_coverage) for runner in runners]
    ranked = sorted((e for e in entries if _takes_part(e)), key=lambda e: (e.deviation, e.label))
    others = [e for e in entries if e.sufficient and not _takes_part(e)]
    refused = [e for e in entries if not e.sufficient]
    return (*_with_ranks(ranked), *others, *refused)


def medal(deviation: float, band: float) -> Medal | None:
    """Return the medal of a deviation: none inside the dead-band.

    >>> medal(-0.07, 0.03), medal(-0.07, 0.08)
    (<Medal.SILVER: 'silver'>, None)
    """
    if deviation >= -band:
        return None
    if deviation <= -GOLD:
        return Medal.GOLD
    return Medal.SILVER if deviation <= -SILVER else Medal.BRONZE


def _entry(runner: Runner, least_coverage: float) -> RaceEntry:
    week = runner.week
    sufficient = (
        week.deviation is not None
        and week.dead_band is not None
        and week.coverage >= least_coverage
    )
    return RaceEntry(
        building_id=runner.building_id,
        label=runner.label,
        deviation=week.deviation if sufficient else None,
        dead_band=week.dead_band if sufficient else None,
        rank=None,
        medal=medal(week.deviation or 0.0, week.dead_band or 0.0) if sufficient else None,
        sufficient=sufficient,
    )


def _takes_part(entry: RaceEntry) -> bool:
    """Above expectation beyond the dead-band there is no rank to be shamed by."""
    return entry.sufficient and (entry.deviation or 0.0) <= (entry.dead_band or 0.0)


def _with_ranks(ordered: Sequence[RaceEntry]) -> list[RaceEntry]:
    ranked: list[RaceEntry] = []
    leader: RaceEntry | None = None
    for place, entry in enumerate(ordered, start=1):
        if leader is None or not _tied(leader, entry):
            leader = replace(entry, rank=place)
        ranked.append(replace(entry, rank=leader.rank))
    return ranked


def _tied(leader: RaceEntry, entry: RaceEntry) -> bool:
    width = max(leader.dead_band or 0.0, entry.dead_band or 0.0)
    return (entry.deviation or 0.0) - (leader.deviation or 0.0) <= width
