"""What no meter can have measured, refused before it is stored."""

import math
from datetime import UTC, datetime, timedelta

from domain.errors import RejectedMessage
from domain.registers import Accumulation, Quantity

LARGEST = 1e12
"""A petawatt-hour: beyond it a number is a decoding fault, whatever its unit."""

ABSOLUTE_ZERO_DEGC = -273.15


class Plausibility:
    """Bounds on the time and the value of a reading."""

    def __init__(self, *, earliest_year: int, max_future_minutes: int) -> None:
        """Set the bounds that config.toml gives."""
        self._earliest = datetime(earliest_year, 1, 1, tzinfo=UTC)
        self._lead = timedelta(minutes=max_future_minutes)

    def check_time(self, taken_at: datetime, received_at: datetime) -> None:
        """Refuse an instant before the epoch we believe in, or not yet come.

        Raises:
            RejectedMessage: Code `time_out_of_range`.
        """
        if self._earliest <= taken_at <= received_at + self._lead:
            return
        side = "before" if taken_at < self._earliest else "ahead of"
        bound = self._earliest if taken_at < self._earliest else received_at + self._lead
        raise RejectedMessage(
            f"dated {taken_at.isoformat()}, {side} {bound.isoformat(timespec='seconds')}",
            code="time_out_of_range",
        )


def check_value(value: float, quantity: Quantity, accumulation: Accumulation) -> None:
    """Refuse what is not a number, or cannot be one of that quantity.

    Args:
        value: In the quantity's canonical unit.
        quantity: What is measured.
        accumulation: An index cannot be negative; a power may (solar, CT turned).

    Raises:
        RejectedMessage: Code `implausible_value`.
    """
    if not math.isfinite(value):
        problem = "is not a finite number"
    elif not -LARGEST < value < LARGEST:
        problem = f"is beyond ±{LARGEST:g}"
    elif value < 0 and accumulation is Accumulation.CUMULATIVE:
        problem = "is a negative index"
    elif value < ABSOLUTE_ZERO_DEGC and quantity is Quantity.TEMPERATURE:
        problem = "is below absolute zero"
    else:
        return
    raise RejectedMessage(f"{quantity} {value:g} {problem}", code="implausible_value")
