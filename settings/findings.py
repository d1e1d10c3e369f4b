"""What is wrong in the file, where, and how to mend it."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from settings.places import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend in `config.toml`."""

    path: Path
    """The key or table it is about."""

    message: str

    also: Path | None = None
    """Another place that the message speaks of."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean '…'?`, or nothing when no known word comes near.

    >>> did_you_mean("Europe/Pari", ["Europe/Paris", "Europe/London"])
    "; did you mean 'Europe/Paris'?"
    """
    by_folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    # A part of a name is meant as the name, as `gas` in `natural_gas`.
    near = near or [name for name in by_folded if word.casefold() in name.split("_")]
    return f"; did you mean '{by_folded[near[0]]}'?" if near else ""


def place_of(document: Mapping[str, object], path: Path) -> str:
    """Name a table by ids rather than positions, as in `buildings.jules-ferry.meters.jf-elec`."""
    names: list[str] = []
    here: object = document
    for step in path:
        here = _step_into(here, step)
        names.append(_name_of(here, step))
    return ".".join(names)


def _step_into(here: object, step: str | int) -> object:
    if isinstance(here, Mapping):
        return here.get(step)
    if isinstance(here, Sequence) and isinstance(step, int) and step < len(here):
        return here[step]
    return None


def _name_of(value: object, step: str | int) -> str:
    if isinstance(step, str):
        return step
    if isinstance(value, Mapping):
        for key in ("id", "name", "register", "path", "commodity"):
            named = value.get(key)
            if isinstance(named, str) and named:
                return named
    return str(step + 1)
