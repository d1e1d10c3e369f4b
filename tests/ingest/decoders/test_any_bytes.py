"""Whatever arrives, a decoder answers with readings or with a reason."""

import base64
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded
from ingest.decoders.memory import Memory
from ingest.decoders.registry import RECALLING_FAMILIES, Decoders, decode
from settings.model import MappingSettings

PAYLOADS = Path(__file__).parents[2] / "payloads"
ALL_CASES = [json.loads(path.read_text()) for path in sorted(PAYLOADS.rglob("*.json"))]


def _sent(message: dict[str, Any]) -> bytes:
    if "payload_b64" in message:
        return base64.b64decode(message["payload_b64"])
    payload = message["payload"]
    return (payload if isinstance(payload, str) else json.dumps(payload)).encode()


CASES = [case for case in ALL_CASES if "payload" in case]
BINARY_CASES = [case for case in ALL_CASES if "payload_b64" in case]
ODD_TOPICS = (
    "site/roof/data", "", "/", "+", "$SYS/x", "tele//SENSOR", "shellies//relay/0/power", "a/",
    "/events/rpc", "/status/em:0", "zigbee2mqtt/", "zigbee2mqtt//power", "senml", "//tele/SENSOR",
    "wmbusmeters/", "rtl_433//devices//x/power_W", "rtl_433/a/devices", "emon/", "emon//P1",
    "/dsmr/json", "iotawatt/", "telegraf/", "vzlogger/data//raw", "/meter/import/active",
    "/energy_kwh", "a/energy_kwh",
)  # fmt: skip
TOPICS = sorted({case["topic"] for case in ALL_CASES} | set(ODD_TOPICS))
NAMES = sorted(
    {
        word
        for case in CASES
        if isinstance(case["payload"], dict)
        for word in [
            *case["payload"],
            *(k for v in case["payload"].values() if isinstance(v, dict) for k in v),
        ]
    }
    | {
        "bn",
        "n",
        "v",
        "s",
        "t",
        "bt",
        "u",
        "bu",
        "bver",
        "unit",
        "value",
        "raw",
        "samples",
        "variable",
        "history",
        "bytes",
        "temperatures",
        "values",
        "zclheader",
        "timestamp",
        "date",
    }
)
MAPPING = MappingSettings.model_validate(
    {
        "name": "roof",
        "topic": "site/+/data",
        "device_path": "id",
        "time_path": "time",
        "time_unit": "s",
        "fields": (
            {"path": "energy[0]", "register": "e", "quantity": "energy", "unit": "Wh",
             "accumulation": "cumulative", "scale": 1e300},
        ),
    },
    strict=False,
)  # fmt: skip

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["NaN", "1e999", "2026-01-01", "E260715101500", "m3", "kWh", "-0"])
)
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=6), inner, max_size=6)
    ),
    max_leaves=25,
)


def answer(topic: str, payload: bytes, decoders: Decoders | None) -> Decoded | RejectedMessage:
    try:
        if decoders is not None:
            return decoders.decode(topic, payload)
        return decode(topic, payload, mappings=(MAPPING,))
    except RejectedMessage as rejection:
        return rejection


def holds(topic: str, payload: bytes, decoders: Decoders | None = None) -> None:
    decoded = answer(topic, payload, decoders)
    if isinstance(decoded, RejectedMessage):
        assert decoded.reason
        assert decoded.code.replace("_", "").isalpha()
        return
    for reading in decoded.readings:
        assert math.isfinite(reading.value)
        assert reading.time is None or reading.time.utcoffset() is not None
        assert reading.device
        assert reading.register


@settings(deadline=None)
@given(st.sampled_from(TOPICS) | st.text(max_size=30), st.binary(max_size=200))
def test_any_bytes_on_any_topic_give_readings_or_a_reason(topic: str, payload: bytes) -> None:
    holds(topic, payload)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(TOPICS), documents)
