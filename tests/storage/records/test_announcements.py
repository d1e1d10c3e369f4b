from datetime import UTC, datetime, timedelta

from domain.announcements import Announcement
from domain.periods import HOUR
from storage.records import SqlRecords

NOW = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)


def test_what_a_device_said_comes_back_byte_by_byte(records: SqlRecords) -> None:
    body = bytes(range(256))
    records.announcements.put([Announcement("sparkplug", "g/node", body)], NOW)
    assert records.announcements.get("sparkplug", "g/node") == body
    assert records.announcements.get("homie", "g/node") is None
    assert records.announcements.get("sparkplug", "g/other") is None


def test_what_is_said_later_holds_and_what_is_taken_back_is_gone(records: SqlRecords) -> None:
    records.announcements.put(
        [Announcement("homie", "a", b"W"), Announcement("homie", "b", b"kWh")], NOW
    )
    records.announcements.put(
        [
            Announcement("homie", "a", b"kW"),
            Announcement("homie", "c", b"L"),
            Announcement("homie", "c", None),
            Announcement("homie", "b", None),
            Announcement("homie", "never told", None),
        ],
        NOW + HOUR,
    )
    assert records.announcements.keys("homie") == ("a",)
    assert records.announcements.get("homie", "a") == b"kW"
    records.announcements.forget("homie", "a")
    records.announcements.put([], NOW)
    assert records.announcements.keys("homie") == ()


def test_another_process_finds_what_was_told_since_it_looked(records: SqlRecords) -> None:
    records.announcements.put([Announcement("homie", "a", b"W")], NOW)
    records.announcements.put([Announcement("tic", "b", b"x")], NOW + HOUR)
    assert set(records.announcements.told_since(NOW)) == {("homie", "a"), ("tic", "b")}
    assert records.announcements.told_since(NOW + HOUR) == (("tic", "b"),)
    assert records.announcements.told_since(NOW + 2 * HOUR) == ()


def test_the_oldest_words_go_first_by_age_and_by_number(records: SqlRecords) -> None:
    for n in range(10):
        told = [Announcement("homie", f"{n}", b"W"), Announcement("tic", f"{n}", b"x")]
        records.announcements.put(told, NOW + n * HOUR)
    assert records.announcements.prune(NOW + 2 * HOUR, 1000, 10**9) == 4
    assert records.announcements.keys("tic") == tuple(str(n) for n in range(2, 10))
    assert records.announcements.prune(NOW - timedelta(days=1), 4, 10**9) == 12
    assert records.announcements.keys("homie") == ("8", "9")
    assert records.announcements.prune(NOW - timedelta(days=1), 4, 10**9) == 0


def test_the_oldest_words_go_first_when_all_weigh_too_much(records: SqlRecords) -> None:
    for n in range(10):
        records.announcements.put([Announcement("homie", f"{n}", bytes(999))], NOW + n * HOUR)
    assert records.announcements.prune(NOW, 1000, 10_000) == 0
    assert records.announcements.prune(NOW, 1000, 5500) == 5
    assert records.announcements.keys("homie") == ("5", "6", "7", "8", "9")


def test_a_topic_that_is_no_text_is_found_again(records: SqlRecords) -> None:
    records.announcements.put([Announcement("homie", "half a \ud83d\x00", b"W")], NOW)
    assert records.announcements.get("homie", "half a \ud83d\x00") == b"W"
