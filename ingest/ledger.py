"""What became of messages, by day and meter: the sums that a reconciliation starts from.

A message belongs to the meters it fed. One that cannot be read belongs to the
meter that its topic fed before; one that nobody can place to `NO_METER`. Each
counts once more at `ANY_METER`, and there, on every day, received = stored +
duplicate + dead-lettered + without reading + spooled.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from domain.messages import RawMessage
from domain.tallies import ANY_METER, NO_METER, DayTally, added_up
from ingest.sorting import Sorted

_TOPICS_REMEMBERED = 65_536
_LONGEST_REMEMBERED = 256

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
        """Tally messages found on disk beside those tallied; a negative number takes them off.

        A process that was killed had no time to tell what it put there.
        """
        self._note(day, received=number, spooled=number)

    def note_damaged(self, number: int, day: date) -> None:
        """Tally messages that the disk gave back damaged, or not at all."""
        self._note(day, spooled=-number, dead_lettered=number)

    def nothing_on(self, day: date) -> DayTally:
        """Return the tally of no message."""
        return DayTally(day=day, meter_id=ANY_METER, worker=self.worker)

    def _note(
        self, day: date, *, received: int = 0, spooled: int = 0, dead_lettered: int = 0
    ) -> None:
        tally = self.nothing_on(day)
        self.put_back(
            [replace(tally, received=received, spooled=spooled, dead_lettered=dead_lettered)]
        )

    def of_batch(
        self, batch: Sequence[RawMessage], found: Sorted, *, was_spooled: bool
    ) -> tuple[DayTally, ...]:
        """Return the tallies of a batch that has been settled.

        Args:
            batch: Its messages.
            found: What became of each.
            was_spooled: They were tallied as received when they went to disk.
        """
        meters = self._meters_of(batch, found)
        days = [message.received_at.date() for message in batch]
        sums: _Sums = defaultdict(Counter)
        # Counted by C, not by a loop of ours: there are thousands a batch.
        for (day, fate), number in Counter(zip(days, found.fates, strict=True)).items():
            whole = sums[day, ANY_METER]
            whole[fate] += number
            whole["spooled" if was_spooled else "received"] += -number if was_spooled else number
        for (day, fed, fate), number in Counter(
            zip(days, meters, found.fates, strict=True)
        ).items():
            for meter_id in fed:
                sums[day, meter_id][fate] += number
                sums[day, meter_id]["received"] += number
        for at in found.late:
            for meter_id in (*meters[at], ANY_METER):
                sums[days[at], meter_id]["late"] += 1
        _count_rows(sums, days, found)
        newest = {message.received_at.date(): message.received_at for message in batch}
        return tuple(
            DayTally(day=day, meter_id=meter_id, worker=self.worker, last_at=newest[day], **counts)
            for (day, meter_id), counts in sums.items()
        )

    def _meters_of(self, batch: Sequence[RawMessage], found: Sorted) -> list[tuple[str, ...]]:
        """Return whose each message is, and learn which topics feed which meters."""
        known = self._meters_of_topic
        if len(known) > _TOPICS_REMEMBERED:
            known.clear()
        meters = found.fed[:]
        for at, fed in enumerate(meters):
            topic = batch[at].topic
            if not fed:
                meters[at] = known.get(topic, (NO_METER,))
            elif topic not in known and len(topic) <= _LONGEST_REMEMBERED:
                known[topic] = fed
        return meters


def _count_rows(sums: _Sums, days: Sequence[date], found: Sorted) -> None:
    refused = found.refused
    kept = [
        (days[at], reading.meter_id)
        for place, (reading, at) in enumerate(zip(found.readings, found.origins, strict=True))
        if place not in refused
    ]
    for (day, meter_id), number in Counter(kept).items():
        sums[day, meter_id]["readings"] += number
        sums[day, ANY_METER]["readings"] += number
