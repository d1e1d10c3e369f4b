"""What every payload family offers the registry."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ingest.decoders.decoded import Decoded

Reader = Callable[[bytes, ZoneInfo], Decoded]
"""Reads the payloads of one topic; naive times are in the zone given."""


@dataclass(frozen=True, slots=True)
class Family:
    """One dialect: how its messages are told apart, and who reads them."""

    name: str

    claim: Callable[[str], Reader | None]
    """Return the reader of a topic that only this family uses, or None."""

    recognise: Callable[[str, object], Reader | None]
    """Return the reader of a JSON document in this family's shape, or None.

    Asked when no family claims the topic: somebody chose a topic of their own.
    """

    recognise_text: Callable[[str, bytes], Reader | None] | None = None
    """Return the reader of a payload that is no JSON but this family's text, or None."""


def silent(family: str) -> Reader:
    """Return the reader of topics known to carry no reading."""
    nothing = Decoded(family)

    def read(_payload: bytes, _zone: ZoneInfo) -> Decoded:
        return nothing

    return read
