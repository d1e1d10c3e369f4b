"""A Linky's frame as a document: somebody made its labels the keys of JSON.

`{"ADSC": "041876543210", "EAST": "019290594", "CCASN": "H260120100000 00430"}`.
Who writes it keeps a label's stamp before its data or leaves it away, and
writes data as text or as numbers, which lose the leading zeros of an address.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.gathering import Gathering
from ingest.decoders.json_body import JsonObject
from ingest.decoders.tic_labels import TIC_DEVICE_LABELS, TIC_LABELS, TIC_REGISTERS

_ADDRESS_DIGITS = 12
_STAMPED = re.compile(r"([HEhe]\d{12})\s+(\d{1,9})", re.ASCII)
_LONGEST = 40
_FEWEST_LABELS = 3
"""So many keys are labels, one of them measured: no other document looks like that."""


def is_frame(body: JsonObject) -> bool:
    """Tell whether a document's keys are the labels of a Linky."""
    labels = body.keys() & TIC_LABELS
    if not labels:
        return False
    is_named = any(_address(body.get(label)) for label in TIC_DEVICE_LABELS if label in labels)
    return (is_named or len(labels) >= _FEWEST_LABELS) and not labels.isdisjoint(TIC_REGISTERS)


def meter_of(body: JsonObject) -> str:
    """Return the meter's own address, or an empty text."""
    return next((found for label in TIC_DEVICE_LABELS if (found := _address(body.get(label)))), "")


def _address(value: object) -> str:
    if type(value) is int and 0 < value < 10**_ADDRESS_DIGITS:
        return str(value).zfill(_ADDRESS_DIGITS)
    return value.strip() if type(value) is str else ""


def taken_at(body: JsonObject, zone: ZoneInfo) -> datetime | None:
    """Return the instant that DATE tells; None in historique mode.

    Raises:
        RejectedMessage: It is no date.
    """
    stamp = body.get("DATE")
    return instants.from_tic(stamp, zone) if type(stamp) is str and stamp else None


def gather_labels(found: Gathering, body: JsonObject, path: str, zone: ZoneInfo) -> None:
    """Pick every label that is a measurement, at its own stamp where it has one."""
    frame_time = found.time
    for label, value in body.items():
        kind = TIC_REGISTERS.get(label)
        if kind is None:
            continue
        found.time = frame_time
        stamped = _STAMPED.fullmatch(value[:_LONGEST]) if type(value) is str else None
        try:
            if stamped is not None:
                found.time, value = instants.from_tic(stamped[1], zone), stamped[2]
            found.add_text(kind, label, value, f"{path}{label}")
        except RejectedMessage as rejection:
            found.complain(f"{path}{label}", f"has a stamp that is no date: {rejection.reason}")
    found.time = frame_time
