"""The other main meters of a building whose past is brought: without theirs its total has none.

A building's total is the sum of its main meters of one commodity, and unknown for as long as
one of them is. Whoever brings the past of one alone would look for it on the pages in vain.
"""

from collections.abc import Iterator, Mapping

from domain.meters import Commodity, Meter
from domain.sites import Portfolio
from ingest.importers.beside import Beside
from ingest.importers.tallies import instant
from storage.ports import ReadingStore


def on_other_mains(
    fed: Mapping[Meter, int], portfolio: Portfolio, store: ReadingStore
) -> Iterator[str]:
    """Yield what to say of main meters that have no reading where a past begins.

    Args:
        fed: The meters that a file feeds, and when what it tells of each begins
            [µs since 1970 UTC].
        portfolio: Where their buildings' other meters are.
        store: What those hold.

    Raises:
        StorageUnavailable: The store does not answer.
    """
    for meter, begins_us in fed.items():
        if not meter.is_main or meter.commodity is Commodity.OUTDOOR_TEMPERATURE:
            continue
        for other in portfolio.mains_of(meter.building_id, meter.commodity):
            if other not in fed:
                yield from _on(other, begins_us, store)


def _on(other: Meter, begins_us: int, store: ReadingStore) -> Iterator[str]:
    since_us = Beside(other, store).since_us
    if since_us is None:
        yield (
            f"{other.id} is a main meter of {other.building_id} as well and has no reading: the "
            "building's total stays unknown until its past is brought too"
        )
    elif since_us > begins_us:
        yield (
            f"{other.id} is a main meter of {other.building_id} as well and begins on "
            f"{instant(since_us):%Y-%m-%d}: before, the building's total stays unknown until its "
            "past is brought too"
        )
