"""Whose a topic is: one family's, and the same register under whichever topic it comes."""

import json
from pathlib import Path

import pytest

from ingest.decoders.registry import FAMILIES, LAST_FAMILY, decode
from settings.families import FAMILIES as NAMES

PAYLOADS = Path(__file__).parents[2] / "payloads"
TOPICS = sorted({json.loads(p.read_text())["topic"] for p in PAYLOADS.rglob("*.json")})


def claimants(topic: str) -> list[str]:
    return [family.name for family in (*FAMILIES, LAST_FAMILY) if family.claim(topic)]


def test_no_two_families_claim_the_same_topic() -> None:
    assert {topic: names for topic in TOPICS if len(names := claimants(topic)) > 1} == {}


def test_every_family_that_reads_may_be_a_meters_source() -> None:
    assert {family.name for family in (*FAMILIES, LAST_FAMILY)} <= set(NAMES)


@pytest.mark.parametrize(
    "topic",
    ["zigbee2mqtt/salle/prise", "zigbee2mqtt-2/salle/prise", "ecole/zigbee2mqtt/salle/prise"],
)
def test_a_plug_keeps_its_friendly_name_under_any_base_topic(topic: str) -> None:
    assert decode(topic, b'{"energy":1}').readings[0].device == "salle/prise"


@pytest.mark.parametrize(
    "topic", ["tele/zigbee2mqtt/SENSOR", "homeassistant/sensor/zigbee2mqtt_bridge/version/config"]
)
def test_a_topic_that_only_names_zigbee2mqtt_is_left_to_whose_it_is(topic: str) -> None:
    assert "zigbee2mqtt" not in claimants(topic)


@pytest.mark.parametrize(
    ("info", "channel"),
    [
        ({"lights": [{"ison": True}]}, "light"),
        ({"lights": [{"ison": True}], "mode": "color"}, "color"),
        ({"lights": [{"ison": True}], "mode": "white"}, "white"),
        ({"relays": [{"ison": True}]}, "relay"),
        ({"rollers": [{"state": "stop"}]}, "roller"),
    ],
)
def test_a_shelly_channel_is_one_register_in_its_status_and_on_its_own_topic(
    info: dict[str, object], channel: str
) -> None:
    body = {**info, "meters": [{"power": 18.5, "is_valid": True, "total": 600}]}
    whole = decode("shellies/shelly-1/info", json.dumps(body).encode()).readings
    plain = [
        decode(f"shellies/shelly-1/{channel}/0/{name}", text).readings[0]
        for name, text in (("power", b"18.5"), ("energy", b"600"))
    ]
    assert [(r.register, r.value, r.role) for r in whole] == [
        (r.register, r.value, r.role) for r in plain
    ]


def test_a_newer_shelly_below_the_prefix_of_the_older_is_read() -> None:
    body = b'{"id":0,"total_act":2960470.17}'
    (reading,) = decode("shellies/tgbt/status/emdata:0", body).readings
    assert (reading.device, reading.register) == ("shellies/tgbt", "emdata:0.total_act")
    whole = b'{"src":"shellypro3em-0cb8","method":"NotifyStatus","params":{"emdata:0":%b}}' % body
    (reading,) = decode("shellies/tgbt/events/rpc", whole).readings
    assert (reading.device, reading.register) == ("shellypro3em-0cb8", "emdata:0.total_act")


def test_a_lamp_of_every_colour_counts_as_the_others_do() -> None:
    body = b'{"id":0,"apower":8.5,"aenergy":{"total":1204.7}}'
    readings = decode("shellyrgbcct-a0b1c2/status/rgbcct:0", body).readings
    assert [(r.register, r.unit) for r in readings] == [
        ("rgbcct:0.apower", "W"),
        ("rgbcct:0.aenergy.total", "Wh"),
    ]


def test_a_total_that_a_shelly_prints_as_nan_is_named_and_its_power_kept() -> None:
    decoded = decode("shellies/plug/info", b'{"meters":[{"power":41.7,"total":nan}]}')
    assert [reading.register for reading in decoded.readings] == ["relay/0/power"]
    assert decoded.complaints == ("meters[0].total is not finite (nan)",)
