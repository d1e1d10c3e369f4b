from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.dead_letters import DeadLetter, DeviceLetters, LetterFilter, digest_of
from domain.errors import NotFound
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
    assert records.dead_letters.prune(LONG_AGO, 5000) == 7
    assert [letter.size for letter in records.dead_letters.newest(10)] == [9, 8, 7]
    assert records.dead_letters.prune(LONG_AGO, 5000) == 0
    assert records.dead_letters.prune(LONG_AGO, 0) == 3
    assert records.dead_letters.count() == 0


def test_an_id_is_never_used_again(records: SqlRecords) -> None:
    records.dead_letters.add([LETTER])
    (first,) = records.dead_letters.newest(1)
    records.dead_letters.prune(LONG_AGO, 0)
    records.dead_letters.add([LETTER])
    (second,) = records.dead_letters.newest(1)
    assert first.id != second.id


PLUG = replace(LETTER, code="unknown_device", family="tasmota", device="plug_1")
EVERYTHING = LetterFilter()


def _kept(records: SqlRecords, which: LetterFilter = EVERYTHING) -> list[int]:
    """Return the sizes of the letters meant, which these tests use as names, oldest first."""
    return [letter.size for letter in records.dead_letters.in_order(which, limit=1000)]


def _ids(records: SqlRecords) -> list[int]:
    return [letter.id or 0 for letter in records.dead_letters.in_order(EVERYTHING, limit=1000)]


def test_a_letter_remembers_whose_it_is_and_how_it_came(records: SqlRecords) -> None:
    flags = {"retained": True, "queued": False, "repeated": True}
    letter = replace(PLUG, digest="d", **flags)
    records.dead_letters.add([letter])
    (kept,) = records.dead_letters.newest(1)
    assert replace(kept, id=None) == letter
    assert kept.id is not None
    assert records.dead_letters.get(kept.id) == kept
    with pytest.raises(NotFound):
        records.dead_letters.get(kept.id + 1)


LATER = NOW + timedelta(hours=1)
VARIED = (
    replace(LETTER, size=1),
    replace(LETTER, size=2, topic="Tele/100%/SENSOR", received_at=LATER),
    replace(PLUG, size=3, reason="no meter is declared for PLUG_1"),
    replace(PLUG, size=4, family="shelly", device="plugs1", topic="a/tele/x"),
)


@pytest.mark.parametrize(
    ("which", "sizes"),
    [
        (EVERYTHING, [1, 2, 3, 4]),
        (LetterFilter(code="unknown_device"), [3, 4]),
        (LetterFilter(family="tasmota", device="plug_1"), [3]),
        (LetterFilter(topic="tele/"), [1, 2, 3, 4]),
        (LetterFilter(topic="tele/#"), [1, 2, 3]),
        (LetterFilter(topic="0%/s"), [2]),
        (LetterFilter(topic="t%e"), []),
        (LetterFilter(text="plug_1"), [3]),
        (LetterFilter(text="cut short", received_from=LATER), [2]),
        (LetterFilter(received_before=LATER, code="unreadable"), [1]),
    ],
)
def test_letters_are_found_by_what_is_known_of_them(
    records: SqlRecords, which: LetterFilter, sizes: list[int]
) -> None:
    records.dead_letters.add(VARIED)
    assert _kept(records, which) == sizes
    assert records.dead_letters.summed(which).number == len(sizes)
    assert records.dead_letters.delete(which) == len(sizes)
    assert records.dead_letters.count() == 4 - len(sizes)


def test_what_is_too_damaged_to_tell_its_device_is_found_by_the_topic_that_does(
    records: SqlRecords,
) -> None:
    topics = ("tele/plug_1/SENSOR", "plug_1", "a/plug_1", "tele/plugs1/SENSOR", "tele/plug_12")
    records.dead_letters.add(
        [replace(LETTER, size=n, topic=topic) for n, topic in enumerate(topics)]
    )
    records.dead_letters.add([replace(PLUG, size=9), replace(PLUG, size=8, device="other")])
    assert _kept(records, LetterFilter(device="plug_1")) == [0, 1, 2, 9]
    assert _kept(records, LetterFilter(device="tele/plug_1")) == [0]
    assert _kept(records, LetterFilter(device="plug_1", family="tasmota")) == [9]


def test_letters_are_counted_by_code_and_by_device(records: SqlRecords) -> None:
    records.dead_letters.add([*VARIED, PLUG])
    assert list(records.dead_letters.count_by_code(EVERYTHING).items()) == [
        ("unknown_device", 3),
        ("unreadable", 2),
    ]
    first = DeviceLetters(family="tasmota", device="plug_1", number=2)
    second = DeviceLetters(family="shelly", device="plugs1", number=1)
    assert records.dead_letters.count_by_device(EVERYTHING, limit=5) == (first, second)
    assert records.dead_letters.count_by_device(EVERYTHING, limit=1) == (first,)
    assert records.dead_letters.count_by_device(LetterFilter(code="unreadable"), limit=5) == ()


