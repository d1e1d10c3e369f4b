"""Raw Linky frames: what is whole is read, wherever the payload was cut."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.announcements import Announcement
from domain.errors import RejectedMessage
from ingest.decoders import tic
from ingest.decoders.decoded import Decoded
from ingest.decoders.registry import decode
from ingest.decoders.tic_groups import checksum, cut

PARIS = ZoneInfo("Europe/Paris")


def historique(label: str, data: str) -> bytes:
    body = f"{label} {data}".encode()
    return b"\n" + body + b" " + bytes([checksum(body)]) + b"\r"


def standard(*parts: str) -> bytes:
    body = ("\t".join(parts) + "\t").encode()
    return b"\n" + body + bytes([checksum(body)]) + b"\r"


def frame(second: int, east_wh: int) -> bytes:
    groups = (
        standard("ADSC", "041876543210"),
        standard("DATE", f"E2607151015{second:02}", ""),
        standard("NGTF", "      BASE      "),
        standard("EAST", f"{east_wh:09}"),
        standard("CCASN", "E260715100000", "00412"),
        standard("PRM", "09123456789012"),
    )
    return b"\x02" + b"".join(groups) + b"\x03"


def read(payload: bytes, known: bytes | None = None, topic: str = "tgbt/trame") -> Decoded:
    return tic.read(topic, lambda _family, _key: known, payload, PARIS)


@pytest.mark.parametrize(
    ("covered", "expected"),
    [
        (b"PAPP 00750", "-"),
        (b"ISOUSC 30", "9"),
        (b"PTEC HP..", " "),
        (b"BASE 002565285", ","),
        (b"SINSTS\t00123\t", "L"),
        (b"EAST\t001234567\t", "+"),
    ],
)
def test_a_checksum_is_the_one_of_the_specification(covered: bytes, expected: str) -> None:
    assert chr(checksum(covered)) == expected


def test_a_checksum_that_is_a_space_is_one() -> None:
    frames, wrong = cut(b"\x02\nPTEC HP..  \r\nPAPP 00750 -\r\x03")
    assert [group.label for group in frames[0].groups] == ["PTEC", "PAPP"]
    assert wrong == []


STREAM = frame(1, 1000) + frame(3, 1001) + frame(5, 1002)
WHOLE = [group for one in cut(STREAM)[0] for group in one.groups]


@settings(deadline=None)
@given(st.lists(st.integers(0, len(STREAM)), max_size=4))
def test_a_stream_cut_anywhere_loses_only_the_groups_that_were_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    kept = []
    for start, end in pairwise(places):
        frames, wrong = cut(STREAM[start:end])
        assert not frames or wrong == []
        kept += [group for one in frames for group in one.groups]
    assert len(WHOLE) - len(cuts) <= len(kept) <= len(WHOLE)
    rest = iter(WHOLE)
    assert all(group in rest for group in kept)


def test_each_frame_of_a_payload_has_its_own_time() -> None:
    readings = [r for r in read(STREAM).readings if r.register == "EAST"]
    assert [(r.value, r.time.second if r.time else None) for r in readings] == [
        (1000.0, 1),
        (1001.0, 3),
        (1002.0, 5),
    ]


def test_the_end_of_a_frame_takes_the_time_of_the_next_one() -> None:
    tail = frame(1, 1000)[frame(1, 1000).index(b"\nEAST") :]
    first, *_ = read(tail + frame(3, 1001)[:60]).readings
    assert (first.register, first.value) == ("EAST", 1000.0)
    assert first.time == datetime(2026, 7, 15, 8, 15, 3, tzinfo=UTC)


def test_frames_without_marks_are_told_apart_by_a_label_that_comes_again() -> None:
    lines = STREAM.replace(b"\x02", b"").replace(b"\x03", b"").replace(b"\r\n", b"\n")
    frames, wrong = cut(lines)
    assert [len(one.groups) for one in frames] == [6, 6, 6]
    assert wrong == []


def test_in_historique_mode_the_newest_of_two_undated_indexes_counts() -> None:
    (reading,) = read(historique("BASE", "000001000") + historique("BASE", "000001001")).readings
    assert (reading.value, reading.time) == (1001.0, None)


def test_a_piece_is_of_the_meter_that_its_topic_named_before() -> None:
    piece = standard("EAST", "000001000") + standard("PRM", "09123456789012")
    assert read(piece, known=b"041876543210").readings[0].device == "041876543210"
    assert read(piece).readings[0].device == "09123456789012"
    assert read(standard("EAST", "000001000")).readings[0].device == "tgbt/trame"


def test_a_meter_is_announced_when_it_is_new_to_its_topic() -> None:
    said = Announcement("tic", "tgbt/trame", b"041876543210")
    assert read(STREAM).announcements == (said,)
    assert read(STREAM, known=b"041876543210").announcements == ()
    assert read(STREAM, known=b"000000000000").announcements == (said,)
    assert read(STREAM, topic="x" * 5000).announcements == ()


def test_damaged_groups_are_named_and_their_neighbours_kept() -> None:
    damaged = STREAM.replace(b"000001001", b"000001101")
    decoded = read(damaged)
    assert [r.value for r in decoded.readings if r.register == "EAST"] == [1000.0, 1002.0]
    assert decoded.complaints == ("EAST has a wrong checksum",)


def test_a_stamp_that_is_no_date_costs_the_date_and_not_the_index() -> None:
    decoded = read(standard("DATE", "E269915101500", "") + standard("EAST", "000001000"))
    assert [(r.value, r.time) for r in decoded.readings] == [(1000.0, None)]
    assert len(decoded.complaints) == 1


@pytest.mark.parametrize("payload", [b"BASE 002575285 ,", b"\nHCHC 1 2\r", b"\nEAST\t00\tX\r"])
def test_what_has_no_whole_group_is_refused_by_its_checksum(payload: bytes) -> None:
    with pytest.raises(RejectedMessage, match=r"(BASE|HCHC|EAST) has a wrong checksum"):
        decode("tgbt/trame", payload)


@pytest.mark.parametrize("payload", [b"hello world", b"BASEMENT 12 3", b"PAPP", b"12.5 W"])
def test_other_text_is_not_taken_for_a_frame(payload: bytes) -> None:
    assert tic.recognise(lambda *_: None, "x", payload) is None
