"""What a codec's field means is told by its name, and is not guessed otherwise."""

import json
import time

import pytest

from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.lorawan_fields import calls_for_a_unit, kind_of_field
from ingest.decoders.registry import decode


def uplink(**fields: object) -> Decoded:
    body = {"deviceInfo": {"devEui": "0004a30b001c0530"}, "fPort": 1, "object": fields}
    return decode("application/1/device/x/event/up", json.dumps(body).encode())


@pytest.mark.parametrize(
    ("field", "quantity", "unit"),
    [
        ("volume_m3", "volume", "m3"),
        ("totalVolumeM3", "volume", "m3"),
        ("water_total_l", "volume", "L"),
        ("waterVolumeLiters", "volume", "L"),
        ("gas_index_dm3", "volume", "dm3"),
        ("volumem3", "volume", "m3"),
        ("indexGazm3", "volume", "m3"),
        ("energyKWh", "energy", "kWh"),
        ("kwh_total", "energy", "kWh"),
        ("active_energy_import_wh", "energy", "Wh"),
        ("Energy_MWh", "energy", "MWh"),
        ("energy_mwh", "energy", "MWh"),
        ("energy_mWh", "energy", "mWh"),
        ("power", "power", "W"),
        ("totalActivePower", "power", "W"),
        ("power_kw", "power", "kW"),
        ("apparent_power", "apparent_power", "VA"),
        ("temperature", "temperature", "degC"),
        ("TempC_SHT", "temperature", "degC"),
        ("temperature_f", "temperature", "degF"),
        ("temperatureSensor.1", "temperature", "degC"),
    ],
)
def test_a_field_is_known_by_its_name(field: str, quantity: str, unit: str) -> None:
    (reading,) = uplink(**{field: 12.5}).readings
    assert (reading.quantity, reading.unit, reading.register) == (quantity, unit, field)
    cumulative = quantity in ("energy", "volume")
    assert reading.accumulation == ("cumulative" if cumulative else "instantaneous")


NOBODYS = Decoded("chirpstack")
"""Understood, and nothing in it is anybody's."""


@pytest.mark.parametrize(
    "field",
    [
        "humidity", "battery_voltage", "power_factor", "temperature_max", "temperature_alarm",
        "current_c", "rssi", "co2", "voltage_l1", "water_leak", "total_counter_in",
    ],
)  # fmt: skip
def test_what_a_room_or_the_device_itself_says_is_no_register_and_no_fault(field: str) -> None:
    assert uplink(**{field: 12.5}) == NOBODYS


@pytest.mark.parametrize(
    "field",
    ["flow_rate_m3h", "flow_m3_h", "daily_volume_m3", "pulse_count", "model", "volume_unit"],
)
def test_what_might_count_something_is_left_to_a_mapping(field: str) -> None:
    with pytest.raises(RejectedMessage, match=field):
        uplink(**{field: 12.5})


@pytest.mark.parametrize(
    "fields",
    [
        {"magnet_status": "open", "tamper_status": "installed", "battery": 84},
        {"switch_1": "on", "switch_1_change": "yes", "switch_2": None},
        {"pir": {"status": "trigger", "value": True}, "battery": "84"},
        {"angle_x": 1.5, "angle_y": -3, "threshold_x": "normal"},
        {"zclheader": {"endpoint": 0, "report": "standard"}, "data": {"humidity": 41.2}},
        {"cmdID": "configureReportingResponse", "clustID": 12, "endpoint": 0, "status": 0},
    ],
)
def test_a_door_or_a_switch_is_understood_and_needs_no_mapping(fields: dict[str, object]) -> None:
    assert uplink(**fields) == NOBODYS


@pytest.mark.parametrize(
    "fields",
    [
        {"battery": 84, "foo": 12.5},
        {"battery": 84, "counter_1": 1234},
        {"battery": 84, "current_reading": 1234},
        {"battery": 84, "meter_status": 1234},
        {"battery": 84, "values": [1, 2]},
        {"battery": 84, "error": "unknown frame"},
        {"note": "hello"},
        {"battery" * 20: 84},
    ],
)
def test_a_number_that_may_be_an_index_keeps_its_message(fields: dict[str, object]) -> None:
    with pytest.raises(RejectedMessage, match="no decoded field is known"):
        uplink(**fields)


