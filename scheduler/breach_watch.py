"""Notices when received messages no longer add up, says so once, and keeps it."""

import json
import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from domain.breaches import Breach, breaches_of
from domain.ingest_counters import NOTES, read_counters
from domain.reconciliations import DayWord, Reconciliation
from domain.tallies import ANY_METER, DayTally, over_workers
from storage.ports import Records

log = logging.getLogger(__name__)

WATCHED_DAYS = 14
_NOTE = "ingest.breaches"


class BreachWatch:
    """Adds up what the workers tell, each time it runs."""

    def __init__(self, records: Records) -> None:
        """Read what workers note."""
        self._records = records
        self._suspected: set[tuple[str, date | None]] = set()

    def run(self, now: datetime) -> None:
        """Log what has begun or ceased not to add up, and keep the day it was found."""
        after_last = now.date() + timedelta(days=1)
        tallies = self._records.tallies.between(
            after_last - timedelta(days=WATCHED_DAYS), after_last, [ANY_METER]
        )
        counters = read_counters(self._records.jobs.notes(NOTES))
        found = breaches_of(counters, tallies)
        places = {(breach.worker, breach.day) for breach in found}
        # A look may fall between two notes of a worker: only what stays is believed.
        is_believed, self._suspected = places <= self._suspected, places
        text = json.dumps([str(breach) for breach in found])
        if not is_believed or text == (self._records.jobs.note(_NOTE) or "[]"):
            return
        if found:
            log.error(
                "messages are unaccounted for (%s): please report this fault",
                "; ".join(str(breach) for breach in found),
            )
            self._records.reconciliations.keep(list(_days(found, tallies, now).values()))
        else:
            log.info("the sums of the messages are right again")
        self._records.jobs.set_note(_NOTE, text)


def _days(
    breaches: Sequence[Breach], tallies: Sequence[DayTally], now: datetime
) -> dict[date, Reconciliation]:
    """Return the days concerned; a worker's own count is of today, and a restart forgets it."""
    sums = over_workers(tallies)
    nothing = DayTally(day=now.date(), meter_id=ANY_METER, worker="")
    kept = {}
    for day in {breach.day or now.date() for breach in breaches}:
        tally = sums.get((day, ANY_METER), nothing)
        kept[day] = Reconciliation(
            day=day,
            meter_id=ANY_METER,
            word=DayWord.BREACH,
            expected=0,
            measured=0,
            received=tally.received,
            stored=tally.stored,
            duplicate=tally.duplicate,
            dead_lettered=tally.dead_lettered,
            late=tally.late,
            made_at=now,
        )
    return kept
