"""Writing a batch of which some readings may be refused."""

from collections.abc import Sequence

from domain.errors import StorageRejected
from domain.readings import Reading
from storage.ports import ReadingStore


def write_or_split(store: ReadingStore, readings: Sequence[Reading]) -> dict[int, str]:
    """Write every reading that the store will take.

    A store names what it refuses and keeps the rest. Of one that does not, the
    batch is halved until what is refused stands alone: a poison line costs a
    few more writes, and nothing else.

    Returns:
        Position in `readings` → reason, for each one refused.

    Raises:
        StorageUnavailable: Try again later; some may have been kept.
    """
    refused: dict[int, str] = {}
    spans = [(0, len(readings))]
    while spans:
        start, end = spans.pop()
        try:
            store.write(readings[start:end])
        except StorageRejected as rejection:
            named = set(map(id, rejection.refused))
            if named or end - start == 1:
                refused |= {
                    place: str(rejection)
                    for place in range(start, end)
                    if not named or id(readings[place]) in named
                }
                continue
            middle = (start + end) // 2
            # The earlier half goes first, so that a later value of the same row wins.
            spans += [(middle, end), (start, middle)]
    return refused
