"""Every payload of `tests/payloads` is read as its file says, number by number."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ingest.decode_stream import decode_lines
from ingest.decoders.json_paths import find, steps_of

PAYLOADS = Path(__file__).parents[2] / "payloads"
CASES = sorted(path.relative_to(PAYLOADS).as_posix() for path in PAYLOADS.rglob("*.json"))


def line_of(message: Any) -> bytes:
    if "payload_b64" in message:
        return json.dumps({key: message[key] for key in ("topic", "payload_b64")}).encode()
    payload = message["payload"]
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return json.dumps({"topic": message["topic"], "payload": text}).encode()


@pytest.mark.parametrize("name", CASES)
def test_a_message_is_read_as_its_golden_file_says(name: str) -> None:
    case = json.loads((PAYLOADS / name).read_text())
    *earlier, answer = decode_lines(map(line_of, [*case.get("before", ()), case]))
    assert [json.loads(line)["rejected"] for line in earlier] == [None] * len(earlier)
    assert json.loads(answer) == case["decoded"]


@pytest.mark.parametrize("name", CASES)
def test_a_register_has_one_name_and_one_meaning_within_its_message(name: str) -> None:
    case = json.loads((PAYLOADS / name).read_text())
    readings = case["decoded"]["readings"]
    identities = {(r["device"], r["register"], r["time"]) for r in readings}
    assert len(identities) == len(readings)


@pytest.mark.parametrize(
    "name", [n for n in CASES if not n.startswith("unusable") and "number" not in n]
)
def test_a_path_leads_back_to_the_number_it_names(name: str) -> None:
    case = json.loads((PAYLOADS / name).read_text())
    if not isinstance(case.get("payload"), dict | list):
        return  # a frame has labels where a document has paths
    for reading in case["decoded"]["readings"]:
        if isinstance(case["payload"], str) and reading["path"]:
            continue  # lines are no document to find a path in
        number = find(case["payload"], steps_of(reading["path"]))
        if "base_value" in name or reading["register"].endswith("/energy"):
            continue  # a base value is added; watt-minutes are given in Wh
        # Wireless M-Bus over rtl_433 adds the unit, a Linky's label its stamp before.
        digits = re.sub(r"^[HE]\d{12} ", "", str(number)).partition(" ")[0]
        assert float(digits) == reading["value"], reading["path"]


def test_every_family_has_golden_payloads() -> None:
    assert {name.partition("/")[0] for name in CASES} >= {
        "tasmota",
        "shelly",
        "zigbee2mqtt",
        "teleinfo2mqtt",
        "chirpstack",
        "ttn",
        "liveobjects",
        "victron",
        "senml",
        "wmbusmeters",
        "rtl_433",
        "dsmr_reader",
        "emonhub",
        "iotawatt",
        "influx",
        "vzlogger",
        "amsreader",
        "plain",
        "sparkplug",
        "homie",
        "homeassistant",
        "tic",
        "unusable",
    }
