"""Homie: what the golden files do not say."""

import json

import pytest

from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.memory import Memory
from ingest.decoders.registry import Decoders

SILENT = Decoded("homie")


@pytest.fixture
def decoders() -> Decoders:
    return Decoders(memory=Memory())


def describe(decoders: Decoders, **properties: object) -> Decoded:
    body = {"homie": "5.0", "version": 1, "nodes": {"n": {"properties": properties}}}
    return decoders.decode("homie/5/d/$description", json.dumps(body).encode())


def announce(decoders: Decoders, name: str, **attributes: str) -> None:
    for attribute, text in attributes.items():
        decoders.decode(f"homie/d/n/{name}/${attribute}", text.encode())


def test_a_value_before_its_unit_is_buried_and_read_when_it_comes_again(
    decoders: Decoders,
) -> None:
    with pytest.raises(RejectedMessage) as refusal:
        decoders.decode("homie/d/n/e", b"12.5")
    assert refusal.value.code == "needs_unit"
    announce(decoders, "e", unit="kWh", datatype="float")
    (reading,) = decoders.decode("homie/d/n/e", b"12.5").readings
    assert (reading.device, reading.register, reading.value) == ("d", "n/e", 12.5)


def test_a_unit_that_changes_is_the_unit_from_then_on(decoders: Decoders) -> None:
    announce(decoders, "p", unit="W")
    announce(decoders, "p", unit="kW")
    assert decoders.decode("homie/d/n/p", b"3").readings[0].unit == "kW"
    announce(decoders, "p", unit="")
    with pytest.raises(RejectedMessage):
        decoders.decode("homie/d/n/p", b"3")


@pytest.mark.parametrize(
    ("name", "attributes", "value"),
    [
        ("relay", {"datatype": "boolean"}, b"1"),
        ("count", {"datatype": "integer"}, b"17"),
        ("current", {"datatype": "float", "unit": "A"}, b"2.5"),
        ("energy-today", {"datatype": "float", "unit": "kWh"}, b"2.5"),
        ("mode", {}, b"eco"),
        ("energy", {"datatype": "float", "unit": "kWh"}, b""),
    ],
)
def test_what_is_known_to_be_no_reading_is_silent(
    decoders: Decoders, name: str, attributes: dict[str, str], value: bytes
) -> None:
    announce(decoders, name, **attributes)
    assert decoders.decode(f"homie/d/n/{name}", value) == SILENT


def test_an_index_whose_unit_its_device_never_says_is_not_guessed(decoders: Decoders) -> None:
    announce(decoders, "energy", datatype="float")
    with pytest.raises(RejectedMessage, match=r"no \$unit of 'd/n/energy'"):
        decoders.decode("homie/d/n/energy", b"5")
    assert describe(decoders, energy={"datatype": "float"}).complaints == ("n/energy has no unit",)


@pytest.mark.parametrize(
    "topic",
    [
        "homie/d/$state", "homie/d/$fw/name", "homie/d/n/$properties", "homie/d/n/p/$format",
        "homie/d/n/p/set", "homie/$broadcast/alert", "homie/5/d/$state", "homie/5/d/$alert/x",
        "homie/5/d/n/p/$target", "homie/5/d/n/p/set", "homie/5/$broadcast/x",
    ],
)  # fmt: skip
def test_states_other_attributes_and_commands_are_silent(decoders: Decoders, topic: str) -> None:
    assert decoders.decode(topic, b"7") == SILENT


def test_of_two_words_for_one_energy_the_first_is_the_total(decoders: Decoders) -> None:
    describe(
        decoders,
        energy={"datatype": "float", "unit": "kWh"},
        energy2={"datatype": "integer", "unit": "Wh"},
        hchc={"datatype": "integer", "unit": "Wh"},
    )
    roles = [
        decoders.decode(f"homie/5/d/n/{name}", b"1").readings[0].role
        for name in ("energy", "energy2", "hchc")
    ]
    assert roles == [Role.TOTAL, Role.OTHER, Role.TOTAL]


def test_a_description_taken_back_is_forgotten(decoders: Decoders) -> None:
    describe(decoders, e={"datatype": "float", "unit": "kWh"})
    assert decoders.decode("homie/5/d/n/e", b"1").readings
    decoders.decode("homie/5/d/$description", b"")
    with pytest.raises(RejectedMessage, match=r"no \$description"):
        decoders.decode("homie/5/d/n/e", b"1")


@pytest.mark.parametrize(
    "nodes", [[], {"n": []}, {"n": {"properties": [1]}}, {"n": {"properties": {"e": 5}}}]
)
def test_a_description_in_another_shape_announces_nothing(
    decoders: Decoders, nodes: object
) -> None:
    decoders.decode("homie/5/d/$description", json.dumps({"nodes": nodes}).encode())
    assert decoders.decode("homie/5/d/n/e", b"1") == SILENT
