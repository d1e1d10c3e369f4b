from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.errors import NotFound
from domain.meters import EndUse
from domain.nudges import Act, Answer, Exposure, Moment, Nudge
from domain.periods import HOUR
from storage.records import SqlRecords

NOW = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
NUDGE = Nudge(
    id="n1",
    building_id="b",
    act=Act.LIGHTS_OFF,
    moment=Moment.TONIGHT,
    end_use=EndUse.LIGHTING,
    made_at=NOW,
    until=NOW + 12 * HOUR,
    saving_kwh=None,
    reason="lighting stays on after closing",
)


def test_nudges_come_back_newest_first(records: SqlRecords) -> None:
    later = replace(NUDGE, id="n2", made_at=NOW + HOUR, saving_kwh=12.5)
    for nudge in (NUDGE, later, replace(NUDGE, id="n3", building_id="elsewhere")):
        records.nudges.add(nudge)
    records.nudges.add(NUDGE)
    assert records.nudges.newest("b") == (later, NUDGE)
    assert records.nudges.newest("b", limit=1) == (later,)


def test_answers_are_counted_and_can_be_withdrawn(records: SqlRecords) -> None:
    records.nudges.add(NUDGE)
    records.nudges.keep_exposures([Exposure(nudge_id="n1", screen="hall", shown_at=NOW)])
    records.nudges.keep_exposures([])
    done = records.nudges.answer("n1", Answer.DONE, "", NOW)
    records.nudges.answer("n1", Answer.NOT_POSSIBLE, "x" * 10_000 + "\x00", NOW)
    assert records.nudges.answers("n1") == {Answer.DONE: 1, Answer.NOT_POSSIBLE: 1}
    records.nudges.withdraw_answer(done)
    records.nudges.withdraw_answer(done)
    assert records.nudges.answers("n1") == {Answer.DONE: 0, Answer.NOT_POSSIBLE: 1}
    with pytest.raises(NotFound):
        records.nudges.answer("n9", Answer.DONE, "", NOW)