@pytest.mark.parametrize(
    "field",
    [
        "administration_kwh", "energy_generated_kwh", "luminaires_energy_wh", "ballast_kwh",
        "community_energy_kwh", "cheminee_kwh", "supervision_kwh", "terminal_1_kwh",
        "total_flow_m3", "index_heures_creuses_kwh", "peak_hour_kwh", "tableau_energie_kwh",
    ],
)  # fmt: skip
def test_a_word_that_only_contains_min_rate_or_last_hides_no_index(field: str) -> None:
    (reading,) = uplink(**{field: 12.5}).readings
    assert reading.accumulation == "cumulative"


@pytest.mark.parametrize(
    "field",
    [
        "energyMin_kwh", "min_energy_kwh", "volume.last_m3", "lastVolumeM3", "log_volume_m3",
        "maxpower_w", "flowrate_l", "history_total_m3", "energie_jour_kwh", "conso_mois_m3",
        "session_energy_kwh", "water_level_l", "niveau_cuve_l", "energy_kwh_per_m2", "power_avg_w",
        "temperatureMax", "Tmin_C", "tempMoyenne", "target_energy_kwh",
    ],
)  # fmt: skip
def test_what_was_or_starts_again_or_stands_in_a_tank_is_no_index_of_now(field: str) -> None:
    assert kind_of_field(field, None) is None


@pytest.mark.parametrize(
    "field", ["employee_count", "emptied", "temporary_error", "tempo_color", "attempts"]
)
def test_what_begins_like_temperature_is_none(field: str) -> None:
    with pytest.raises(RejectedMessage, match="no decoded field is known"):
        uplink(**{field: 12})


@pytest.mark.parametrize("field", ["water_leak", "gas_resistance", "uv_index", "magasin_humidity"])
def test_what_counts_nothing_is_not_asked_for_a_unit(field: str) -> None:
    assert not calls_for_a_unit(field)


def test_the_index_of_now_comes_before_the_one_of_the_last_log() -> None:
    decoded = uplink(log_volume_m3=5.938, delta_1_m3=0.014, current_volume_m3=6.054)
    (reading,) = decoded.readings
    assert (reading.register, reading.role) == ("current_volume_m3", Role.TOTAL)


@pytest.mark.parametrize("field", ["switchboard_energy_kwh", "abattoir_kwh", "device_energy_kwh"])
def test_a_switchboard_counts_though_a_board_measures_only_itself(field: str) -> None:
    assert uplink(**{field: 1}).readings[0].role is Role.TOTAL
    assert uplink(board_temperature=41).readings[0].role is Role.OTHER


def test_both_thermometers_of_a_heat_meter_are_read_and_are_no_rooms() -> None:
    decoded = uplink(flow_temperature=71.2, return_temperature=48.9, flow=0.4, energy_mwh=12.1)
    assert {r.register: r.role for r in decoded.readings} == {
        "flow_temperature": Role.OTHER,
        "return_temperature": Role.OTHER,
        "energy_mwh": Role.TOTAL,
    }


@pytest.mark.parametrize("field", ["energy", "volume", "water_index"])
def test_an_index_without_unit_is_not_guessed(field: str) -> None:
    with pytest.raises(RejectedMessage, match="has no unit"):
        uplink(**{field: 12.5})


@pytest.mark.parametrize(
    "fields",
    [
        {"volume": 12.5, "unit": "m³"},
        {"volume": 12.5, "volume_unit": "m3"},
        {"volume": 12.5, "volumeUnit": "M3"},
        {"volume": {"value": 12.5, "unit": "m3"}},
    ],
)
def test_a_unit_beside_its_number_is_taken(fields: dict[str, object]) -> None:
    (reading,) = uplink(**fields).readings
    assert (reading.register, reading.value, reading.unit) == ("volume", 12.5, "m3")