def test_a_sum_of_letters_tells_their_age_and_what_of_them_is_cut(records: SqlRecords) -> None:
    assert records.dead_letters.summed(EVERYTHING).oldest_at is None
    records.dead_letters.add([LETTER, replace(LETTER, size=9, received_at=LATER)])
    found = records.dead_letters.summed(EVERYTHING)
    assert (found.number, found.cut, found.wanted) == (2, 1, 0)
    assert (found.oldest_at, found.newest_at) == (NOW, LATER)
    assert found.weight_bytes == 2 * LETTER.weight_bytes


def test_pages_follow_one_another_though_letters_go_and_come(records: SqlRecords) -> None:
    records.dead_letters.add([replace(LETTER, size=n) for n in range(6)])
    newest = records.dead_letters.page(EVERYTHING, limit=2)
    records.dead_letters.delete([newest[-1].id or 0])
    records.dead_letters.add([replace(LETTER, size=99)])
    rest = records.dead_letters.page(EVERYTHING, limit=10, before=newest[-1].id)
    assert [letter.size for letter in (*newest, *rest)] == [5, 4, 3, 2, 1, 0]
    oldest = records.dead_letters.in_order(EVERYTHING, limit=2)
    after = records.dead_letters.in_order(EVERYTHING, limit=2, after=oldest[-1].id or 0)
    assert [letter.size for letter in (*oldest, *after)] == [0, 1, 2, 3]


def test_what_is_asked_first_is_replayed_first_and_what_is_cut_never(records: SqlRecords) -> None:
    records.dead_letters.add([replace(LETTER, device=str(n)) for n in range(4)])
    records.dead_letters.add([replace(LETTER, size=4, device="1")])
    first, second, *_ = _ids(records)
    assert records.dead_letters.want([second], NOW) == 1
    assert records.dead_letters.want([first], LATER) == 1
    asked = records.dead_letters.ask_replay(family="", device="1")
    assert asked == 1, "one of the two of this device is cut"
    summed = records.dead_letters.summed(EVERYTHING)
    assert (summed.wanted, summed.wanted_since) == (2, NOW), "asking again keeps the place"
    wanted = records.dead_letters.wanted(10, 10**6)
    assert [letter.id for letter in wanted] == [second, first]
    assert records.dead_letters.wanted(1, 10**6) == wanted[:1]
    assert records.dead_letters.wanted(10, 5) == wanted[:1]
    assert records.dead_letters.wanted(10, 1) == wanted[:1], "one always comes, however long"
    assert records.dead_letters.wanted(10, 6) == wanted


def test_a_replay_takes_away_what_it_stored_and_says_why_it_left_the_rest(
    records: SqlRecords,
) -> None:
    records.dead_letters.add([LETTER, LETTER, LETTER])
    first, second, third = records.dead_letters.in_order(EVERYTHING, limit=3)
    records.dead_letters.want(EVERYTHING, NOW)
    assert first.id is not None
    refused = replace(second, code="wrong_unit", reason="it counts litres", device="tap")
    records.dead_letters.replayed([first.id], [refused, refused])
    left = records.dead_letters.in_order(EVERYTHING, limit=3)
    assert left == (
        replace(refused, attempts=2),
        replace(third, wanted_at=NOW),
    )
    assert records.dead_letters.summed([second.id or 0]).weight_bytes == refused.weight_bytes


TWIN = replace(LETTER, digest=digest_of("t", b"x"))
AGAIN = replace(TWIN, received_at=LATER, repeated=True)


def test_a_message_delivered_again_after_a_kill_makes_no_second_letter(
    records: SqlRecords,
) -> None:
    assert records.dead_letters.add([TWIN]) == 1
    assert records.dead_letters.add([AGAIN]) == 0
    assert records.dead_letters.add([TWIN, AGAIN]) == 1, "one letter stands for one message only"


def test_a_batch_handled_again_makes_no_second_letters(records: SqlRecords) -> None:
    batch = [TWIN, TWIN, replace(TWIN, received_at=LATER)]
    assert records.dead_letters.add(batch) == 3, "a device may say the same thing twice"
    assert records.dead_letters.add(batch) == 0


def test_a_device_that_says_the_same_every_minute_has_a_letter_for_each(
    records: SqlRecords,
) -> None:
    for minute in range(3):
        records.dead_letters.add([replace(TWIN, received_at=NOW + timedelta(minutes=minute))])
    assert records.dead_letters.count() == 3


def test_a_device_named_like_a_whole_book_is_weighed_as_it_is() -> None:
    assert replace(LETTER, device="é" * 100).weight_bytes == LETTER.weight_bytes + 400


def test_letters_are_counted_by_their_code(records: SqlRecords) -> None:
    assert records.dead_letters.count_by_code() == {}
    records.dead_letters.add([LETTER, replace(LETTER, code="unknown_device"), LETTER])
    assert records.dead_letters.count_by_code() == {"unreadable": 2, "unknown_device": 1}
