"""The second reading of a file: its values become readings of meters, batch by batch."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from domain.errors import RejectedFile
from domain.imports import Found
from domain.readings import Reading
from ingest.importers.canonical import readings_of
from ingest.importers.examination import Examined
from ingest.importers.keeping import Keeper
from ingest.importers.series import Progress
from ingest.importers.tallies import RegisterKey, key_of
from ingest.importers.whole_file import Heard, Piece, pieces

_BATCH = 5000

GoOn = Callable[[int], bool]
"""Told how many readings are kept; answers whether to go on."""


@dataclass(slots=True)
class Brought:
    """What became of a file."""

    by_meter: Counter[str] = field(default_factory=Counter)
    """Readings kept, by meter."""

    left_out: Counter[str] = field(default_factory=Counter)
    """Values not kept, by reason."""

    left_out_by: Counter[tuple[RegisterKey, str]] = field(default_factory=Counter)
    """The same, by register of the file and meter."""

    is_whole: bool = True
    """False: somebody stopped it half-way."""


def check_fit(found: Found, name: str, *, keep_good: bool) -> None:
    """Refuse a file that should not be brought as it is.

    Raises:
        RejectedFile: It has bad lines and the rest alone is not wanted, or feeds no meter.
    """
    if not found.format:
        raise RejectedFile(unrecognised(found, name))
    if found.bad_lines and not keep_good:
        hidden = found.bad_lines - len(found.problems)
        more = [f"… and {hidden} more bad lines"] if hidden > 0 else []
        why = () if found.series else found.remarks
        raise RejectedFile([*found.problems, *more, *why])
    if not found.series:
        raise RejectedFile([f"{name} holds no reading", *found.problems, *found.remarks])
    if not found.feeds:
        notes = dict.fromkeys(each.note for each in found.series if each.note)
        raise RejectedFile([f"{name}: {note}" for note in notes])


def is_void(found: Found) -> bool:
    """Tell whether a file is whole and tells nothing: its point has no data yet."""
    return bool(found.format) and not found.series and not found.bad_lines


def bring(
    path: Path,
    examined: Examined,
    keeper: Keeper,
    progress: Progress | None = None,
    go_on: GoOn = lambda _: True,
) -> Brought:
    """Keep what an examined file holds for its meters.

    Raises:
        RejectedFile: It can no longer be read.
        StorageUnavailable: A store does not answer; bringing it again is harmless.
    """
    brought = Brought()
    heard = Heard()
    examined.plan.look_again(keeper.readings)
    with closing(pieces(path, examined.how, heard, progress)) as read:
        for piece in read:
            for batch in _batches(piece, examined, brought):
                before = keeper.kept
                keeper.keep(batch)
                brought.by_meter[batch[0].meter_id] += keeper.kept - before
                if not go_on(keeper.kept):
                    brought.is_whole = False
                    return brought
    return brought


def _batches(piece: Piece, examined: Examined, brought: Brought) -> Iterator[Sequence[Reading]]:
    """Yield the readings that one run of values makes, each batch of one meter."""
    made = examined.plan
    key = key_of(piece.series)
    for feed in made.feeds.get(key, ()):
        beside = made.beside[feed.meter.id]
        written = made.written(feed.meter.id)
        kept, left_out = beside.clear(piece.series, feed.register, written)
        brought.left_out.update(left_out)
        brought.left_out_by[key, feed.meter.id] += int(np.count_nonzero(~kept))
        if not np.any(kept):
            continue
        readings = readings_of(
            piece.series,
            kept,
            meter_id=feed.meter.id,
            register=feed.register,
            scale=feed.scale,
            source=f"file:{piece.format}",
        )
        while batch := list(islice(readings, _BATCH)):
            yield batch


def unrecognised(found: Found, name: str) -> list[str]:
    """Return what to say of a file that no format knows, and what to type where that helps."""
    lines = [f"{name} is of no format that is known"]
    if found.headers:
        columns = ", ".join(repr(header[:40]) for header in found.headers[:12])
        lines.append(
            f"if it is a table of yours, say what its columns mean ({columns}): --time-column, "
            "--value-column, --unit and --accumulation"
        )
    else:
        lines.append(
            "Zaindu reads files of Enedis, GRDF, Green Button and éCO2mix, and tables with a row "
            "of headings, as CSV or XLSX: docs/files.md lists them"
        )
    return lines
