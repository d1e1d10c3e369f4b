"""What the page of refused messages reads from the records."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.queries.meters import discovered_devices
from domain.dead_letters import DeadLetter, DeviceLetters, LetterFilter, LetterSum
from domain.errors import ZainduError
from domain.replays import REPLAY_NOTE, ReplayRun, replay_run_of
from storage.ports import Records

log = logging.getLogger(__name__)

PAGE_LETTERS = 25
"""Each may hold a quarter of a megabyte, and a person reads no more at once."""

_MOST_DEVICES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFound:
    """One page of letters, and what surrounds it."""

    letters: tuple[DeadLetter, ...]
    has_older: bool
    kept: LetterSum
    """All that are kept, whatever was asked for."""

    found: LetterSum
    """All that were asked for, on this page or not."""

    codes: Mapping[str, int]
    devices: tuple[DeviceLetters, ...]
    run: ReplayRun | None
    """The newest replay."""

    adoptable: frozenset[tuple[str, str]]
    """(family, device) of those of which a meter can be made."""


def refused_found(records: Records, which: LetterFilter, before: int | None) -> RefusedFound:
    """Read one page of the letters asked for, newest first."""
    letters = records.dead_letters
    page = letters.page(which, limit=PAGE_LETTERS + 1, before=before)
    kept = letters.summed(LetterFilter())
    return RefusedFound(
        letters=page[:PAGE_LETTERS],
        has_older=len(page) > PAGE_LETTERS,
        kept=kept,
        found=kept if which.is_open else letters.summed(which),
        codes=letters.count_by_code(LetterFilter()),
        devices=letters.count_by_device(LetterFilter(), limit=_MOST_DEVICES),
        run=_newest_run(records),
        adoptable=_adoptable(records) if page else frozenset(),
    )


def _adoptable(records: Records) -> frozenset[tuple[str, str]]:
    devices = discovered_devices(records, records.portfolio.portfolio())
    return frozenset((each.family, each.device) for each in devices)


def _newest_run(records: Records) -> ReplayRun | None:
    note = records.jobs.note(REPLAY_NOTE)
    if note is None:
        return None
    try:
        return replay_run_of(note)
    except ZainduError as error:
        log.warning("%s", error)
        return None
