from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import InvalidRecord, NotFound
from domain.events import Event, EventKind
from domain.periods import HOUR, Period
from storage.records import SqlRecords

NOW = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
EVENT = Event(
    id="e1",
    building_id="b",
    kind=EventKind.WORKS,
    start=NOW,
    end=NOW + 48 * HOUR,
    text="Chantier de la chaudière",
    meter_id="b-gas",
    author="maite",
)


def test_an_event_is_found_when_it_touches_a_period(records: SqlRecords) -> None:
    swap = replace(EVENT, id="swap", start=NOW - HOUR, end=NOW - HOUR, meter_id=None)
    records.events.add(EVENT)
    records.events.add(swap)

    def found(first: datetime, after: datetime) -> list[str]:
        return [e.id for e in records.events.between("b", Period(first, after))]

    assert records.events.between("b", Period(NOW - HOUR, NOW + HOUR)) == (swap, EVENT)
    assert found(NOW - HOUR, NOW) == ["swap"]
    assert found(NOW - 2 * HOUR, NOW - HOUR) == []
    assert found(EVENT.end - timedelta(microseconds=1), EVENT.end + HOUR) == ["e1"]
    assert found(EVENT.end, EVENT.end + HOUR) == []
    assert records.events.between("elsewhere", Period(NOW, NOW + HOUR)) == ()


def test_a_withdrawn_event_is_seen_no_more(records: SqlRecords) -> None:
    records.events.add(EVENT)
    records.events.remove("e1", "admin")
    assert records.events.between("b", Period(NOW, NOW + HOUR)) == ()
    with pytest.raises(NotFound):
        records.events.remove("e1", "admin")


def test_an_event_that_ends_before_it_starts_or_is_known_is_refused(records: SqlRecords) -> None:
    with pytest.raises(InvalidRecord) as caught:
        records.events.add(replace(EVENT, end=NOW - HOUR))
    assert caught.value.fields == {"end": "event.ends_before_start"}
    records.events.add(EVENT)
    with pytest.raises(InvalidRecord) as caught:
        records.events.add(EVENT)
    assert caught.value.fields == {"id": "event.id_taken"}