def test_any_document_on_any_topic_gives_readings_or_a_reason(topic: str, body: object) -> None:
    holds(topic, json.dumps(body).encode())


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CASES), st.data())
def test_a_real_message_with_one_thing_replaced_gives_readings_or_a_reason(
    case: dict[str, object], data: st.DataObject
) -> None:
    body = json.loads(json.dumps(case["payload"]))
    here = body
    while isinstance(here, dict | list) and here:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(here[key], dict | list) and data.draw(st.booleans()):
            here = here[key]
            continue
        here[key] = data.draw(scalars | st.just({}) | st.just([]))
        break
    holds(str(case["topic"]), json.dumps(body).encode())


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CASES), st.data())
def test_a_real_message_cut_or_with_a_byte_changed_gives_readings_or_a_reason(
    case: dict[str, object], data: st.DataObject
) -> None:
    payload = case["payload"]
    whole = bytearray((payload if isinstance(payload, str) else json.dumps(payload)).encode())
    place = data.draw(st.integers(0, max(0, len(whole) - 1)))
    if whole and data.draw(st.booleans()):
        whole[place] = data.draw(st.integers(0, 255))
    else:
        del whole[place:]
    holds(str(case["topic"]), bytes(whole))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(BINARY_CASES), st.data())
def test_a_binary_message_cut_or_with_bytes_changed_gives_readings_or_a_reason(
    case: dict[str, str], data: st.DataObject
) -> None:
    whole = bytearray(base64.b64decode(case["payload_b64"]))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, max(0, len(whole) - 1)))
        if data.draw(st.booleans()):
            whole[place : place + 1] = data.draw(st.binary(max_size=3))
        else:
            del whole[place : place + data.draw(st.integers(1, 200))]
    holds(case["topic"], bytes(whole))


SENT = [
    (message["topic"], _sent(message))
    for case in ALL_CASES
    for message in [*case.get("before", ()), case]
    if case["decoded"]["family"] in {family.name for family in RECALLING_FAMILIES}
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(SENT), min_size=1, max_size=6), st.data())
def test_messages_in_any_order_and_damaged_give_readings_or_a_reason(
    sent: list[tuple[str, bytes]], data: st.DataObject
) -> None:
    decoders = Decoders(memory=Memory())
    for topic, whole in sent:
        damaged = bytearray(whole)
        if data.draw(st.booleans()):
            place = data.draw(st.integers(0, max(0, len(whole) - 1)))
            damaged[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
        holds(topic, bytes(damaged), decoders)


@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 100_000,
        b'{"ENERGY":' * 3000 + b"1" + b"}" * 3000,
        b'{"N":' * 3000 + b"NaN" + b"}" * 3000,
        b'{"ENERGY":{"Total":1' + b"0" * 400 + b"}}",
        b'{"ENERGY":{"Total":NaN' + b"0" * 5000 + b"}}",
        b"\xff\xfe\x00\x01" * 1000,
        b'{"ENERGY":{"Total":1}}\x00',
        b'\xef\xbb\xbf{"ENERGY":{"Total":1}}',
        b'"\\ud800"',
    ],
)
def test_a_monstrous_payload_is_refused_with_a_reason(payload: bytes) -> None:
    with pytest.raises(RejectedMessage) as refusal:
        decode("tele/x/SENSOR", payload)
    assert len(refusal.value.reason) < 300


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["iotawatt/a", "telegraf/a/b", "site/roof/lines"]),
    st.lists(
        st.sampled_from(
            [
                "m", ",t=a", " ", "e_kwh=1", "e_kwh=", "kWh=2i", ",", "=", "\\", '"', "\n", "#",
                "NaN",
                "1e999", " 1768893300", " 9" * 30, "i", "value=1u", "unit=kWh", "\r", "t", "-",
            ]
        ),
        max_size=12,
    ),
)  # fmt: skip
def test_any_scrap_of_line_protocol_gives_readings_or_a_reason(
    topic: str, scraps: list[str]
) -> None:
    holds(topic, "".join(scraps).encode())


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("depth", [900, 1000, 1020])
def test_a_document_nested_as_deep_as_the_parser_allows_is_answered(topic: str, depth: int) -> None:
    for key in ("object", "ENERGY", "deviceInfo", "uplink_message", "params"):
        holds(topic, f'{{"{key}":'.encode() * depth + b"1" + b"}" * depth)
    inner = b'{"a":' * depth + b"1" + b"}" * depth
    holds(topic, b'{"deviceInfo":{"devEui":"x"},"object":' + inner + b"}")


def test_a_name_without_end_is_not_stored_whole() -> None:
    long = "x" * 100_000
    body = {"Time": "2026-01-01T00:00:00", long: {"Temperature": 3}, "ENERGY": {"Total": 1}}
    decoded = decode("tele/x/SENSOR", json.dumps(body).encode())
    assert [reading.register for reading in decoded.readings] == ["Total"]
    assert len(decoded.complaints[0]) < 200
