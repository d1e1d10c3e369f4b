"""On which topics devices announce themselves once, for the broker to retain.

The standard lets no broker hand what it retained to a shared subscription. One
of the workers that share therefore subscribes to these beside it, alone; the
announcements it keeps are known to all of them.
"""

from collections.abc import Iterable, Iterator
from itertools import product

from ingest.decoders import homeassistant, homie

_RETAINED = (*homie.RETAINED, *homeassistant.RETAINED)


def announced_among(topics: Iterable[str]) -> Iterator[str]:
    """Yield the filters of what is announced on the topics that are listened to anyway.

    Args:
        topics: Topic filters of the configuration.
    """
    pairs = product(topics, _RETAINED)
    both = (_both(topic.split("/"), retained.split("/")) for topic, retained in pairs)
    yield from sorted({found for found in both if found is not None})


def _both(one: list[str], other: list[str]) -> str | None:
    """Return the filter of the topics that match both filters, or None when none does.

    Only the first may end in `#`, which stands for what follows and for nothing at all.
    """
    levels: list[str] = []
    for place, level in enumerate(other):
        mine = one[place] if place < len(one) else ""
        if mine == "#":
            return "/".join(levels + other[place:])
        if place >= len(one) or not (mine == level or "+" in (mine, level)):
            return None
        levels.append(level if mine == "+" else mine)
    return "/".join(levels) if one[len(other) :] in ([], ["#"]) else None
