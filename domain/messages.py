"""A message as it came, before anything is known of it."""

from datetime import datetime
from typing import NamedTuple


class RawMessage(NamedTuple):
    """One MQTT message, or its like from a file or the simulator.

    A tuple, not a dataclass: made by the ten thousand a second, and three
    times quicker to make.
    """

    topic: str
    payload: bytes

    received_at: datetime
    """When we received it [UTC]; its readings' time when the device sent none."""

    retained: bool = False
    """The broker kept it from earlier: reception says nothing of when it was measured."""

    queued: bool = False
    """It may have waited at the broker while nobody listened, and be some hours old."""

    repeated: bool = False
    """The broker says that it may have sent it before, and had no acknowledgement."""

    mid: int = 0
    """The broker's number for it while it is on its way; 0: it has none."""
