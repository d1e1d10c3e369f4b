"""teleinfo2mqtt: the Linky's labels, one frame a message, on `teleinfo/<meter>`.

Each label is `{"raw": …, "value": …}`, with `timestamp` where the meter sent
one. `raw` is used: `value` is a guess at a number that loses leading zeros.
`timestamp.date` holds the meter's local clock dressed as UTC (the bridge calls
`Date.UTC` on local digits) with `dst` beside it: it is undressed here. The
frame's `DATE` is the time of its readings; historique frames have none. Other
bridges send the labels as they are, in one document on a topic of their own.
"""

import re
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants, tic_documents
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import Gathering
from ingest.decoders.json_body import JsonObject, parse_object
from ingest.decoders.tic_labels import TIC_DEVICE_LABELS, TIC_LOAD_CURVE, TIC_REGISTERS

NAME = "teleinfo2mqtt"

_TOPIC = re.compile(r"teleinfo/(\d{12}|status|tempo)", re.ASCII)
"""Others put Tasmota's messages, or one label a topic, below the same word."""


def claim(topic: str) -> Reader | None:
    """Return the reader of `teleinfo/<ADCO or ADSC>`."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        return None
    return silent(NAME) if found[1] in ("status", "tempo") else partial(read, found[1])


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a document whose labels hold `raw`, or are nothing but labels."""
    if type(body) is not dict:
        return None
    is_ours = any(
        type(body.get(label)) is dict and "raw" in body[label] for label in TIC_DEVICE_LABELS
    )
    if is_ours:
        return partial(read, topic.rpartition("/")[2])
    return partial(read_labels, topic) if tic_documents.is_frame(body) else None


def read(meter: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of one frame.

    Raises:
        RejectedMessage: It is no frame, or none of its numbers is one.
    """
    body = parse_object(payload)
    found = Gathering(_device(body) or meter, _stamp(body.get("DATE"), zone, "DATE"))
    for label, item in body.items():
        kind = TIC_REGISTERS.get(label)
        if kind is None:
            continue
        raw, path = _raw(label, item)
        if label in TIC_LOAD_CURVE:
            frame_time = found.time
            found.time = _stamp(item, zone, label) or frame_time
            found.add_text(kind, label, raw, path)
            found.time = frame_time
        else:
            found.add_text(kind, label, raw, path)
    return found.decoded(NAME)


def read_labels(topic: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of a frame whose labels hold nothing but their data.

    Raises:
        RejectedMessage: It is no frame, or none of its numbers is one.
    """
    body = parse_object(payload)
    found = Gathering(tic_documents.meter_of(body) or topic, tic_documents.taken_at(body, zone))
    tic_documents.gather_labels(found, body, "", zone)
    return found.decoded(NAME)


def _raw(label: str, item: object) -> tuple[object, str]:
    """Return a label's raw text, or the label itself where only a scalar is sent."""
    if type(item) is not dict:
        return item, label
    return (item["raw"], f"{label}.raw") if "raw" in item else (item.get("value"), f"{label}.value")


def _device(body: JsonObject) -> str:
    for label in TIC_DEVICE_LABELS:
        if label in body:
            raw, _ = _raw(label, body[label])
            if type(raw) is str and raw:
                return raw
    return ""


def _stamp(item: object, zone: ZoneInfo, label: str) -> datetime | None:
    """Return the instant of a label's own stamp, or None without one."""
    stamp = item.get("timestamp") if type(item) is dict else None
    if type(stamp) is not dict:
        return None
    try:
        wall = datetime.fromisoformat(str(stamp.get("date"))).replace(tzinfo=None)
    except ValueError as error:
        raise RejectedMessage(f"{label}.timestamp.date is not a date", code="bad_time") from error
    return instants.from_wall_clock(wall, zone, winter=stamp.get("dst") == "winter")


FAMILY = Family(NAME, claim, recognise)
