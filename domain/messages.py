"""A message as it came, before anything is known of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One MQTT message, or its like from a file or the simulator."""

    topic: str
    payload: bytes
    received_at: datetime
    """When we received it [UTC]; its readings' time when the device sent none."""

    retained: bool = False
    """The broker kept it from earlier: reception says nothing of when it was measured."""

    queued: bool = False
    """It may have waited at the broker while nobody listened, and be some hours old."""

    redelivered: bool = False
    """The broker says that it sent it before: what became of it then may be on disk already."""
