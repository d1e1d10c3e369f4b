"""A bare number as the whole payload, on a topic of the site's own.

Nothing but the topic says what it is. Where its last level names the unit
(`chaufferie/energy_kwh`, `cour/temperature_c`) the number is read: the device
is the topic above, the register the last level. So is a label of a Linky, see
`plain_labels`. Otherwise it is refused with the mapping that would read it, for
a factor of a thousand is quickly guessed.
"""

from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Family, Reader
from ingest.decoders.gathering import number_from_text
from ingest.decoders.json_body import parse_json
from ingest.decoders.lorawan_fields import kind_by_unit_in_name
from ingest.decoders.plain_labels import reader_of_label
from ingest.decoders.plain_number import plain_number, read_number

NAME = "plain"

_LONGEST_TOPIC = 256
_LONGEST_WORD = 24


def claim(_topic: str) -> Reader | None:
    """Claim nothing: a JSON document on such a topic is whoever's shape it has."""
    return None


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a JSON number, or a JSON text that spells one."""
    is_number = type(body) is float or type(body) is int
    if is_number or (type(body) is str and number_from_text(body) is not None):
        return _reader(topic) if len(topic) <= _LONGEST_TOPIC else _refuse
    return _label_reader(topic) if type(body) is str else None


def recognise_bytes(topic: str, payload: bytes) -> Reader | None:
    """Return a reader for a number that JSON does not take: `007.5`, `+3`.

    On a topic that names its unit also for `nan` or `unavailable`, so that the
    refusal says what was due.
    """
    if label := _label_reader(topic):
        return label
    reader = _reader(topic) if len(topic) <= _LONGEST_TOPIC else _refuse
    is_due = reader is not _refuse and len(payload) <= _LONGEST_WORD
    return reader if is_due or plain_number(payload) is not None else None


@lru_cache(maxsize=8192)
def _reader(topic: str) -> Reader:
    if label := _label_reader(topic):
        return label
    device, _, register = topic.rpartition("/")
    kind = kind_by_unit_in_name(register)
    if kind is None or not device:
        return _refuse
    return partial(_read, partial(read_number, NAME, device, register, kind))


@lru_cache(maxsize=8192)
def _label_reader(topic: str) -> Reader | None:
    return reader_of_label(NAME, topic) if len(topic) <= _LONGEST_TOPIC else None


def _read(reader: Reader, payload: bytes, zone: ZoneInfo) -> Decoded:
    if payload.lstrip()[:1] == b'"':
        payload = str(parse_json(payload)).encode()
    return reader(payload, zone)


def _refuse(_payload: bytes, _zone: ZoneInfo) -> Decoded:
    raise RejectedMessage(
        "it is a plain number, and nothing says what it counts; "
        'a [[mappings]] table with path = "" can, or a topic that ends in energy_kwh or the like',
        code="plain_number",
    )


FAMILY = Family(NAME, claim, recognise, recognise_bytes)
