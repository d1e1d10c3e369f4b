"""What is understood and holds no reading is no fault: it must not bury what is one."""

import pytest

from domain.errors import RejectedMessage
from ingest.decoders.registry import Decoders


@pytest.fixture
def decoders() -> Decoders:
    return Decoders()


@pytest.mark.parametrize(
    ("topic", "payload", "family"),
    [
        ("tasmota/discovery/A0B1C2D3E4F5/config", b'{"ip":"192.0.2.7","dn":"Prise"}', "tasmota"),
        ("tasmota/discovery/A0B1C2D3E4F5/sensors", b'{"sn":{"ENERGY":{"Total":1}}}', "tasmota"),
        ("cmnd/prise/POWER", b"ON", "tasmota"),
        ("ecole/prise/cmnd/Status", b"8", "tasmota"),
        ("eu868/gateway/0016c001ff10a235/event/up", b"\x0a\x12\x08", "chirpstack"),
        ("gateway/0016c001ff10a235/state/conn", b"\x0a\x10", "chirpstack"),
        ("shellyplugpm-a0b1c2/status/plugpm_ui", b"{}", "shelly"),
        ("esphome/discover/compteur", b'{"ip":"192.0.2.8","name":"compteur"}', "homeassistant"),
        ("compteur/debug", b"\x1b[0;36m[D][sensor:094]: 'Power'\x1b[0m", "availability"),
        ("compteur/debug", b"[C][mqtt:301]: MQTT", "availability"),
        ("ecole/prise/online", b"true", "availability"),
        ("four/status", b"Offline", "availability"),
        ("four/LWT", b'"online"', "availability"),
    ],
)
def test_what_devices_say_of_themselves_is_no_reading_and_no_fault(
    decoders: Decoders, topic: str, payload: bytes, family: str
) -> None:
    decoded = decoders.decode(topic, payload)
    assert (decoded.family, decoded.readings, decoded.complaints) == (family, (), ())


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("four/energie", b"offline"),
        ("four/energy_kwh", b"unavailable"),
        ("four/status", b"bientot"),
        ("four/debug", b"[chaud] 12"),
        ("gateway/four/event/up", b"{}"),
    ],
)
def test_a_message_that_should_have_been_a_number_stays_refused(
    decoders: Decoders, topic: str, payload: bytes
) -> None:
    with pytest.raises(RejectedMessage):
        decoders.decode(topic, payload)
