"""What became of messages, by day and meter: the sums that a reconciliation starts from.

A message belongs to the meters it fed. One that cannot be read belongs to the
meter that its topic fed before; one that nobody can place to `NO_METER`. Each
counts once more at `ANY_METER`, and there, on every day, received = stored +
duplicate + dead-lettered + without reading + spooled.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from domain.messages import RawMessage
from domain.tallies import ANY_METER, NO_METER, DayTally, added_up
from ingest.sorting import Sorted

_TOPICS_REMEMBERED = 65_536

_Sums = defaultdict[tuple[date, str], Counter[str]]


class Ledger:
    """Makes the tallies of one worker, and keeps those that could not be written yet."""

    def __init__(self, worker: str) -> None:
        """Tally under a worker's name."""
        self.worker = worker
        self._meters_of_topic: dict[str, tuple[str, ...]] = {}
        self._pending: tuple[DayTally, ...] = ()

    def take_pending(self) -> tuple[DayTally, ...]:
        """Hand over what is not in the records yet; `put_back` when it cannot be written."""
        pending, self._pending = self._pending, ()
        return pending

    def put_back(self, tallies: Sequence[DayTally]) -> None:
        """Keep tallies until they can be written."""
        self._pending = added_up([*self._pending, *tallies])

    def note_spooled(self, messages: Sequence[RawMessage]) -> None:
        """Tally messages that are on disk now, and nowhere else."""
        for day, number in Counter(m.received_at.date() for m in messages).items():
            self._note(day, received=number, spooled=number)

    def note_found(self, number: int, day: date) -> None:
        """Tally messages found on disk beside those tallied; fewer when negative.

        A process that was killed had no time to tell what it put there, or took.
        """
        if number:
            self._note(day, received=number, spooled=number)

    def note_damaged(self, number: int, day: date) -> None:
        """Tally messages that the disk gave back damaged: a copy is kept aside."""
        self._note(day, spooled=-number, dead_lettered=number)

    def _note(
        self, day: date, *, received: int = 0, spooled: int = 0, dead_lettered: int = 0
    ) -> None:
        tally = DayTally(
            day=day,
            meter_id=ANY_METER,
            worker=self.worker,
            received=received,
            spooled=spooled,
            dead_lettered=dead_lettered,
        )
        self.put_back([tally])

    def of_batch(
        self, batch: Sequence[RawMessage], found: Sorted, *, was_spooled: bool
    ) -> tuple[DayTally, ...]:
        """Return the tallies of a batch that has been settled.

        Args:
            batch: Its messages.
            found: What became of each.
            was_spooled: They were tallied as received when they went to disk.
        """
        sums: _Sums = defaultdict(Counter)
        newest: dict[date, datetime] = {}
        for at, (message, fate) in enumerate(zip(batch, found.fates, strict=True)):
            day = message.received_at.date()
            newest[day] = message.received_at
            whole = sums[day, ANY_METER]
            whole[fate] += 1
            if was_spooled:
                whole["spooled"] -= 1
            else:
                whole["received"] += 1
            is_late = at in found.late
            whole["late"] += is_late
            for meter_id in self._meters_of(message.topic, found.fed[at]):
                counts = sums[day, meter_id]
                counts["received"] += 1
                counts[fate] += 1
                counts["late"] += is_late
        self._count_rows(sums, batch, found)
        return tuple(
            DayTally(day=day, meter_id=meter_id, worker=self.worker, last_at=newest[day], **counts)
            for (day, meter_id), counts in sums.items()
        )

    def _meters_of(self, topic: str, fed: tuple[str, ...]) -> tuple[str, ...]:
        """Return whose a message is, and learn which topics feed which meters."""
        known = self._meters_of_topic
        if not fed:
            return known.get(topic, (NO_METER,))
        if topic not in known:
            if len(known) >= _TOPICS_REMEMBERED:
                known.clear()
            known[topic] = fed
        return fed

    def _count_rows(self, sums: _Sums, batch: Sequence[RawMessage], found: Sorted) -> None:
        kept = (
            (batch[at].received_at.date(), reading.meter_id)
            for place, (reading, at) in enumerate(zip(found.readings, found.origins, strict=True))
            if place not in found.refused
        )
        for (day, meter_id), number in Counter(kept).items():
            sums[day, meter_id]["readings"] += number
            sums[day, ANY_METER]["readings"] += number
