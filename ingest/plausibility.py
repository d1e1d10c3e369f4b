"""What no meter can have measured, refused before it is stored."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from domain.errors import RejectedMessage
from domain.registers import Accumulation, Quantity

LARGEST = 1e12
"""A petawatt-hour: beyond it a number is a decoding fault, whatever its unit."""

ABSOLUTE_ZERO_DEGC = -273.15

LONGEST_INTERVAL_S = 31 * 86_400.0
"""No meter counts for longer at once; a clock that was wrong in between says centuries."""

_PASS = timedelta(hours=1)
"""How far apart the two passes of a repeated hour are."""


class Plausibility:
    """Bounds on the time and the value of a reading."""

    def __init__(
        self,
        *,
        earliest_year: int,
        max_future_minutes: int,
        set_back: Callable[[], timedelta] = timedelta,
    ) -> None:
        """Set the bounds that config.toml gives.

        Args:
            earliest_year: Readings dated before it are refused.
            max_future_minutes: So are those dated so much after their reception.
            set_back: Asked by how much our own clock was set back since the start.
        """
        self._earliest = datetime(earliest_year, 1, 1, tzinfo=UTC)
        self._lead = timedelta(minutes=max_future_minutes)
        self._set_back = set_back

    def settled(self, taken_at: datetime, received_at: datetime) -> datetime:
        """Return an instant that can be believed.

        A `fold` of 1 says that its local time came twice, as October's last
        Sunday has it: the second pass is meant as soon as it has come.

        Raises:
            RejectedMessage: Code `time_out_of_range`: before the epoch we
                believe in, or not yet come.
        """
        latest = received_at + self._lead
        if taken_at.fold:
            taken_at = taken_at.replace(fold=0)
            second = taken_at + _PASS
            taken_at = second if second <= latest else taken_at
        if self._earliest <= taken_at <= latest:
            return taken_at
        # Not the meter is ahead then, but we are behind.
        if latest < taken_at <= latest + self._set_back():
            return taken_at
        side = "before" if taken_at < self._earliest else "ahead of"
        bound = self._earliest if taken_at < self._earliest else latest
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


def check_interval(duration_s: float) -> None:
    """Refuse a length that no interval has: every hour in it would be computed anew.

    Args:
        duration_s: A delta's interval [s]; 0: not known, or no delta.

    Raises:
        RejectedMessage: Code `implausible_value`.
    """
    if not 0 <= duration_s <= LONGEST_INTERVAL_S:
        raise RejectedMessage(
            f"an interval of {duration_s:g} s is beyond {LONGEST_INTERVAL_S:g} s",
            code="implausible_value",
        )
