"""What every payload family offers the registry."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ingest.decoders.decoded import Decoded

Reader = Callable[[bytes, ZoneInfo], Decoded]
"""Reads the payloads of one topic; naive times are in the zone given."""

Recall = Callable[[str, str], bytes | None]
"""Family and key → what was announced under it, or None."""

RecallingReader = Callable[[Recall, bytes, ZoneInfo], Decoded]
"""Reads payloads that take earlier ones for known, and is as pure as the others.

What it learns it returns as announcements; whoever calls it keeps them.
"""


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

    recognise_bytes: Callable[[str, bytes], Reader | None] = lambda _topic, _payload: None
    """The same for a payload that is no JSON."""


@dataclass(frozen=True, slots=True)
class RecallingFamily:
    """A dialect whose messages take for known what earlier ones announced."""

    name: str

    claim: Callable[[str], RecallingReader | None]
    """Return the reader of a topic that only this family uses, or None."""

    recognise: Callable[[Recall, str, bytes], RecallingReader | None] = lambda *_: None
    """Return the reader of a message that nobody claims or recognises, or None."""


def silent(family: str) -> Reader:
    """Return the reader of topics known to carry no reading."""
    nothing = Decoded(family)

    def read(_payload: bytes, _zone: ZoneInfo) -> Decoded:
        return nothing

    return read


def silent_recalling(family: str) -> RecallingReader:
    """Return the same for a family that recalls."""
    nothing = Decoded(family)

    def read(_recall: Recall, _payload: bytes, _zone: ZoneInfo) -> Decoded:
        return nothing

    return read
