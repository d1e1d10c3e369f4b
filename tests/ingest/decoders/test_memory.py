"""What devices announced: known at once, durable at the flush, shared through the records."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.announcements import Announcement
from domain.errors import RejectedMessage
from ingest.decoders import memory as memory_module
from ingest.decoders.decoded import Decoded, NotYetReadable, Wish
from ingest.decoders.family import Recall
from ingest.decoders.memory import LARGEST_BODY, Memory
from storage.ports import Records

PARIS = ZoneInfo("Europe/Paris")
WORD = Announcement("homie", "a/b/c/$unit", b"kWh")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_word_is_known_at_once_and_durable_after_the_flush(records: Records) -> None:
    memory = Memory(records.announcements)
    assert memory.recall("homie", WORD.key) is None
    memory.learn([WORD])
    assert memory.recall("homie", WORD.key) == b"kWh"
    assert records.announcements.get("homie", WORD.key) is None
    memory.flush()
    assert records.announcements.get("homie", WORD.key) == b"kWh"


def test_a_restart_forgets_nothing(records: Records) -> None:
    before = Memory(records.announcements)
    before.learn([WORD])
    before.flush()
    assert Memory(records.announcements).recall("homie", WORD.key) == b"kWh"


def test_a_word_taken_back_is_gone_here_and_in_the_records(records: Records) -> None:
    memory = Memory(records.announcements)
    memory.learn([WORD])
    memory.flush()
    memory.learn([Announcement("homie", WORD.key, None)])
    assert memory.recall("homie", WORD.key) is None
    memory.flush()
    assert records.announcements.keys("homie") == ()


def test_a_word_said_again_is_not_written_again(records: Records) -> None:
    memory = Memory(records.announcements)
    memory.learn([WORD])
    memory.flush()
    records.announcements.forget("homie", WORD.key)
    memory.learn([WORD])
    memory.flush()
    assert records.announcements.keys("homie") == ()


def test_what_could_not_be_kept_is_learned_anew_from_who_told_it(records: Records) -> None:
    memory = Memory(records.announcements)
    memory.learn([Announcement("homie", WORD.key, b"W")])
    memory.flush()
    memory.learn([WORD])
    memory.forget_unkept()
    assert memory.recall("homie", WORD.key) == b"W"
    memory.learn([WORD])
    memory.flush()
    assert records.announcements.get("homie", WORD.key) == b"kWh"


def test_devices_that_announce_without_end_do_not_fill_the_disk(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_module, "_MOST_ROW_BYTES", 8000)
    monkeypatch.setattr(memory_module, "_PRUNE_AFTER_BYTES", 1000)
    memory = Memory(records.announcements)
    for n in range(100):
        memory.learn([Announcement("homie", f"node-{n:03}", bytes(500))])
        memory.flush()
    kept = records.announcements.keys("homie")
    assert len(kept) < 20
    assert kept[-1] == "node-099"


def test_what_another_process_learned_is_known_within_seconds(records: Records) -> None:
    clock = Clock()
    ours = Memory(records.announcements, clock=clock)
    theirs = Memory(records.announcements)
    assert ours.recall("homie", WORD.key) is None
    theirs.learn([WORD])
    theirs.flush()
    ours.refresh()
    assert ours.recall("homie", WORD.key) is None
    clock.now += 5
    ours.refresh()
    assert ours.recall("homie", WORD.key) == b"kWh"
    theirs.learn([Announcement("homie", WORD.key, b"Wh")])
    theirs.flush()
    clock.now += 5
    ours.refresh()
    assert ours.recall("homie", WORD.key) == b"Wh"


def test_a_word_not_durable_yet_survives_a_refresh_and_a_lack_of_room(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_module, "_MOST_ENTRIES", 2)
    clock = Clock()
    memory = Memory(records.announcements, clock=clock)
    memory.learn([Announcement("homie", f"{n}", b"%d" % n) for n in range(5)])
    clock.now += 5
    memory.refresh()
    assert [memory.recall("homie", f"{n}") for n in range(5)] == [b"%d" % n for n in range(5)]
    memory.flush()
    assert [memory.recall("homie", f"{n}") for n in range(5)] == [b"%d" % n for n in range(5)]


def test_without_records_the_word_not_asked_for_longest_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory_module, "_MOST_BYTES", 3 * 210)
    memory = Memory()
    memory.learn([Announcement("tic", key, b"x") for key in "abc"])
    assert memory.recall("tic", "a") == b"x"
    memory.learn([Announcement("tic", "d", b"x")])
    assert [memory.recall("tic", key) for key in "abcd"] == [b"x", None, b"x", b"x"]


@pytest.mark.parametrize(
    "word", [Announcement("tic", "k" * 700, b""), Announcement("tic", "k", bytes(LARGEST_BODY + 1))]
)
def test_a_word_without_end_is_refused_and_not_kept(records: Records, word: Announcement) -> None:
    memory = Memory(records.announcements)
    with pytest.raises(RejectedMessage, match="too long"):
        memory.learn([WORD, word])
    memory.flush()
    assert records.announcements.keys("homie") == ()
    assert memory.recall("tic", word.key) is None


def test_a_topic_without_end_is_not_remembered_as_unknown(records: Records) -> None:
    memory = Memory(records.announcements)
    assert memory.recall("homeassistant", "x" * 60_000) is None
    assert not memory._absent


def test_a_reader_learns_recalls_and_wishes_through_the_memory() -> None:
    memory = Memory()
    wish = Wish("ask", b"again")

    def read(recall: Recall, payload: bytes, _zone: ZoneInfo) -> Decoded:
        if payload:
            return Decoded("tic", announcements=(Announcement("tic", "k", payload),))
        if recall("tic", "k") is None:
            raise NotYetReadable("who?", code="needs_birth", wishes=(wish, wish))
        return Decoded("tic", complaints=(str(recall("tic", "k")),), wishes=(wish,))

    reader = memory.reader(read)
    with pytest.raises(NotYetReadable):
        reader(b"", PARIS)
    assert memory.take_wishes() == (wish,)
    assert memory.take_wishes() == ()
    reader(b"me", PARIS)
    assert reader(b"", PARIS).complaints == ("b'me'",)
    assert memory.take_wishes() == (wish,)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcdef"),
            st.none() | st.binary(max_size=3),
            st.sampled_from(["", "flush", "restart", "refresh"]),
        ),
        max_size=15,
    )
)
def test_whatever_happens_in_between_the_last_word_holds(
    records: Records, monkeypatch: pytest.MonkeyPatch, said: list[tuple[str, bytes | None, str]]
) -> None:
    monkeypatch.setattr(memory_module, "_MOST_ENTRIES", 2)
    monkeypatch.setattr(memory_module, "_MOST_ABSENT", 2)
    clock = Clock()
    memory = Memory(records.announcements, clock=clock)
    memory.learn([Announcement("tic", key, None) for key in "abcdef"])
    last: dict[str, bytes | None] = {}
    for key, body, then in said:
        memory.learn([Announcement("tic", key, body)])
        last[key] = body
        if then in ("flush", "restart"):
            memory.flush()
        if then == "restart":
            memory = Memory(records.announcements, clock=clock)
        if then == "refresh":
            clock.now += 5
            memory.refresh()
    assert {key: memory.recall("tic", key) for key in last} == last
    memory.flush()
    for one in (memory, Memory(records.announcements)):
        assert {key: one.recall("tic", key) for key in last} == last
