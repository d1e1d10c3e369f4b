"""Which hours' roll-up a new reading may change."""

from datetime import UTC, datetime

from domain.meters import Meter

_HOUR_S = 3600


class DirtyHours:
    """The (meter, UTC hour) pairs that a batch of readings touches.

    A reading closes the interval before it: the hour one cadence earlier is
    touched too. A late one also opens the interval after it. Gaps longer than
    a cadence or an hour are the roll-up's to look for.
    """

    def __init__(self) -> None:
        """Start with none."""
        self._hours: set[tuple[str, int]] = set()

    def __len__(self) -> int:
        """How many pairs."""
        return len(self._hours)

    def touch(
        self, meter: Meter, taken_at: datetime, duration_s: float, received_at: datetime
    ) -> None:
        """Add the hours that a reading changes.

        Args:
            meter: Whose reading.
            taken_at: When it was taken, or its interval started.
            duration_s: Length of a delta's interval [s].
            received_at: By how much it is late shows what may follow it.
        """
        at = taken_at.timestamp()
        reach_s = min(meter.cadence.total_seconds(), _HOUR_S)
        first = int((at - reach_s) // _HOUR_S)
        after_s = max(duration_s, reach_s if received_at.timestamp() - at > reach_s else 0.0)
        # The end is excluded: an interval that ends on the hour stays in its own.
        last = max(int(at // _HOUR_S), -int(-(at + after_s) // _HOUR_S) - 1)
        for hour in range(first, last + 1):
            self._hours.add((meter.id, hour))

    def marks(self) -> list[tuple[str, datetime]]:
        """Return the pairs as the records take them."""
        return [
            (meter_id, datetime.fromtimestamp(hour * _HOUR_S, UTC))
            for meter_id, hour in sorted(self._hours)
        ]
