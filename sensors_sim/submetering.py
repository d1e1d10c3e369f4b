"""Which part of each end use passes through each meter of a tree of sub-meters."""

from collections.abc import Iterable, Mapping

from domain.meters import EndUse, Meter

Shares = Mapping[EndUse, float]
"""Part of the building's total of each end use that a meter sees [0..1]."""

_SEEN_BY_SUBMETERS = 0.9
"""Sub-meters never see quite everything, so that together they stay under their parent."""

_END_USES = tuple(use for use in EndUse if use is not EndUse.ALL)


def shares_of(
    meters: Iterable[Meter], people_of_zone: Mapping[str, int | None]
) -> dict[str, Shares]:
    """Share out one commodity of one building among its meters.

    Mains share everything evenly. Sub-meters of an end use share that end use of
    their parent, and those of everything share all of it, by the people of their
    zones where all are known.

    Args:
        meters: The meters of one commodity of one building.
        people_of_zone: Declared head count of each zone.

    Returns:
        The shares of each meter, by its id. What the sub-meters of a meter see
        never adds up to more than the meter itself.
    """
    children: dict[str | None, list[Meter]] = {}
    known = {meter.id: meter for meter in meters}
    for meter in known.values():
        parent = meter.parent_id if meter.parent_id in known else None
        children.setdefault(parent, []).append(meter)
    mains = children.get(None, [])
    result: dict[str, Shares] = {
        main.id: dict.fromkeys(_END_USES, 1.0 / len(mains)) for main in mains
    }
    waiting = list(mains)
    while waiting:
        parent_meter = waiting.pop()
        below = children.get(parent_meter.id, [])
        result.update(_divide(result[parent_meter.id], below, people_of_zone))
        waiting.extend(below)
    return result


def _divide(
    parent: Shares, below: list[Meter], people_of_zone: Mapping[str, int | None]
) -> dict[str, Shares]:
    # Where both kinds hang under one parent, each kind may have half.
    kinds = {meter.end_use is EndUse.ALL for meter in below}
    available = _SEEN_BY_SUBMETERS / max(1, len(kinds))
    result: dict[str, Shares] = {}
    for meter in below:
        alike = [other for other in below if other.end_use is meter.end_use]
        part = available * _weight(meter, alike, people_of_zone)
        uses = _END_USES if meter.end_use is EndUse.ALL else (meter.end_use,)
        result[meter.id] = {use: parent.get(use, 0.0) * part for use in uses}
    return result


def _weight(meter: Meter, alike: list[Meter], people_of_zone: Mapping[str, int | None]) -> float:
    people = [people_of_zone.get(other.zone_id or "") or 0 for other in alike]
    if all(people):
        return people[alike.index(meter)] / sum(people)
    return 1.0 / len(alike)
