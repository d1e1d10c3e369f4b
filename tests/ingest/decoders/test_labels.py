"""What people call a device comes along with what it says, where the message tells it."""

import json

import pytest

from ingest.decoders.registry import decode

UPLINK = {"time": "2026-01-20T07:15:30Z", "fPort": 2, "object": {"volume_m3": 1234.567}}
V3 = {"applicationID": "12", "devEUI": "a840410001828f31", "fPort": 2, "object": {"volume_m3": 1}}
TELEGRAM = {"_": "telegram", "media": "water", "meter": "multical21", "id": "76348799"}
TELEGRAM |= {"total_m3": 61.4, "timestamp": "2026-01-20T07:15:30Z"}
EUI = "a840410001828f31"


def _label(topic: str, body: object) -> str:
    return decode(topic, json.dumps(body).encode()).label


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("x", UPLINK | {"deviceInfo": {"devEui": EUI, "deviceName": "Eau du gymnase"}}),
        ("x", V3 | {"deviceName": "Eau du gymnase"}),
        ("wmbusmeters/eau", TELEGRAM | {"name": "Eau du gymnase"}),
    ],
)
def test_a_device_of_numbers_is_known_by_the_name_that_people_gave_it(
    topic: str, body: object
) -> None:
    assert _label(topic, body) == "Eau du gymnase"


@pytest.mark.parametrize("name", [None, "", 7, ["Eau"], {}])
def test_what_is_no_name_is_none_and_the_message_is_read(name: object) -> None:
    for topic, body in (
        ("x", UPLINK | {"deviceInfo": {"devEui": EUI, "deviceName": name}}),
        ("x", V3 | {"deviceName": name}),
        ("wmbusmeters/eau", TELEGRAM | {"name": name}),
    ):
        decoded = decode(topic, json.dumps(body).encode())
        assert (decoded.label, len(decoded.readings)) == ("", 1)
