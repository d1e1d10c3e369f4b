"""wmbusmeters: what it decoded of one wireless (or wired) M-Bus telegram.

Every field ends in its unit. Beside the indexes of now a telegram tells old
ones (`target_m3` of a billing date, `consumption_at_history_3_m3`), maxima and
means: those are no registers, so only the names listed here are.
`timestamp` is when the telegram was heard, in UTC; the meter's own clock is
sent without an offset. The device is the meter's id: the name beside it is
whatever somebody typed in a file, and no more than its label. What a field
means is in `wmbus_fields`.
"""

from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Family, Reader
from ingest.decoders.gathering import Gathering, Kind
from ingest.decoders.json_body import JsonObject, kind_of, parse_object
from ingest.decoders.lorawan_fields import PULSES
from ingest.decoders.wmbus_fields import PULSES_OF, kinds_of

NAME = "wmbusmeters"

_PREFIX = "wmbusmeters/"
_IS_OURS = frozenset(("media", "meter", "id", "timestamp"))
_MOST_REMEMBERED_BYTES = 4096

_remembered_kinds = lru_cache(maxsize=1024)(kinds_of)
"""A meter sends the same fields for years: what they mean is found once."""


def claim(topic: str) -> Reader | None:
    """Return the reader of `wmbusmeters/<anything>`."""
    return partial(read, topic.removeprefix(_PREFIX)) if topic.startswith(_PREFIX) else None


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a decoded telegram."""
    if type(body) is not dict:
        return None
    is_ours = (body.get("_") == "telegram" and "id" in body) or body.keys() >= _IS_OURS
    return partial(read, topic) if is_ours else None


def read(topic: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of one telegram.

    Raises:
        RejectedMessage: It is no telegram, wmbusmeters could not decrypt it, or
            none of its numbers is one.
    """
    if not payload:
        return Decoded(NAME)  # a kept message is cleared
    body = parse_object(payload)
    if "error" in body and "telegram" in body:
        raise RejectedMessage(
            f"wmbusmeters could not read the telegram: {str(body['error'])[:80]}",
            code="not_decoded",
        )
    time = instants.from_any(body.get("timestamp"), zone, "timestamp")
    found = Gathering(_device(body, topic), time)
    found.call(body.get("name"))
    for name, kind in _kinds(body, payload):
        # null: the telegram has the field and no value for it
        if (value := body[name]) is not None:
            found.add(kind, name, value, name)
    for name in PULSES_OF.get(str(body.get("meter")), ()):
        if body.get(name) is not None:
            found.complain(name, PULSES)
    return found.decoded(NAME)


def _kinds(body: JsonObject, payload: bytes) -> tuple[tuple[str, Kind], ...]:
    is_usual = len(payload) <= _MOST_REMEMBERED_BYTES
    driver = body.get("meter")
    known = driver if type(driver) is str else ""
    return (_remembered_kinds if is_usual else kinds_of)(known, tuple(body))


def _device(body: JsonObject, topic: str) -> str:
    device = body.get("id", topic)
    if type(device) is str:
        return device
    raise RejectedMessage(f"id is {kind_of(device)}, not a text", code="no_device")


FAMILY = Family(NAME, claim, recognise)
