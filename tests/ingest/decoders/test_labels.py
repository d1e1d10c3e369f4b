"""What people call a device comes with its messages, and is proposed as its meter's name."""

import json

import pytest

from ingest.decoders.decoded import Decoded
from ingest.decoders.homeassistant_entities import Entity
from ingest.decoders.memory import Memory
from ingest.decoders.registry import Decoders, decode

EUI = "a840410001828f31"
UP = f"application/1/device/{EUI}/event/up"


def v4(**info: object) -> Decoded:
    body = {"deviceInfo": {"devEui": EUI, **info}, "fPort": 2, "object": {"volume_m3": 1.5}}
    return decode(UP, json.dumps(body).encode())


def test_chirpstack_gives_the_name_typed_in_its_pages() -> None:
    assert v4(deviceName=" Eau – Hôtel de ville ").label == "Eau – Hôtel de ville"
    body = {"devEUI": EUI, "deviceName": "Eau école", "fPort": 2, "object": {"volume_m3": 1.5}}
    assert decode(UP, json.dumps(body).encode()).label == "Eau école"


@pytest.mark.parametrize("name", [EUI.upper(), "", "  ", None, 12])
def test_a_number_again_or_nothing_is_no_name(name: object) -> None:
    assert v4(deviceName=name).label == ""


def test_a_name_without_end_is_cut() -> None:
    assert v4(deviceName="x" * 5000).label == "x" * 120


def test_wmbusmeters_gives_the_name_of_its_file() -> None:
    body = {"_": "telegram", "meter": "iperl", "id": "33225544", "name": "Gymnase", "total_m3": 1}
    assert decode("wmbusmeters/x", json.dumps(body).encode()).label == "Gymnase"


@pytest.fixture
def decoders() -> Decoders:
    return Decoders(memory=Memory())


def present(decoders: Decoders, register: str, device: dict[str, object]) -> None:
    config = {
        "stat_t": "pac/etat",
        "unit_of_meas": "kWh",
        "stat_cla": "total_increasing",
        "val_tpl": f"{{{{ value_json.{register} }}}}",
        "dev": device,
    }
    topic = f"homeassistant/sensor/{register}/config"
    decoders.decode(topic, json.dumps(config).encode())


def test_home_assistants_configuration_names_its_device(decoders: Decoders) -> None:
    present(decoders, "a", {"ids": ["a0b1"], "name": "Pompe à chaleur"})
    assert decoders.decode("pac/etat", b'{"a": 1}').label == "Pompe à chaleur"


def test_a_topic_of_two_devices_has_the_name_of_neither(decoders: Decoders) -> None:
    present(decoders, "a", {"ids": ["a0b1"], "name": "Pompe à chaleur"})
    present(decoders, "b", {"ids": ["a0b2"], "name": "Ballon"})
    assert decoders.decode("pac/etat", b'{"a": 1, "b": 2}').label == ""
    assert decoders.decode("pac/etat", b'{"b": 2}').label == "Ballon"


def test_an_entity_remembered_before_names_were_is_still_known() -> None:
    kind = ["energy", "kWh", "cumulative", "total"]
    body = {"device": "a0b1", "register": "a", "kind": kind, "template": "{{ value }}"}
    assert Entity.from_json(body).label == ""


def test_homies_devices_say_their_name_in_both_versions(decoders: Decoders) -> None:
    for attribute, text in (("$name", "Tableau"), ("n/e/$unit", "kWh")):
        decoders.decode(f"homie/d/{attribute}", text.encode())
    assert decoders.decode("homie/d/n/e", b"12.5").label == "Tableau"
    nodes = {"n": {"properties": {"e": {"datatype": "float", "unit": "kWh"}}}}
    for name in ("Tableau", None):
        body = {"homie": "5.0", "version": 1, "name": name, "nodes": nodes}
        decoders.decode("homie/5/d/$description", json.dumps(body).encode())
        assert decoders.decode("homie/5/d/n/e", b"12.5").label == (name or "")
