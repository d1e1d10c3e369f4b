from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.reconciliations import DayWord, Reconciliation
from storage.records import SqlRecords

DAY = date(2026, 2, 3)
THIN = Reconciliation(
    day=DAY,
    meter_id="m",
    word=DayWord.THIN,
    expected=144,
    measured=100,
    received=110,
    stored=104,
    duplicate=4,
    dead_lettered=2,
    late=1,
    longest_gap_s=5400.5,
    made_at=datetime(2026, 2, 4, 0, 10, tzinfo=UTC),
)


def test_a_day_judged_anew_replaces_what_was_said_before(records: SqlRecords) -> None:
    silent = replace(THIN, meter_id="n", word=DayWord.SILENT, measured=0, longest_gap_s=None)
    records.reconciliations.keep([silent, THIN])
    whole = replace(THIN, word=DayWord.WHOLE, measured=144)
    records.reconciliations.keep([whole])
    after = DAY + timedelta(days=1)
    assert records.reconciliations.between(DAY, after) == (whole, silent)
    assert records.reconciliations.between(DAY, after, ["n"]) == (silent,)
    assert records.reconciliations.between(after, after) == ()
    records.reconciliations.keep([])


def test_days_too_old_to_keep_go(records: SqlRecords) -> None:
    records.reconciliations.keep([replace(THIN, day=DAY - timedelta(days=1)), THIN])
    assert records.reconciliations.prune(DAY) == 1
    assert records.reconciliations.between(date.min, date.max) == (THIN,)
