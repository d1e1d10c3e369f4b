"""ChirpStack v4: `up` events of the MQTT integration, with a decoded `object`.

The device is its DevEUI. `time` is when the first gateway heard it; a time
inside the decoded object, where the device sends one, is the measurement's.
"""

import re
from functools import partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import Gathering
from ingest.decoders.json_body import parse_object
from ingest.decoders.lorawan_fields import gather_fields, measured_at

NAME = "chirpstack"

_TOPIC = re.compile(r"(?:.+/)?application/[^/]+/device/([^/]+)/(event|state|command)/(\w+)")


def claim(topic: str) -> Reader | None:
    """Return the reader of `application/<id>/device/<DevEUI>/event/up`."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        return None
    is_uplink = found[2] == "event" and found[3] == "up"
    return partial(read, found[1]) if is_uplink else silent(NAME)


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a document with ChirpStack's `deviceInfo`."""
    if type(body) is not dict or type(body.get("deviceInfo")) is not dict:
        return None
    return partial(read, topic) if "fPort" in body or "object" in body else silent(NAME)


def read(device: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of one uplink.

    Raises:
        RejectedMessage: It is no uplink, nobody decoded it, or no field is understood.
    """
    body = parse_object(payload)
    info = body.get("deviceInfo")
    eui = info.get("devEui") if type(info) is dict else None
    decoded = body.get("object")
    if type(decoded) is not dict:
        if not body.get("data"):
            return Decoded(NAME)  # a frame of the network's own, with nothing inside
        raise RejectedMessage(
            "the uplink has no decoded object; give its device profile a codec", code="not_decoded"
        )
    time = measured_at(decoded, zone) or instants.from_any(body.get("time"), zone, "time")
    found = Gathering(eui if type(eui) is str and eui else device, time)
    gather_fields(found, decoded, "object")
    if not found.readings and not found.complaints:
        names = ", ".join(sorted(decoded)[:12]) or "nothing"
        raise RejectedMessage(
            f"no field of object is known ({names}); a [[mappings]] table can name them",
            code="unknown_fields",
        )
    return found.decoded(NAME)


FAMILY = Family(NAME, claim, recognise)
