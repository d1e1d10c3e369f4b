"""One meter's day: what was expected of it, and what is in the store."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class DayWord(StrEnum):
    """How a day of a meter came in, each word with a cure of its own."""

    WHOLE = "whole"
    """Nothing that matters is missing."""

    SLOW = "slow"
    """Nothing is missing at the pace it keeps, but the cadence declared makes a gap of
    each interval: mend `cadence_s`, or the device's settings."""

    THIN = "thin"
    """Readings are missing: look at the radio, the network, the device."""

    SILENT = "silent"
    """No reading at all: look at the device's supply."""

    REFUSED = "refused"
    """Readings are missing because messages could not be read: look at these."""

    BREACH = "breach"
    """Messages are unaccounted for: a fault of Zaindu's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Expected against measured, and what became of the day's messages.

    Readings count on the local day on which the meter took them, messages on
    the UTC day on which they were received.
    """

    day: date
    """Local day of the meter's building."""

    meter_id: str
    """A meter, or `ANY_METER` for a day on which messages went unaccounted for."""

    word: DayWord

    expected: int
    """Readings at the meter's own pace."""

    measured: int
    """Instants of which the store has a reading."""

    received: int = 0
    stored: int = 0
    duplicate: int = 0
    dead_lettered: int = 0
    late: int = 0

    longest_gap_s: float | None = None
    """Longest silence within the day [s]; None where nothing is measured."""

    made_at: datetime
    """When it was computed [UTC]."""

    @property
    def share(self) -> float | None:
        """Measured over expected, 1 at most; None when nothing was expected."""
        return min(1.0, self.measured / self.expected) if self.expected else None
