"""One label of a Linky a topic: `WTeleInfo/041876543210/HCHC`, `edf/teleinfo/PAPP`.

Many small bridges publish each label by itself. `BASE` and `EAST` are words of
other things too, so a label is believed where a level above it says whose it
is: by naming the teleinformation or the Linky, or by the meter's own address.
"""

import re
from functools import partial
from zoneinfo import ZoneInfo

from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Reader, silent
from ingest.decoders.gathering import Gathering
from ingest.decoders.tic_labels import TIC_LABELS, TIC_REGISTERS

_ABOVE = re.compile(
    r"t[eé]l[eé]info|linky|(?:^|[^a-z])(?:tic|edf|enedis)(?:[^a-z]|$)|(?<!\d)\d{12}(?!\d)"
)
_LONGEST_DATA = 64


def reader_of_label(family: str, topic: str) -> Reader | None:
    """Return the reader of a Linky's label, silent for those that measure nothing."""
    device, _, last = topic.rpartition("/")
    label = last.upper()
    if label not in TIC_LABELS or not _ABOVE.search(device.lower()):
        return None
    if label not in TIC_REGISTERS:
        return silent(family)
    return partial(_read_label, family, device, label)


def _read_label(family: str, device: str, label: str, payload: bytes, _zone: ZoneInfo) -> Decoded:
    if not payload:
        return Decoded(family)  # a kept message is cleared
    found = Gathering(device, None)
    data = payload[:_LONGEST_DATA].decode("ascii", "replace").strip().strip('"')
    found.add_text(TIC_REGISTERS[label], label, data, "")
    return found.decoded(family)
