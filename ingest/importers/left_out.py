"""What of a file would not be kept beside what its meters hold, told before it is brought.

Only a second reading tells, for what the meters hold is looked at once it is known which
registers feed them. A meter that holds nothing of that kind is spared it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from domain.imports import Found, FoundSeries
from ingest.importers.examination import Examined
from ingest.importers.series import Progress
from ingest.importers.tallies import RegisterKey, key_of
from ingest.importers.whole_file import Heard, pieces


def with_left_out(path: Path, examined: Examined, progress: Progress | None = None) -> Found:
    """Return what was found, with how many values would be left out and why.

    Raises:
        RejectedFile: It can no longer be read.
        StorageUnavailable: The store of readings does not answer.
    """
    made, found = examined.plan, examined.found
    every = [feed for feeds in made.feeds.values() for feed in feeds]
    if not any(made.beside[feed.meter.id].holds_like(feed.register) for feed in every):
        return found
    counts: Counter[tuple[RegisterKey, str]] = Counter()
    reasons: Counter[str] = Counter()
    for piece in pieces(path, examined.how, Heard(), progress):
        key = key_of(piece.series)
        for feed in made.feeds.get(key, ()):
            beside, written = made.beside[feed.meter.id], made.written(feed.meter.id)
            kept, told = beside.clear(piece.series, feed.register, written)
            counts[key, feed.meter.id] += int(np.count_nonzero(~kept))
            reasons.update(told)
    return told_left_out(found, counts, reasons)


def told_left_out(
    found: Found, counts: Mapping[tuple[RegisterKey, str], int], reasons: Mapping[str, int]
) -> Found:
    """Return what was found, with the values left out.

    Args:
        found: What a file holds.
        counts: How many, by register and meter.
        reasons: How many, by why.
    """
    return replace(
        found,
        series=tuple(_counted(series, counts) for series in found.series),
        remarks=(*found.remarks, *left_out_lines(reasons)),
    )


def left_out_lines(reasons: Mapping[str, int]) -> Iterator[str]:
    """Yield in words how many values are left out, by reason."""
    for reason, count in reasons.items():
        yield f"{count} values are left out: {reason}"


def _counted(series: FoundSeries, counts: Mapping[tuple[RegisterKey, str], int]) -> FoundSeries:
    key = RegisterKey(series.point, series.register, series.quantity, series.accumulation)
    left_out = tuple(counts.get((key, meter), 0) for meter in series.meter_ids)
    return replace(series, left_out=left_out if any(left_out) else ())
