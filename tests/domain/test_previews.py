import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dead_letters import DeadLetter
from domain.letter_lines import line_of
from domain.previews import Looks, preview_of, printable
from ingest.decode_stream import decode_lines

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_a_json_message_is_indented_and_its_numbers_stand_as_the_device_wrote_them() -> None:
    found = preview_of(b'{"Time":"12:00","E":{"Total":9098.20,"l":[1,2],"o":{}}}')
    assert found.looks is Looks.JSON
    assert found.text == (
        '{\n  "Time": "12:00",\n  "E": {\n    "Total": 9098.20,\n    "l": [\n      1,\n      2\n'
        '    ],\n    "o": {}\n  }\n}'
    )
    assert not found.is_cut


@pytest.mark.parametrize(
    ("payload", "looks"),
    [
        (b"", Looks.EMPTY),
        (b'{"ENERGY":{"Tot', Looks.TEXT),
        (b"12.5", Looks.TEXT),
        (b"[" * 40 + b"]" * 40, Looks.TEXT),
        (b"[" * 4000, Looks.TEXT),
        ("été".encode()[:-1], Looks.TEXT),
        (b"\x00\x01\x02abc", Looks.BINARY),
        (b"\xff\xfe", Looks.BINARY),
        (b"\xc3", Looks.BINARY),
    ],
)
def test_what_a_payload_looks_like_is_told(payload: bytes, looks: Looks) -> None:
    assert preview_of(payload).looks is looks


def test_bytes_that_are_no_text_are_dumped_in_rows() -> None:
    assert preview_of(bytes(range(62, 80)) + b"\xff", hex_columns=8).text == (
        "0000  3e 3f 40 41 42 43 44 45  >?@ABCDE\n"
        "0008  46 47 48 49 4a 4b 4c 4d  FGHIJKLM\n"
        "0010  4e 4f ff                 NO."
    )


def test_no_escape_sequence_or_mark_of_direction_reaches_who_reads() -> None:
    nasty = 'ok \x1b]0;owned\x07 \x9b31m \u202egpj.exe "\\" and much more of plain text'
    found = preview_of(nasty.encode())
    assert found.looks is Looks.TEXT
    assert "\\x1b]0;owned\\x07 \\x9b31m \\u202egpj" in found.text
    assert printable("a\nb\ud800") == "a\\nb\\ud800"


@given(
    payload=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)),
    most=st.integers(1, 300),
)
def test_whatever_comes_a_preview_is_short_and_printable(payload: bytes, most: int) -> None:
    found = preview_of(payload, most_letters=most)
    assert all(line.isprintable() for line in found.text.split("\n"))
    assert len(found.text) <= max(most, 80)
    assert found.is_cut or found.text or not payload


@given(
    document=st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=12,
    ).filter(lambda found: isinstance(found, list | dict))
)
def test_indenting_changes_nothing_but_the_spaces(document: object) -> None:
    found = preview_of(json.dumps(document).encode(), most_letters=100_000)
    assert found.looks is Looks.JSON
    assert json.loads(found.text) == document


def _letter(topic: str, payload: bytes) -> DeadLetter:
    return DeadLetter(
        topic=topic, payload=payload, size=len(payload), received_at=NOON, code="c", reason="r"
    )


def test_a_downloaded_letter_is_a_line_that_decode_reads() -> None:
    whole = _letter("tele/plug/SENSOR", b'{"Time":"2026-01-15T09:05:00","ENERGY":{"Total":1.5}}')
    line = line_of(whole)
    (answer,) = decode_lines([line])
    assert json.loads(answer)["readings"][0]["value"] == 1.5
    assert json.loads(line)["received_at"] == "2026-03-10T12:00:00Z"


@given(payload=st.binary(max_size=60), topic=st.text(max_size=10))
def test_a_downloaded_letter_holds_the_very_bytes_that_came(payload: bytes, topic: str) -> None:
    line = line_of(_letter(topic, payload))
    assert line.count(b"\n") == 1
    told = json.loads(line)
    kept = told["payload"].encode() if "payload" in told else base64.b64decode(told["payload_b64"])
    assert kept == payload
