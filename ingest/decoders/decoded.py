"""What a decoder gives back: readings as the device words them, units untouched."""

from datetime import datetime
from typing import NamedTuple

from domain.announcements import Announcement
from domain.errors import RejectedMessage
from domain.registers import Accumulation, Quantity
from domain.registers import Role as Role


class DecodedReading(NamedTuple):
    """One number of one message, in the device's own words and unit.

    A tuple, not a dataclass: made by the hundred thousand a second, and five
    times quicker to make.
    """

    device: str
    """What the family calls the device: topic, friendly name, DevEUI, ADCO…"""

    register: str
    """The device's own label for it, unique within the device."""

    quantity: Quantity

    value: float
    """Finite, in `unit`."""

    unit: str
    """As `domain.units` spells it: Wh, kWh, W, VA, m3, L, degC…"""

    accumulation: Accumulation

    time: datetime | None
    """When the device took it [UTC]; None: the message does not say.

    A `fold` of 1: it was read from a local time that came twice, and one hour
    later is as likely.
    """

    path: str
    """Where in the payload the number stood; empty: it is the payload."""

    role: Role = Role.OTHER

    duration_s: float = 0.0
    """Length of a delta's interval [s]; 0 for an index or a state."""

    age_s: float = 0.0
    """Without `time`: how long before the message's reception it was taken [s]."""


class Wish(NamedTuple):
    """A message that would help us read its device: please say again who you are."""

    topic: str
    payload: bytes


class NotYetReadable(RejectedMessage):
    """A message that can be read once its device has said what it takes for known.

    It is buried like any other, and may be replayed afterwards.
    """

    def __init__(self, reason: str, *, code: str, wishes: tuple[Wish, ...] = ()) -> None:
        """Say what is missing, and what to publish so that the device says it."""
        super().__init__(reason, code=code)
        self.wishes = wishes


class Decoded(NamedTuple):
    """Everything one message said; a tuple for the same reason."""

    family: str

    readings: tuple[DecodedReading, ...] = ()
    """Empty when the message is known to carry none (status, discovery)."""

    complaints: tuple[str, ...] = ()
    """Numbers that were due and could not be read; their siblings were."""

    announcements: tuple[Announcement, ...] = ()
    """What later messages take for known."""

    wishes: tuple[Wish, ...] = ()
    """What to publish so that the rest can be read."""

    label: str = ""
    """What its owner calls the device, where the message says so."""
