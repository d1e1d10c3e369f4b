"""A reading: one register of one meter at one instant."""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Quality(IntEnum):
    """How far a reading can be trusted (after ESPI `QualityOfReading`)."""

    VALID = 0
    """As the meter sent it."""

    RECEPTION_TIME = 1
    """The meter sent no time: ours is used."""

    ESTIMATED = 8
    """Somebody or something other than the meter estimated it."""

    QUESTIONABLE = 10
    """Implausible, kept all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One register of one meter at one instant, in its canonical unit.

    The identity is (meter, register, time): the same one written twice is one row.
    """

    meter_id: str

    register: str
    """Stored name, `<kind>.<own name>`; see `domain.registers`."""

    taken_at: datetime
    """When the meter took it [UTC]; for a delta, when its interval started."""

    value: float
    """In the register's canonical unit: kWh, m³, kW, kVA or °C."""

    duration_s: float = 0.0
    """Length of a delta's interval [s]; 0 for an index or a state."""

    quality: Quality = Quality.VALID

    source: str = ""
    """What brought it: a decoder's family, or `file:<format>`."""

    received_at: datetime | None = None
    """When we received it [UTC]."""

    def __post_init__(self) -> None:
        """Refuse what no store could keep."""
        if self.taken_at.tzinfo is None:
            raise ValueError("taken_at has no zone")
        if not math.isfinite(self.value):
            raise ValueError(f"value {self.value} is not a number")
        if self.duration_s < 0:
            raise ValueError("duration_s is negative")
