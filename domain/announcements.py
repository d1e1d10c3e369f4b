"""What a device told about itself once, and its later messages take for known."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Announcement:
    """One thing told: the unit of a property, the names behind numbers, where a value stands."""

    family: str
    """Whose word it is: no two families mean the same by a key."""

    key: str
    """What it is about, usually a topic."""

    body: bytes | None
    """What was said, as the family's decoder writes it; None: it no longer holds."""
