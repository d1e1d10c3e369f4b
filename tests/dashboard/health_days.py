"""Fourteen days of a small town's messages, with one of each thing that may go wrong."""

import json
from datetime import date, datetime, timedelta

from domain.reconciliations import DayWord, Reconciliation
from domain.tallies import ANY_METER, DayTally
from storage.ports import Records
from tests.dashboard.house import METERS, PARIS

DAYS = 14
EXPECTED = 144

_MEASURED = {
    DayWord.WHOLE: 144,
    DayWord.SLOW: 24,
    DayWord.THIN: 97,
    DayWord.SILENT: 0,
    DayWord.REFUSED: 20,
    DayWord.BREACH: 143,
}


def lived(records: Records, now: datetime) -> None:
    """Fill the records as if the town had been measured for two weeks."""
    today = now.astimezone(PARIS).date()
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        words = {meter.id: _word(at, back) for at, meter in enumerate(METERS)}
        judge(records, day, words, now)
    worker(records, now)


def judge(records: Records, day: date, words: dict[str, DayWord], now: datetime) -> None:
    """Keep how a day of some meters came in, and what became of its messages."""
    rows = [
        Reconciliation(
            day=day,
            meter_id=meter_id,
            word=word,
            expected=24 if word is DayWord.SLOW else EXPECTED,
            measured=_MEASURED[word],
            received=_MEASURED[word],
            dead_lettered=120 if word is DayWord.REFUSED else 0,
            longest_gap_s=None if word is DayWord.SILENT else 612.0 + 40 * (144 - _MEASURED[word]),
            made_at=now,
        )
        for meter_id, word in words.items()
    ]
    records.reconciliations.keep(rows)
    tallies = [
        DayTally(
            day=day,
            meter_id=row.meter_id,
            worker="salle-a",
            received=row.measured + row.dead_lettered + 2,
            stored=row.measured,
            duplicate=2,
            dead_lettered=row.dead_lettered,
            late=row.measured // 30,
            readings=2 * row.measured,
            last_at=now,
        )
        for row in rows
    ]
    whole = DayTally(day=day, meter_id=ANY_METER, worker="salle-a", received=5, stored=5)
    records.tallies.add([*tallies, whole])


def worker(
    records: Records, now: datetime, name: str = "salle-a", *, lost: int = 0, **counts: object
) -> None:
    """Note what a worker counted, as it does every half minute."""
    told = {
        "since": (now - timedelta(days=9)).isoformat(),
        "received": 1_244_210 + lost,
        "stored": 1_243_502,
        "duplicate": 588,
        "dead_lettered": 120,
        "last_message_at": (now - timedelta(seconds=4)).isoformat(),
        "noted_at": (now - timedelta(seconds=12)).isoformat(),
    }
    records.jobs.set_note(f"ingest.counters.{name}", json.dumps(told | counts))


def _word(meter: int, back: int) -> DayWord:
    """The second meter has holes, the third is slow, the fourth was refused, the last is mute."""
    if meter == 1 and back in (3, 4, 9):
        return DayWord.THIN
    if meter == 2:
        return DayWord.SLOW
    if meter == 3 and back == 1:
        return DayWord.REFUSED
    if meter == 6 and back <= 5:
        return DayWord.THIN if back == 5 else DayWord.SILENT
    return DayWord.WHOLE
