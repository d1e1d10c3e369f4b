"""Orange Live Objects: data messages from its router, its FIFOs and its devices.

A message holds `streamId`, `timestamp`, `model`, `value` and `metadata`; a
device that publishes on `dev/data` itself may write `s`, `ts`, `m` and `v`. The
device is `metadata.network.lora.devEUI`, else `metadata.source` (its URN), else
the stream. `value` is what the decoder chosen in Live Objects made of a LoRaWAN
frame; without one it holds nothing but the frame, in `payload`.
"""

import re
from functools import partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Family, Reader
from ingest.decoders.json_body import JsonObject, kind_of, parse_object
from ingest.decoders.lorawan_codecs import CodecOutput, read_codecs

NAME = "liveobjects"

_TOPIC = re.compile(r"(?:router/)?~event/v1/data/new(?:/.+)?")
_RAW_FRAME = "payload"


def claim(topic: str) -> Reader | None:
    """Return the reader of the router's `~event/v1/data/new/…`."""
    return partial(read, topic) if _TOPIC.fullmatch(topic) else None


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a data message on a FIFO's topic, or on a device's own."""
    if type(body) is not dict:
        return None
    is_long = type(body.get("streamId")) is str and "value" in body
    is_short = type(body.get("s")) is str and type(body.get("v")) is dict
    return partial(read, topic) if is_long or is_short else None


def read(topic: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of one data message.

    Raises:
        RejectedMessage: It is no data message, nobody decoded it, or no field is understood.
    """
    body = parse_object(payload)
    name = "v" if "v" in body and "value" not in body else "value"
    value = body.get(name)
    if type(value) is not dict:
        raise RejectedMessage(f"{name} is {kind_of(value)}, not an object", code="wrong_shape")
    if value.keys() <= {_RAW_FRAME}:
        if not value.get(_RAW_FRAME):
            return Decoded(NAME)  # a frame of the network's own, with nothing inside
        raise RejectedMessage(
            "value holds only the frame; choose a decoder for the device in Live Objects",
            code="not_decoded",
        )
    sent_at = instants.from_any(body.get("timestamp", body.get("ts")), zone, "timestamp")
    return read_codecs(NAME, _device(body) or topic, sent_at, (CodecOutput(value, name),), zone)


def _device(body: JsonObject) -> str:
    metadata = body.get("metadata")
    if type(metadata) is dict:
        network = metadata.get("network")
        lora = network.get("lora") if type(network) is dict else None
        eui = lora.get("devEUI") if type(lora) is dict else None
        if type(eui) is str and eui:
            return eui
        source = metadata.get("source")
        if type(source) is str and source:
            return source
    stream = body.get("streamId", body.get("s"))
    return stream if type(stream) is str else ""


FAMILY = Family(NAME, claim, recognise)
