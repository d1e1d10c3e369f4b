"""One plain number a message: the topic says what it is, the payload how much."""

from zoneinfo import ZoneInfo

from ingest.decoders.decoded import Decoded
from ingest.decoders.gathering import Gathering, Kind, number_from_text

_LONGEST_NUMBER = 64
_SHOWN = 40


def plain_number(payload: bytes) -> float | None:
    """Return the number that the whole payload spells, or None."""
    if len(payload) > _LONGEST_NUMBER:
        return None
    return number_from_text(payload.decode("ascii", "replace"))


def read_number(
    family: str, device: str, register: str, kind: Kind, payload: bytes, _zone: ZoneInfo
) -> Decoded:
    """Return the one reading of a message; nothing when a kept message is cleared.

    Raises:
        RejectedMessage: The payload is no number.
    """
    if not payload:
        return Decoded(family)
    found = Gathering(device, None)
    number = plain_number(payload)
    if number is None:
        text = payload[:_SHOWN].decode("ascii", "replace")
        found.complain("", f"is {text!r}, not a number")
    else:
        found.keep(kind, register, number, "")
    return found.decoded(family)
