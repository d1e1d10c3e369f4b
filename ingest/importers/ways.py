"""Of the registers that a file holds of one point, those that make what it used, once.

A metering point tells the same energy several ways: a load curve, the sums of its
days, an index, the same index by tariff class, what was billed. Added up they would
count it five times. The finest way is taken, unless somebody names registers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.commodities import QUANTITIES
from domain.meters import Commodity
from domain.registers import Accumulation, Quantity
from ingest.importers.series import Counts
from ingest.importers.tallies import Tally

_EXPORT = re.compile(r"\b(prod|production|inject\w*|export\w*|reverse|surplus|eai\w*)\b", re.I)
_BILLED = re.compile(r"\bFACT\b")
_CLASS = re.compile(r"EA (?:PROD )?([DF]) (?!T$)")
_PEAK = re.compile(r"\bPMA|\bmax", re.I)
_STATES = {
    Commodity.OUTDOOR_TEMPERATURE: Quantity.TEMPERATURE,
    Commodity.ELECTRICITY: Quantity.CARBON_INTENSITY,
}

_OF: Mapping[Commodity, frozenset[Commodity | None]] = {
    **{each: frozenset((each, None)) for each in Commodity},
    Commodity.SOLAR_PRODUCTION: frozenset(
        (Commodity.SOLAR_PRODUCTION, Commodity.ELECTRICITY, None)
    ),
}
"""Points whose files may feed a meter; None: a file that does not say."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to tell what a point used."""

    tallies: tuple[Tally, ...]
    note: str = ""
    """Why it is none."""

    @property
    def is_found(self) -> bool:
        """Tell whether something is to be taken."""
        return bool(self.tallies)


def meaning(tally: Tally) -> Counts:
    """Return what a register tells of its point, from its name where the format is silent."""
    if tally.counts is not Counts.UNSAID:
        return tally.counts
    name = tally.key.register
    if _EXPORT.search(name):
        return Counts.EXPORT
    if _PEAK.search(name):
        return Counts.OTHER
    return Counts.SHARE if _class_of(tally) or _is_billed(tally) else Counts.TOTAL


def way_for(
    commodity: Commodity, tallies: Sequence[Tally], *, by_volume: bool, named: Sequence[str] = ()
) -> Way:
    """Return the registers that feed a meter.

    Args:
        commodity: What the meter counts.
        tallies: What the file holds of one point.
        by_volume: The meter's kWh come from its volume: energies are not taken.
        named: The only registers to take; empty: the finest way.
    """
    strangers = {t.commodity for t in tallies} - _OF[commodity]
    if strangers:
        others = ", ".join(sorted(each for each in strangers if each is not None))
        return Way((), f"it is a point of {others}, and the meter counts {commodity}")
    possible = [t for t in tallies if t.key.quantity in QUANTITIES[commodity]]
    if not possible:
        kinds = ", ".join(sorted({t.key.quantity.value for t in tallies}))
        return Way((), f"a meter of {commodity} never counts {kinds}")
    if named:
        return _named(possible, named)
    states = [t for t in possible if t.key.quantity is _STATES.get(commodity)]
    if states:
        return Way((states[0],)) if len(states) == 1 else _ambiguous(states)
    used = _used(commodity, possible)
    energies = [t for t in used if t.key.quantity is Quantity.ENERGY]
    volumes = [t for t in used if t.key.quantity is Quantity.VOLUME]
    counted = (volumes if by_volume else energies) or ([] if by_volume else volumes)
    if not counted:
        return Way((), _nothing(commodity, possible, by_volume=by_volume))
    return _finest(counted)


def _used(commodity: Commodity, possible: Sequence[Tally]) -> list[Tally]:
    """Return what was used; for panels on a roof, what was given back where the file tells it."""
    exported = [t for t in possible if meaning(t) is Counts.EXPORT]
    if commodity is Commodity.SOLAR_PRODUCTION and exported:
        return exported
    return [t for t in possible if meaning(t) in (Counts.TOTAL, Counts.SHARE)]


def _finest(counted: Sequence[Tally]) -> Way:
    """Choose among the ways: intervals, the shortest first, then index, classes, bills."""
    totals = [t for t in counted if meaning(t) in (Counts.TOTAL, Counts.EXPORT)]
    totals = [t for t in totals if not _class_of(t) and not _is_billed(t)]
    deltas = [t for t in totals if t.key.accumulation is Accumulation.DELTA]
    if deltas:
        shortest = min(t.step_s for t in deltas)
        return _one_of([t for t in deltas if t.step_s == shortest])
    indexes = [t for t in totals if t.key.accumulation is Accumulation.CUMULATIVE]
    if indexes:
        return _one_of(indexes)
    for grid in ("D", "F"):
        classes = [t for t in counted if _class_of(t) == grid]
        if classes:
            return Way(tuple(classes))
    billed = [t for t in counted if _is_billed(t)]
    for ending in (r" T$", r" D \S+$", r" F \S+$", ""):
        # Bills of the whole, else of the distributor's classes, else of the supplier's.
        bills = [t for t in billed if re.search(f"FACT.*{ending}", t.key.register)]
        if bills:
            return Way(tuple(bills))
    return _one_of(list(counted))


def _one_of(tallies: Sequence[Tally]) -> Way:
    return Way(tuple(tallies)) if len(tallies) == 1 else _ambiguous(tallies)


def _ambiguous(tallies: Sequence[Tally]) -> Way:
    names = ", ".join(repr(t.key.register) for t in tallies[:8])
    return Way((), f"several registers could be meant ({names}): name it with --register")


def _named(possible: Sequence[Tally], named: Sequence[str]) -> Way:
    wanted = {name.strip().casefold() for name in named}
    chosen = [t for t in possible if t.key.register.casefold() in wanted]
    kinds = {(t.key.quantity, t.key.accumulation) for t in chosen}
    if not chosen:
        return Way(
            (), f"it holds no register {', '.join(map(repr, named))} that such a meter takes"
        )
    if len(kinds) > 1:
        return Way((), "the registers named are of different kinds and cannot be added up")
    return Way(tuple(chosen))


def _nothing(commodity: Commodity, possible: Sequence[Tally], *, by_volume: bool) -> str:
    if by_volume:
        return (
            "the meter counts cubic metres, and kWh beside them would take their place: "
            "bring a file with volumes"
        )
    given = [t for t in possible if meaning(t) is Counts.EXPORT]
    if given and commodity is not Commodity.SOLAR_PRODUCTION:
        return "it holds only what the point gave back, which is no use: a solar meter takes it"
    names = ", ".join(repr(t.key.register) for t in possible[:8])
    return f"none of its registers tells what was used ({names}); name one with --register"


def _class_of(tally: Tally) -> str:
    found = _CLASS.match(tally.key.register)
    return found[1] if found else ""


def _is_billed(tally: Tally) -> bool:
    return _BILLED.search(tally.key.register) is not None
