"""Sparkplug B: nodes and their devices, whose births name what their data number.

Topics `spBv1.0/<group>/<type>/<node>[/<device>]`. The device is group, node and
device with slashes between, the register the metric's name. Times are the
metric's own. A birth also carries values; a death carries none, and forgets
nothing. Data that nobody's birth explains asks the node for a new one.
"""

from functools import partial
from zoneinfo import ZoneInfo

from domain.announcements import Announcement
from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded, NotYetReadable, Wish
from ingest.decoders.family import Recall, RecallingFamily, RecallingReader, silent_recalling
from ingest.decoders.gathering import Gathering, last_of_each
from ingest.decoders.sparkplug_births import (
    Birth,
    birth_of,
    known_by_itself,
    named,
    remembered,
    unit_of,
    without_unit,
)
from ingest.decoders.sparkplug_payload import Metric, Payload, number, parse, rebirth_command

NAME = "sparkplug"

_NAMESPACE = "spBv1.0"
_BIRTHS = {"NBIRTH": 4, "DBIRTH": 5}
_DATA = {"NDATA": 4, "DDATA": 5}
_QUIET = ("NDEATH", "DDEATH", "NCMD", "DCMD")
_LONGEST_WAIT_MS = 7 * 86_400_000
_NOT_GOOD = {0: "bad", 500: "stale"}


def claim(topic: str) -> RecallingReader | None:
    """Return the reader of a birth or of data; deaths, commands and host states are silent."""
    levels = topic.split("/")
    if levels[0] != _NAMESPACE or len(levels) < 3:
        return None
    kind = levels[2]
    if kind in _QUIET or levels[1] == "STATE":
        return silent_recalling(NAME)
    device = "/".join((levels[1], *levels[3:]))
    command = "/".join((_NAMESPACE, levels[1], "NCMD", *levels[3:4]))
    if len(levels) == _BIRTHS.get(kind):
        return partial(read_birth, device)
    return partial(read_data, device, command) if len(levels) == _DATA.get(kind) else None


def read_birth(device: str, recall: Recall, payload: bytes, _zone: ZoneInfo) -> Decoded:
    """Return the values of a birth, and what it says of them.

    Raises:
        RejectedMessage: It is no Sparkplug message.
    """
    birth = parse(payload)
    body = remembered(birth)
    found = Gathering(device, None)
    _gather(found, birth, birth_of(body))
    for name in without_unit(birth):
        found.complain(name, "has no unit among its properties (engUnit)")
    known = recall(NAME, device)
    # Whatever its numbers are worth, the names it gives are: nothing is raised from here on.
    return Decoded(
        NAME,
        last_of_each(found.readings),
        tuple(found.complaints),
        (Announcement(NAME, device, body),) if known is None or _is_news(birth, known) else (),
    )


def _is_news(birth: Payload, known: bytes) -> bool:
    """Tell a birth from one that waited in a spool while its node was born again.

    One that is much older is of a node whose clock was wrong, now or then.
    """
    age_ms = birth_of(known).at_ms - (birth.at_ms or 0)
    return not 0 < age_ms < _LONGEST_WAIT_MS


def read_data(
    device: str, command: str, recall: Recall, payload: bytes, _zone: ZoneInfo
) -> Decoded:
    """Return the values of a node's or a device's data.

    Raises:
        RejectedMessage: It is no Sparkplug message, or none of its numbers is one.
        NotYetReadable: No birth explains it.
    """
    data = parse(payload)
    wishes = (Wish(command, rebirth_command(data.at_ms)),)
    body = recall(NAME, device)
    if body is None:
        raise NotYetReadable(
            f"no birth of {device!r} was seen; one was asked for",
            code="needs_birth",
            wishes=wishes,
        )
    found = Gathering(device, None)
    unnamed = _gather(found, data, birth_of(body))
    if unnamed and not found.readings:
        raise NotYetReadable("; ".join(found.complaints[:5]), code="needs_birth", wishes=wishes)
    decoded = found.decoded(NAME)
    return Decoded(
        NAME,
        last_of_each(decoded.readings),
        decoded.complaints,
        wishes=wishes if unnamed else (),
    )


def _gather(found: Gathering, payload: Payload, birth: Birth) -> bool:
    """Gather the numbers; tell whether some had an alias that the birth does not name."""
    has_unnamed = False
    for name, metric in named(payload.metrics, birth.by_alias):
        if name:
            _gather_metric(found, name, metric, birth, payload.at_ms)
        elif metric.alias is not None and metric.alias not in birth.quiet:
            has_unnamed = True
            found.complain(f"alias {metric.alias}", "is named by no birth; one was asked for")
    return has_unnamed


def _gather_metric(
    found: Gathering, name: str, metric: Metric, birth: Birth, sent_at_ms: int | None
) -> None:
    known = birth.by_name.get(name) or known_by_itself(name, metric)
    kind = known.kind(unit_of(metric))
    if kind is None or metric.is_null or metric.is_transient:
        return
    if metric.quality in _NOT_GOOD:
        found.complain(name, f"is marked {_NOT_GOOD[metric.quality]} by its node")
        return
    at_ms = sent_at_ms if metric.at_ms is None else metric.at_ms
    try:
        found.time = None if at_ms is None else instants.from_seconds(at_ms / 1000)
    except RejectedMessage as rejection:
        found.complain(name, f"is dated wrongly: {rejection.reason}")
        return
    datatype = known.datatype if metric.datatype is None else metric.datatype
    found.add(kind, name, number(metric, datatype), name)


FAMILY = RecallingFamily(NAME, claim)
