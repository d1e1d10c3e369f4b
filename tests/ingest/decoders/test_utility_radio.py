"""What the radio hears is the meter's index of now, in a unit that it tells."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RejectedMessage
from domain.registers import Quantity
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.registry import decode
from ingest.decoders.wmbus_fields import kinds_of


def telegram(**fields: object) -> Decoded:
    body = {"_": "telegram", "media": "water", "meter": "iperl", "id": "33225544", **fields}
    return decode("wmbusmeters/x", json.dumps(body).encode())


@pytest.mark.parametrize(
    "field",
    [
        "target_m3", "target_energy_kwh", "consumption_at_history_3_m3", "last_month_total_m3",
        "due_date_m3", "consumption_at_set_date_m3", "previous_kwh", "current_kwh",
        "prev_1_month_kwh", "energy_delta_3_kwh", "historic_m3", "total_at_date_m3",
        "max_power_kw", "max_flow_m3h", "average_temperature_1h_c", "reactive_consumption_kw",
        "apparent_consumption_kw", "total_apparent_energy_consumption_kvah", "subunit1_target_m3",
        "total_reactive_energy_consumption_kvarh", "flow_return_temperature_difference_c",
        "partial_energy_consumption_kwh", "unknown_m3",
    ],
)  # fmt: skip
def test_an_old_index_an_extreme_or_a_mean_is_no_register(field: str) -> None:
    assert telegram(**{field: 12.5}).readings == ()


def test_a_gas_or_water_meter_that_tells_its_index_in_litres_too_is_counted_once() -> None:
    roles = [reading.role for reading in telegram(total_m3=12.5, total_l=12500).readings]
    assert roles == [Role.TOTAL, Role.OTHER]


def test_a_meter_that_was_not_decrypted_gives_no_reading_even_with_numbers_beside() -> None:
    with pytest.raises(RejectedMessage, match="decryption failed"):
        telegram(error="decryption failed", telegram="2A44", total_m3=0)


def test_the_error_flags_of_a_meter_are_no_failed_telegram() -> None:
    assert len(telegram(error="I_3_OVERFLOW", total_energy_consumption_kwh=229).readings) == 1


def roles(**fields: object) -> dict[str, Role]:
    decoded = telegram(**{"media": "electricity", "meter": "iem3000", **fields})
    return {reading.register: reading.role for reading in decoded.readings}


def test_a_meter_that_tells_its_phases_apart_from_its_whole_is_not_counted_twice() -> None:
    whole = roles(total_energy_consumption_kwh=33370.162, active_consumption_kw=18.2)
    assert whole["total_energy_consumption_kwh"] is Role.TOTAL
    shares = roles(
        total_energy_consumption_l1_kwh=11080.5,
        total_energy_consumption_l2_kwh=11339.9,
        total_energy_consumption_tariff_1_kwh=0,
    )
    assert set(shares.values()) == {Role.PART}


def test_a_telegram_that_prints_its_energies_a_thousand_times_too_small_is_passed_over() -> None:
    assert roles(total_energy_consumption_kwh=33.385496, phases_counter=3) == {}


fields = st.sampled_from(
    ["total_m3", "total_volume_m3", "total_tariff_1_m3", "total_kwh", "total_energy_production_kwh",
     "total_energy_consumption_tariff_1_kwh", "total_energy_consumption_tariff_2_kwh", "power_kw",
     "total_energy_consumption_kwh", "current_power_consumption_phase1_kw", "current_power_kw"]
)  # fmt: skip


@given(st.lists(fields, unique=True))
def test_a_quantity_has_one_whole_or_only_shares(names: list[str]) -> None:
    kinds = [kind for _, kind in kinds_of("amiplus", names)]
    for quantity, main in ((Quantity.ENERGY, Role.TOTAL), (Quantity.POWER, Role.LIVE)):
        of_it = [kind.role for kind in kinds if kind.quantity is quantity]
        assert of_it.count(main) <= 1 or Role.PART not in of_it


def event(**fields: object) -> Decoded:
    body = {
        "time": "2026-01-20 08:15:00",
        "model": "Oregon-CM180",
        "id": 21,
        "mic": "CRC",
        **fields,
    }
    return decode("rtl_433/grenier/events", json.dumps(body).encode())


def test_a_sensor_is_the_same_device_as_an_event_and_on_its_topics() -> None:
    (heard,) = event(model="Acurite 5n1", channel="A", temperature_C=4.5).readings
    topic = "rtl_433/grenier/devices/Acurite_5n1/A/21/temperature_C"
    (told,) = decode(topic, b"4.5").readings
    assert (heard.device, heard.register) == (told.device, told.register)


@pytest.mark.parametrize(
    ("time", "utc"),
    [
        ("2026-01-20 08:15:00", "2026-01-20T07:15:00"),
        ("2026-01-20T08:15:00", "2026-01-20T07:15:00"),
        ("2026-01-20 07:15:00Z", "2026-01-20T07:15:00"),
        ("2026-01-20 08:15:00.250000+0100", "2026-01-20T07:15:00.250000"),
        ("1768893300", "2026-01-20T07:15:00"),
        ("1768893300.250000", "2026-01-20T07:15:00.250000"),
        (1768893300, "2026-01-20T07:15:00"),
        ("@0.270000s", None),
    ],
)
def test_the_time_of_an_event_is_read_in_every_form_of_the_radio(
    time: object, utc: str | None
) -> None:
    (reading,) = event(time=time, power_W=12).readings
    assert (reading.time and reading.time.isoformat().removesuffix("+00:00")) == utc


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("ERT-SCM", "consumption_data"),
        ("ERT-IDM", "LastConsumptionCount"),
        ("SCMplus", "Consumption"),
        ("Neptune-R900", "consumption"),
        ("Orion-Endpoint", "reading"),
    ],
)
def test_a_utility_meter_that_tells_no_unit_is_not_guessed(model: str, field: str) -> None:
    with pytest.raises(RejectedMessage, match=rf"devices/{model}/21/{field} with path"):
        event(model=model, **{field: 184217})
    with pytest.raises(RejectedMessage, match="this topic"):
        decode(f"rtl_433/grenier/devices/{model}/21/{field}", b"184217")


def test_a_wireless_mbus_value_in_another_unit_than_its_name_is_complained_of() -> None:
    decoded = event(inst_volume_0="12.5 kWh", inst_energy_wh_0="12.5 kWh")
    assert [reading.register for reading in decoded.readings] == ["inst_energy_wh_0"]
    assert decoded.complaints == ("inst_volume_0 is no number with a unit that is known",)
