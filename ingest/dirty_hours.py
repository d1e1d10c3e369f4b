"""Which hours' roll-up a new reading may change."""

from datetime import UTC, datetime

_HOUR_S = 3600


class DirtyHours:
    """The (meter, UTC hour) pairs in which a batch brings readings.

    How far a reading reaches into the hours around its own depends on its
    neighbours, which the roll-up looks up; here only its own hours count.
    """

    def __init__(self) -> None:
        """Start with none."""
        self._hours: set[tuple[str, int]] = set()

    def touch(self, meter_id: str, taken_at: datetime, duration_s: float) -> None:
        """Add the hour of an instant; for a delta, every hour its interval [s] touches."""
        at = taken_at.timestamp()
        hour = int(at // _HOUR_S)
        self._hours.add((meter_id, hour))
        if duration_s:
            # The end is excluded: an interval that ends on the hour stays in its own.
            after_last = -int(-(at + duration_s) // _HOUR_S)
            self._hours.update((meter_id, later) for later in range(hour + 1, after_last))

    def marks(self) -> list[tuple[str, datetime]]:
        """Return the pairs as the records take them."""
        return [
            (meter_id, datetime.fromtimestamp(hour * _HOUR_S, UTC))
            for meter_id, hour in sorted(self._hours)
        ]