def test_a_number_that_the_codec_wrote_as_text_is_read() -> None:
    assert uplink(TempC_SHT="21.50").readings[0].value == 21.5


def test_names_made_to_be_slow_are_not() -> None:
    started = time.perf_counter()
    for part in ("flow", "instant", "temp_", "kwh_", "Temp"):
        with pytest.raises(RejectedMessage):
            uplink(**{part * 25_000: 1})
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("field", ["alarm3", "histogram3", "room3", "ppm3", "program3"])
def test_a_third_alarm_is_no_cubic_metre(field: str) -> None:
    assert kind_of_field(field, None) is None


@pytest.mark.parametrize(
    ("field", "text", "value", "unit"),
    [
        ("temperature", "16.5°C", 16.5, "degC"),
        ("Water", "812.4 m3", 812.4, "m3"),
        ("energy", "48.2kWh", 48.2, "kWh"),
    ],
)
def test_a_number_may_bring_its_unit_along(field: str, text: str, value: float, unit: str) -> None:
    (reading,) = uplink(**{field: text}).readings
    assert (reading.value, reading.unit) == (value, unit)


def test_a_word_that_ends_like_a_unit_is_a_word() -> None:
    assert uplink(temperature=20.5, model="300L", size="10 m3").readings[1:] == ()


def test_cayennes_channels_of_a_room_are_no_register_and_no_fault() -> None:
    channels = {"humiditySensor": {"2": 41.5}, "barometer": {"3": 1013.2}, "digitalInput": {"1": 0}}
    assert uplink(**channels) == NOBODYS
    (reading,) = uplink(temperatureSensor={"1": 20.5}, **channels).readings
    assert (reading.register, reading.unit) == ("temperatureSensor.1", "degC")


def test_where_a_temperature_comes_from_is_no_temperature() -> None:
    decoded = uplink(temperature=20.5, temperature_data_source="ntc")
    assert (len(decoded.readings), decoded.complaints) == (1, ())


@pytest.mark.parametrize(
    ("field", "role"),
    [
        ("activeEnergyImportL2T1_wh", Role.PART),
        ("activeEnergyImportL123T2_wh", Role.PART),
        ("activeEnergyImportL123_wh", Role.TOTAL),
    ],
)
def test_a_tariff_of_a_phase_is_a_share(field: str, role: Role) -> None:
    assert [reading.role for reading in uplink(**{field: 12}).readings] == [role]


@pytest.mark.parametrize(
    "field",
    ["feed_in_kwh", "Einspeisung_kWh", "energy_to_grid_kwh", "EnergyOut_kWh", "total_out_kwh"],
)
def test_what_was_given_to_the_grid_is_not_what_was_used(field: str) -> None:
    assert [reading.role for reading in uplink(**{field: 12.5}).readings] == [Role.OTHER]


@pytest.mark.parametrize("field", ["energy_2_days_ago_wh", "yieldday_wh", "verbrauch_heute_kwh"])
def test_the_sum_of_another_day_is_no_index(field: str) -> None:
    assert kind_of_field(field, None) is None


@pytest.mark.parametrize("field", ["rated_power_w", "puissance_souscrite_kva"])
def test_the_power_that_was_agreed_on_is_not_the_power_now(field: str) -> None:
    assert kind_of_field(field, None) is None


def test_the_warmth_of_a_processor_is_no_rooms() -> None:
    decoded = uplink(esp32_temperature=48.2, temperature=20.5)
    assert {r.register: r.role for r in decoded.readings} == {
        "esp32_temperature": Role.OTHER, "temperature": Role.LIVE,
    }  # fmt: skip


def test_two_channels_of_one_meter_add_up() -> None:
    decoded = uplink(energy1_kwh=12.5, energy2_kwh=8.0, energy_total_wh=20500)
    assert [reading.role for reading in decoded.readings] == [Role.TOTAL, Role.TOTAL, Role.OTHER]


def test_a_cubic_metre_is_no_channel() -> None:
    decoded = uplink(volume_m3=12.5, volume_dm3=12500)
    assert [reading.role for reading in decoded.readings] == [Role.TOTAL, Role.OTHER]
