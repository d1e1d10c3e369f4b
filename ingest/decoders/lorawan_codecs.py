"""What a device's codec made of its frame, whichever network server carried it.

Makers whose codecs have a structure of their own come first; everybody else's
fields are told by their names.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import (
    adeunis_frames,
    instants,
    milesight_fields,
    watteco_reports,
    watteco_samples,
)
from ingest.decoders.decoded import Decoded
from ingest.decoders.gathering import Gathering, Kind
from ingest.decoders.json_body import JsonObject
from ingest.decoders.lorawan_fields import gather_fields, measured_at
from ingest.decoders.lorawan_quiet import tells_of_other_things

_NAMES_SHOWN = 12
_LONGEST_SHOWN = 40


_NONE_KNOWN: Mapping[str, Kind] = {}


class CodecOutput(NamedTuple):
    """What a codec made of a frame, or a part of it."""

    fields: JsonObject

    path: str
    """Where it stands in the message."""

    known: Mapping[str, Kind] = _NONE_KNOWN
    """Fields whose meaning the network's own schema gives."""


def read_codecs(
    family: str,
    device: str,
    heard_at: datetime | None,
    outputs: Sequence[CodecOutput],
    zone: ZoneInfo,
    *,
    name: object = None,
) -> Decoded:
    """Return the readings of one uplink.

    Args:
        family: Who carried it.
        device: The device it comes from.
        heard_at: When the network heard it; a time from the device comes first.
        outputs: What was decoded.
        zone: Where times without offset are local.
        name: What the network server was told that the device is called.

    Raises:
        RejectedMessage: No field is understood, or none of the numbers is one.
    """
    found = Gathering(device, heard_at)
    found.call(name)
    is_understood = False
    for output in outputs:
        found.time = heard_at
        is_understood = _gather(found, output, zone) or is_understood
    if not (is_understood or found.readings or found.complaints):
        fields = sorted({name[:_LONGEST_SHOWN] for output in outputs for name in output.fields})
        names = ", ".join(fields[:_NAMES_SHOWN]) or "there is none"
        raise RejectedMessage(
            f"no decoded field is known ({names}); a [[mappings]] table can name them",
            code="unknown_fields",
        )
    return found.decoded(family)


def _gather(found: Gathering, output: CodecOutput, zone: ZoneInfo) -> bool:
    """Pick the numbers; return whether a maker's codec is known by its structure."""
    fields, path, known = output
    if watteco_samples.gather(found, fields, path, zone):
        return True
    if watteco_reports.gather(found, fields, path):
        return True
    if adeunis_frames.gather(found, fields, path, zone):
        return True
    heard_at = found.time
    found.time = measured_at(fields, zone) or heard_at
    gather_fields(found, fields, path, {**known, **milesight_fields.kinds_of(fields)})
    for record, place, seconds in milesight_fields.history_of(fields):
        found.time = instants.from_seconds(seconds)
        gather_fields(found, record, f"{path}.{place}", milesight_fields.kinds_of(record))
    return not found.readings and tells_of_other_things(fields)
