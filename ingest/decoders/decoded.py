"""What a decoder gives back: readings as the device words them, units untouched."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

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


@dataclass(frozen=True, slots=True)
class Decoded:
    """Everything one message said."""

    family: str

    label: str = field(default="", kw_only=True)
    """What its owner calls the device, where the message says so."""

    readings: tuple[DecodedReading, ...] = ()
    """Empty when the message is known to carry none (status, discovery)."""

    complaints: tuple[str, ...] = ()
    """Numbers that were due and could not be read; their siblings were."""
