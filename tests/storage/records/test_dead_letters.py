from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.dead_letters import DeadLetter
from storage.records import SqlRecords

NOW = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=365)
LETTER = DeadLetter(
    topic="tele/x/SENSOR",
    payload=b"\x00\xff{",
    size=3,
    received_at=NOW,
    code="unreadable",
    reason="it is cut short",
)


def test_a_letter_comes_back_as_it_came(records: SqlRecords) -> None:
    records.dead_letters.add([LETTER, replace(LETTER, code="unknown_device")])
    second, first = records.dead_letters.newest(10)
    assert replace(first, id=None) == LETTER
    assert second.code == "unknown_device"
    assert first.id is not None
    assert second.id is not None
    assert second.id > first.id
    assert records.dead_letters.newest(10, code="unreadable") == (first,)
    assert records.dead_letters.newest(1) == (second,)
    assert records.dead_letters.count() == 2


def test_a_topic_that_is_not_text_is_kept_all_the_same(records: SqlRecords) -> None:
    records.dead_letters.add([replace(LETTER, topic="a\x00b", reason="half a \ud83d")])
    (kept,) = records.dead_letters.newest(1)
    assert kept.topic == "a\N{REPLACEMENT CHARACTER}b"
    assert kept.reason == "half a ?"


def test_the_oldest_letters_go_first_by_age(records: SqlRecords) -> None:
    old = replace(LETTER, received_at=NOW - timedelta(days=91))
    records.dead_letters.add([old, LETTER])
    assert records.dead_letters.prune(NOW - timedelta(days=90), 10**9) == 1
    assert [letter.received_at for letter in records.dead_letters.newest(10)] == [NOW]


def test_the_oldest_letters_go_first_by_size(records: SqlRecords) -> None:
    records.dead_letters.add([replace(LETTER, payload=bytes(1000), size=n) for n in range(10)])
    assert records.dead_letters.prune(LONG_AGO, 3500) == 7
    assert [letter.size for letter in records.dead_letters.newest(10)] == [9, 8, 7]
    assert records.dead_letters.prune(LONG_AGO, 3500) == 0
    assert records.dead_letters.prune(LONG_AGO, 0) == 3
    assert records.dead_letters.count() == 0


def test_an_id_is_never_used_again(records: SqlRecords) -> None:
    records.dead_letters.add([LETTER])
    (first,) = records.dead_letters.newest(1)
    records.dead_letters.prune(LONG_AGO, 0)
    records.dead_letters.add([LETTER])
    (second,) = records.dead_letters.newest(1)
    assert first.id != second.id


def test_letters_are_counted_by_their_code(records: SqlRecords) -> None:
    assert records.dead_letters.count_by_code() == {}
    records.dead_letters.add([LETTER, replace(LETTER, code="unknown_device"), LETTER])
    assert records.dead_letters.count_by_code() == {"unreadable": 2, "unknown_device": 1}
