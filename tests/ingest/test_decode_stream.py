"""`zaindu decode`: one answer a line, whatever the line."""

import base64
import json
from typing import Any

import pytest

from ingest.decode_stream import decode_lines

SENSOR = '{"Time":"2026-01-15T09:05:00","ENERGY":{"Total":1.5}}'


def answers(*lines: object) -> list[Any]:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return [json.loads(answer) for answer in decode_lines(raw)]


def test_a_message_is_answered_as_text_as_base64_and_as_hexadecimal_alike() -> None:
    plain = {"topic": "tele/x/SENSOR", "payload": SENSOR}
    coded = {"topic": "tele/x/SENSOR", "payload_b64": base64.b64encode(SENSOR.encode()).decode()}
    hexadecimal = {"topic": "tele/x/SENSOR", "payload_hex": SENSOR.encode().hex()}
    first, second, third = answers(plain, coded, hexadecimal)
    assert first == second == third
    assert first == {
        "family": "tasmota",
        "readings": [
            {
                "device": "x",
                "register": "Total",
                "quantity": "energy",
                "value": 1.5,
                "unit": "kWh",
                "accumulation": "cumulative",
                "time": "2026-01-15T08:05:00Z",
                "path": "ENERGY.Total",
            }
        ],
        "rejected": None,
    }


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"topic":1,"payload":""}',
        b'{"topic":"x"}',
        b'{"topic":"x","payload":12}',
        b'{"topic":"x","payload_b64":"***"}',
        b'{"topic":"x","payload_b64":3}',
        b'{"topic":"x","payload_hex":"8g"}',
        b'{"topic":"x","payload_hex":3}',
    ],
)
def test_a_broken_line_is_answered_and_the_next_ones_too(line: bytes) -> None:
    broken, good = answers(line, {"topic": "tele/x/SENSOR", "payload": SENSOR})
    assert broken["family"] is None
    assert broken["readings"] == []
    assert broken["rejected"]
    assert len(good["readings"]) == 1


def test_blank_lines_are_passed_over() -> None:
    assert answers(b"", b"  \n") == []


def test_a_known_status_is_no_rejection() -> None:
    (answer,) = answers({"topic": "zigbee2mqtt/bridge/state", "payload": '{"state":"online"}'})
    assert answer == {"family": "zigbee2mqtt", "readings": [], "rejected": None}


def test_an_empty_message_is_read_as_mosquitto_sub_writes_it() -> None:
    line = {"topic": "tele/x/SENSOR", "payloadlen": 0, "payload": None}

    assert answers(line)[0]["rejected"] == "the payload is empty"


def test_a_line_that_is_no_json_is_not_called_a_payload() -> None:
    assert answers(b"not json")[0]["rejected"].startswith("the line is not JSON")


def test_what_a_line_announces_is_known_to_the_lines_after_it() -> None:
    value = {"topic": "homie/d/n/energy", "payload": "12.5"}
    unit = {"topic": "homie/d/n/energy/$unit", "payload": "kWh"}
    before, _, after = answers(value, unit, value)
    assert before["rejected"] == "no $unit of 'd/n/energy' was seen"
    assert [reading["value"] for reading in after["readings"]] == [12.5]
    assert answers(value)[0]["rejected"]
