"""A Linky behind Tasmota: the official build's labels, and what a French build makes of them."""

import json
from typing import Any

import pytest

from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.registry import decode


def sensor(topic: str = "tele/ecole-linky/SENSOR", **sections: Any) -> Decoded:
    body = {"Time": "2026-01-20T08:15:30", **sections}
    return decode(topic, json.dumps(body).encode())


def registers(role: Role, **sections: Any) -> list[str]:
    return [reading.register for reading in sensor(**sections).readings if reading.role is role]


METER = {"PH": 1, "P": 2140, "W": 1905}
CONTRACT = {"serial": 41876543210, "name": "HC", "CONSO": 30, "HC..": 10, "HP..": 20}


def test_the_meters_own_labels_are_the_total_beside_the_sum_of_the_contract() -> None:
    sections = {"TIC": {"HCHC": 10, "HCHP": 20}, "METER": METER, "CONTRACT": CONTRACT}
    assert registers(Role.TOTAL, **sections) == ["HCHC", "HCHP"]


def test_one_index_is_one_register_whether_it_comes_as_a_label_or_in_the_contract() -> None:
    index = {"VTIC": 2, "ADSC": "041876543210", "EAST": "014402118"}
    raw = sensor("tele/ecole-linky/TIC", TIC=index)
    worked_out = sensor(METER=METER, CONTRACT=CONTRACT | {"CONSO": 14402118})

    def totals(decoded: Decoded) -> list[tuple[str, str, float]]:
        return [(r.device, r.register, r.value) for r in decoded.readings if r.role is Role.TOTAL]

    assert totals(raw) == totals(worked_out) == [("ecole-linky", "EAST", 14402118)]


def test_an_active_power_not_yet_known_leaves_tasmotas_own_the_live_one() -> None:
    sections = {"ENERGY": {"Total": 1.5, "Power": 1900}, "METER": METER | {"W": 0}}
    assert registers(Role.LIVE, **sections) == ["Power"]


def test_a_house_that_uses_nothing_uses_nothing() -> None:
    (live,) = (
        r for r in sensor(METER={"PH": 1, "P": 0, "W": 0}).readings if r.register == "METER.W"
    )
    assert live.value == 0


def test_a_script_whose_section_is_called_meter_is_a_script() -> None:
    assert registers(Role.TOTAL, METER={"Total_in": 3.5}) == ["METER.Total_in"]


def test_a_frame_is_known_on_a_topic_of_somebodys_own() -> None:
    decoded = sensor("energie/linky", METER=METER)
    assert (decoded.family, decoded.readings[0].device) == ("tasmota", "energie/linky")


def test_a_stamp_of_the_load_curve_that_is_no_date_costs_no_other_label() -> None:
    decoded = sensor(TIC={"EAST": "014402118", "CCASN": "H261399080000 01830"})
    assert [reading.register for reading in decoded.readings] == ["EAST"]
    assert "TIC.CCASN has a stamp that is no date" in decoded.complaints[0]


@pytest.mark.parametrize(
    "body", [{"PAPP": 12}, {"DATE": "x", "MSG1": "a", "PRM": "b"}, {"ADCO": "", "BASE": 1}]
)
def test_a_word_that_is_a_label_makes_no_frame(body: dict[str, Any]) -> None:
    with pytest.raises(RejectedMessage, match="no decoder knows"):
        decode("energie/compteur", json.dumps(body).encode())


@pytest.mark.parametrize("topic", ["toiture/BASE", "mecanique/pas", "politique/EAST"])
def test_a_word_that_is_a_label_on_its_own_topic_is_not_believed(topic: str) -> None:
    with pytest.raises(RejectedMessage, match="plain number"):
        decode(topic, b"512")


@pytest.mark.parametrize("topic", ["linky/BASE", "maison/tic/base", "x/041876543210/Base"])
def test_a_label_is_one_register_however_its_topic_writes_it(topic: str) -> None:
    (reading,) = decode(topic, b"014402118").readings
    assert (reading.register, reading.unit, reading.role) == ("BASE", "Wh", Role.TOTAL)


def test_an_index_that_a_bridge_could_not_read_is_named() -> None:
    with pytest.raises(RejectedMessage, match="'NaN', not a number"):
        decode("linky/BASE", b"NaN")
