"""A meter behind Tasmota's Smart Meter Interface, under names somebody wrote in a script."""

import json
from typing import Any

import pytest

from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.registry import decode


def sensor(**sections: Any) -> Decoded:
    body = {"Time": "2026-01-15T09:05:00", **sections}
    return decode("tele/lecteur/SENSOR", json.dumps(body).encode())


def roles(**fields: Any) -> dict[str, Role]:
    return {reading.register: reading.role for reading in sensor(SML=fields).readings}


@pytest.mark.parametrize("name", ["Total_in", "total_in", "Total_IN", "E_in", "energy_imported"])
def test_an_index_is_known_however_the_script_writes_it(name: str) -> None:
    (reading,) = sensor(Strom={name: 12.5}).readings
    assert (reading.register, reading.unit, reading.role) == (f"Strom.{name}", "kWh", Role.TOTAL)


def test_tariffs_are_shares_of_the_sum_beside_them() -> None:
    assert roles(Total_in=3, Total_T1=1, Total_T2=2) == {
        "SML.Total_in": Role.TOTAL, "SML.Total_T1": Role.PART, "SML.Total_T2": Role.PART,
    }  # fmt: skip


def test_both_tariffs_without_a_sum_are_what_was_used() -> None:
    assert set(roles(Total_T1=1, Total_T2=2).values()) == {Role.TOTAL}


def test_one_tariff_alone_is_not_taken_for_the_whole() -> None:
    assert roles(Total_T1=1) == {"SML.Total_T1": Role.PART}


def test_a_power_sent_the_moment_it_changes_is_read_alone() -> None:
    assert roles(Power_curr=12) == {"SML.Power_curr": Role.LIVE}


def test_an_obis_name_is_not_guessed_by_a_factor_of_a_thousand() -> None:
    with pytest.raises(RejectedMessage, match=r"SML\.1_8_0 is in kWh or Wh"):
        sensor(SML={"1_8_0": 6210.5})


@pytest.mark.parametrize(
    "section",
    [{"Voltage": 4.9, "Current": 0.1, "Power": 0.5}, {"Total": "3"}, {"Id": "28FF"}, {"A0": 12}],
)
def test_another_sensors_section_is_no_meter(section: dict[str, Any]) -> None:
    assert sensor(INA219=section) == Decoded("tasmota")


@pytest.mark.parametrize(
    "name", ["Total", "WP_Total", "StromBezug", "Energie_Tarif2", "EnergyTotal", "counter_pos"]
)
def test_what_a_script_counts_without_unit_is_named_and_not_passed_over(name: str) -> None:
    with pytest.raises(RejectedMessage, match=rf"Strom\.{name} has no unit; a \[\[mappings\]\]"):
        sensor(Strom={name: 5032.1})


def test_the_resistance_of_a_gas_and_a_number_on_a_plate_count_nothing() -> None:
    assert sensor(BME680={"Gas": 99.9}, Strom={"Zaehlernummer": 123456}) == Decoded("tasmota")


def test_what_starts_again_each_day_is_not_asked_a_unit_for() -> None:
    assert sensor(Strom={"daily_consumption": 3.2}) == Decoded("tasmota")


def test_a_field_that_says_its_unit_is_not_added_to_the_index_beside_it() -> None:
    assert roles(Total_in=3, total_kwh=3) == {
        "SML.Total_in": Role.TOTAL, "SML.total_kwh": Role.OTHER,
    }  # fmt: skip


def test_the_meter_of_the_relay_itself_comes_before_a_script() -> None:
    readings = sensor(ENERGY={"Total": 1.5}, SML={"Total_in": 9}).readings
    assert [reading.register for reading in readings] == ["Total"]
