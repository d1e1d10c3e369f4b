"""What a property means depends on what else its device says."""

import json

import pytest

from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.registry import decode


def said(**body: object) -> Decoded:
    return decode("zigbee2mqtt/eau-cantine", json.dumps(body).encode())


def test_a_water_meter_counts_in_cubic_metres() -> None:
    decoded = said(water_consumed=812.374, reverse_water_consumed=0.2, flow_rate=0.0, meter_id="7")
    assert [(r.register, r.unit, r.role) for r in decoded.readings] == [
        ("water_consumed", "m3", Role.TOTAL),
        ("reverse_water_consumed", "m3", Role.OTHER),
    ]


def test_a_water_meter_that_is_a_valve_as_well_counts_in_litres() -> None:
    (reading,) = said(water_consumed=81237, report_period="1h", state="ON").readings
    assert (reading.value, reading.unit, reading.role) == (81237, "L", Role.TOTAL)


@pytest.mark.parametrize("litres", [12, "12.00", None])
def test_the_litres_of_the_last_watering_are_no_index(litres: object) -> None:
    decoded = said(state="OFF", mode="duration", water_consumed=litres, battery=90)
    assert decoded == Decoded("zigbee2mqtt")


def test_water_that_nothing_tells_the_unit_of_is_not_guessed() -> None:
    with pytest.raises(RejectedMessage, match="m3 or L"):
        said(water_consumed=12.0, linkquality=80)
    with pytest.raises(RejectedMessage, match="m3 or L"):
        decode("zigbee2mqtt/eau-cantine/water_consumed", b"12.0")


def test_the_water_of_a_heat_meter_is_not_what_is_used() -> None:
    decoded = said(water_consumed=51.2, cumulative_heat=812.5, meter_id="7")
    assert {r.register: (r.unit, r.role) for r in decoded.readings} == {
        "water_consumed": ("m3", Role.OTHER),
        "cumulative_heat": ("kWh", Role.TOTAL),
    }


def test_a_meter_interface_that_says_its_unit_in_numbers_is_normalized_already() -> None:
    body = {"unit_of_measure": 1, "multiplier": 1, "divisor": 1000, "interface_mode": "gas"}
    (reading,) = said(gas=4821.37, **body).readings
    assert (reading.register, reading.unit, reading.role) == ("gas", "m3", Role.TOTAL)
    body = {"unit_of_measure": 0, "divisor": 1000, "interface_mode": "electricity"}
    roles = {r.register: r.role for r in said(energy=88.4, power=44, **body).readings}
    assert roles == {"energy": Role.TOTAL, "power": Role.LIVE}


def test_the_loudness_of_a_siren_is_no_volume() -> None:
    assert said(volume=100, linkquality=80) == Decoded("zigbee2mqtt")


def test_the_hot_and_the_cold_water_of_one_counter_are_in_litres() -> None:
    decoded = said(volume_1=1200, volume_2=3400)
    assert [(r.value, r.unit, r.role) for r in decoded.readings] == [
        (1200, "L", Role.TOTAL),
        (3400, "L", Role.TOTAL),
    ]


def test_a_clamp_that_gives_no_sign_is_not_live_while_its_panels_produce() -> None:
    body = {"power_a": 400, "energy_flow_a": "consuming", "power_b": 900}
    roles = {r.register: r.role for r in said(energy_flow_b="producing", **body).readings}
    assert roles == {"power_a": Role.LIVE, "power_b": Role.OTHER}


def test_a_meter_just_installed_is_read_as_soon_as_it_counts() -> None:
    (reading,) = said(current_summ_delivered=0.002, current_tier1_summ_delivered=0).readings[:1]
    assert (reading.value, reading.role) == (0.002, Role.TOTAL)


def test_a_linky_that_only_exports_keeps_what_it_exported() -> None:
    decoded = said(current_summ_delivered=0, current_summ_received=812.3)
    assert [r.register for r in decoded.readings] == ["current_summ_received"]


@pytest.mark.parametrize("text", [b"nan", b"unavailable"])
def test_an_attribute_that_should_have_been_a_number_is_named(text: bytes) -> None:
    with pytest.raises(RejectedMessage, match="not a number"):
        decode("zigbee2mqtt/ecole/prise/energy", text)


@pytest.mark.parametrize("payload", [b'{"energy":12', b"\xff\xfe", b"ON\n"])
def test_what_is_cut_short_or_binary_stays_refused(payload: bytes) -> None:
    with pytest.raises(RejectedMessage):
        decode("zigbee2mqtt/ecole/prise", payload)


def test_wh_beside_kwh_are_the_same_energy_again() -> None:
    roles = {r.register: r.role for r in said(energy=1.2, energy_wh=1200).readings}
    assert roles == {"energy": Role.TOTAL, "energy_wh": Role.OTHER}
