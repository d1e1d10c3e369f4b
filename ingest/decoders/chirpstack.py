"""ChirpStack: `up` events of the MQTT integration, with a decoded `object`.

The device is its DevEUI. In v4 `time` is when the first gateway heard it; a
time inside the decoded object, where the device sends one, is the
measurement's. What v3 words otherwise is in `chirpstack_v3`: the topic is the
same, so the shape tells which of the two a message is.
"""

import re
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import chirpstack_v3, instants
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.json_body import JsonObject, parse_object
from ingest.decoders.lorawan_codecs import CodecOutput, read_codecs

NAME = "chirpstack"

_TOPIC = re.compile(
    r"(?:.+/)?application/[^/]+/device/([^/]+)"
    r"/(?:(?P<kind>event|state|command)/(?P<name>\w+)|(?P<old>rx|join|status|ack|error|location))"
)
"""The last level alone is how v3 named its topics before 3.11."""

_GATEWAY = re.compile(
    r"(?:[^/]+/)?gateway/[0-9a-fA-F]{16}/(?:event|state|command|stats|rx|tx|ack)\b.*"
)
"""Radio frames before anybody decrypted them, which the server makes uplinks of."""


def claim(topic: str) -> Reader | None:
    """Return the reader of `application/<id>/device/<DevEUI>/event/up`."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        return silent(NAME) if _GATEWAY.fullmatch(topic) else None
    is_uplink = (found["kind"], found["name"]) == ("event", "up") or found["old"] == "rx"
    return partial(read, found[1]) if is_uplink else silent(NAME)


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a document with ChirpStack's `deviceInfo` or v3's `devEUI`."""
    if type(body) is not dict:
        return None
    is_v4 = type(body.get("deviceInfo")) is dict
    if not is_v4 and not (chirpstack_v3.is_uplink(body) and "applicationID" in body):
        return None
    is_uplink = "fPort" in body or "object" in body or "objectJSON" in body
    return partial(read, topic) if is_uplink else silent(NAME)


def read(device: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of one uplink.

    Raises:
        RejectedMessage: It is no uplink, nobody decoded it, or no field is understood.
    """
    body = parse_object(payload)
    if chirpstack_v3.is_uplink(body):
        decoded = chirpstack_v3.decoded_of(body)
        eui, name = chirpstack_v3.device_of(body), body.get("deviceName")
    else:
        decoded = _decoded_of(body)
        eui, name = _device_of(body)
    if decoded is None:
        if not body.get("data"):
            return Decoded(NAME)  # a frame of the network's own, with nothing inside
        raise RejectedMessage(
            "the uplink has no decoded object; give its device profile a codec", code="not_decoded"
        )
    heard_at = _heard_at(body, zone)
    return read_codecs(NAME, eui or device, heard_at, (decoded,), zone, name=name)


def _device_of(body: JsonObject) -> tuple[str | None, object]:
    """Return the DevEUI and the name that somebody gave the device."""
    info = body.get("deviceInfo")
    if type(info) is not dict:
        return None, None
    eui = info.get("devEui")
    return eui if type(eui) is str else None, info.get("deviceName")


def _decoded_of(body: JsonObject) -> CodecOutput | None:
    decoded = body.get("object")
    return CodecOutput(decoded, "object") if type(decoded) is dict else None


def _heard_at(body: JsonObject, zone: ZoneInfo) -> datetime | None:
    if chirpstack_v3.is_uplink(body):
        return chirpstack_v3.heard_at(body, zone)
    return instants.from_any(body.get("time"), zone, "time")


FAMILY = Family(NAME, claim, recognise)
