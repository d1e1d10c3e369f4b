"""The Things Stack v3: `up` messages with `decoded_payload` or `normalized_payload`.

The device is its device id. The time is the network server's
(`uplink_message.received_at`), the nearest to the measurement that is always
there and rightly set; a gateway's own clock (`settings.time`) often is not. A
time inside the decoded payload, where the device sends one, comes first.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import Kind, temperature, volume
from ingest.decoders.json_body import JsonObject, kind_of, parse_object
from ingest.decoders.lorawan_codecs import CodecOutput, read_codecs

NAME = "ttn"

_NORMALIZED: Mapping[str, Kind] = {
    "metering.water.total": volume("L", Role.TOTAL),
    "water.temperature.current": temperature(),
}
"""What the stack's schema of normalized payloads gives a unit that no name says."""

_TOPIC = re.compile(r"v3/[^/]+/devices/([^/]+)/(.+)")


def claim(topic: str) -> Reader | None:
    """Return the reader of `v3/<application>@<tenant>/devices/<device id>/up`."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        return None
    return partial(read, found[1]) if found[2] == "up" else silent(NAME)


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a document with the stack's `end_device_ids`."""
    if type(body) is not dict or type(body.get("end_device_ids")) is not dict:
        return None
    return partial(read, topic) if "uplink_message" in body else silent(NAME)


def read(device: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of one uplink.

    Raises:
        RejectedMessage: It is no uplink, nobody decoded it, or no field is understood.
    """
    body = parse_object(payload)
    uplink = body.get("uplink_message")
    if type(uplink) is not dict:
        raise RejectedMessage(
            f"uplink_message is {kind_of(uplink)}, not an object", code="wrong_shape"
        )
    outputs = tuple(_outputs(uplink))
    if not outputs:
        if not uplink.get("frm_payload"):
            return Decoded(NAME)  # a frame of the network's own, with nothing inside
        raise RejectedMessage(
            "the uplink has no decoded_payload; give the device a payload formatter",
            code="not_decoded",
        )
    received_at = _received_at(body, uplink, zone)
    return read_codecs(NAME, _device_id(body) or device, received_at, outputs, zone)


def _outputs(uplink: JsonObject) -> Iterator[CodecOutput]:
    decoded = uplink.get("decoded_payload")
    if type(decoded) is dict and decoded:
        yield CodecOutput(decoded, "uplink_message.decoded_payload")
    normalized = uplink.get("normalized_payload")
    if type(normalized) is dict:
        yield CodecOutput(normalized, "uplink_message.normalized_payload", _NORMALIZED)
    elif type(normalized) is list:
        for index, item in enumerate(normalized):
            if type(item) is dict:
                yield CodecOutput(item, f"uplink_message.normalized_payload[{index}]", _NORMALIZED)


def _received_at(body: JsonObject, uplink: JsonObject, zone: ZoneInfo) -> datetime | None:
    stamp = uplink.get("received_at") or body.get("received_at")
    return instants.from_any(stamp, zone, "received_at")


def _device_id(body: JsonObject) -> str:
    ids = body.get("end_device_ids")
    name = ids.get("device_id") if type(ids) is dict else None
    return name if type(name) is str else ""


FAMILY = Family(NAME, claim, recognise)
