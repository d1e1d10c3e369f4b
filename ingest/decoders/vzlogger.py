"""vzlogger (Volkszähler): one channel a topic, a number or `{"timestamp", "value"}`.

Under `<base>/<channel>/raw` and `agg`; `id` and `uuid` tell once which OBIS
code the channel is. Not even that code tells the unit: vzlogger gives what the
meter sends, Wh and W over SML, kWh and kW over D0. So a channel is read where
its name has the unit (`"mqtt_topic": "halle/energy_wh"`), and is refused with
the cure where it has not.
"""

import re
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import Gathering, Kind
from ingest.decoders.json_body import parse_object
from ingest.decoders.lorawan_fields import kind_by_unit_in_name
from ingest.decoders.plain_number import read_number

NAME = "vzlogger"

_TOPIC = re.compile(r"vzlogger/(?:data/)?(.+)/(raw|agg|id|uuid)")
_VALUES = ("raw", "agg")
_SHAPE = frozenset(("timestamp", "value"))
_LONGEST_CHANNEL = 200


def claim(topic: str) -> Reader | None:
    """Return the reader of `vzlogger/data/<channel>/raw` and `agg`."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        return None
    return _reader(found[1]) if found[2] in _VALUES else silent(NAME)


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a stamped value on a channel of a base of the site's own."""
    channel, _, last = topic.rpartition("/")
    is_ours = type(body) is dict and body.keys() == _SHAPE and last in _VALUES
    return _remembered_reader(channel) if is_ours and len(channel) <= _LONGEST_CHANNEL else None


def _reader(channel: str) -> Reader:
    device, _, register = channel.rpartition("/")
    kind = kind_by_unit_in_name(register)
    if kind is None:
        return partial(_refuse, channel)
    return partial(_read, device or channel, register, kind)


_remembered_reader = lru_cache(maxsize=4096)(_reader)
"""For a base of the site's own; the claimed topics are remembered already."""


def _read(device: str, register: str, kind: Kind, payload: bytes, zone: ZoneInfo) -> Decoded:
    if payload[:1] != b"{":
        return read_number(NAME, device, register, kind, payload, zone)
    body = parse_object(payload)
    found = Gathering(device, instants.from_any(body.get("timestamp"), zone, "timestamp"))
    found.add(kind, register, body.get("value"), "value")
    return found.decoded(NAME)


def _refuse(channel: str, payload: bytes, _zone: ZoneInfo) -> Decoded:
    if not payload:
        return Decoded(NAME)
    path = "value" if payload[:1] == b"{" else ""
    raise RejectedMessage(
        f"nothing says the unit of {channel[:60]}; give its channel an mqtt_topic that ends in "
        f'energy_wh, power_w or the like, or map it with path = "{path}"',
        code="no_unit",
    )


FAMILY = Family(NAME, claim, recognise)
