"""What a codec's field means is told by its name, and is not guessed otherwise."""

import json
import time

import pytest

from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded
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
        ("energyKWh", "energy", "kWh"),
        ("kwh_total", "energy", "kWh"),
        ("active_energy_import_wh", "energy", "Wh"),
        ("Energy_MWh", "energy", "MWh"),
        ("power", "power", "W"),
        ("totalActivePower", "power", "W"),
        ("power_kw", "power", "kW"),
        ("apparent_power", "apparent_power", "VA"),
        ("temperature", "temperature", "degC"),
        ("TempC_SHT", "temperature", "degC"),
        ("temperature_f", "temperature", "degF"),
    ],
)
def test_a_field_is_known_by_its_name(field: str, quantity: str, unit: str) -> None:
    (reading,) = uplink(**{field: 12.5}).readings
    assert (reading.quantity, reading.unit, reading.register) == (quantity, unit, field)
    cumulative = quantity in ("energy", "volume")
    assert reading.accumulation == ("cumulative" if cumulative else "instantaneous")


@pytest.mark.parametrize(
    "field",
    [
        "humidity", "battery_voltage", "power_factor", "flow_rate_m3h", "flow_m3_h",
        "daily_volume_m3", "temperature_max", "temperature_alarm", "current_c", "pulse_count",
        "rssi", "co2", "voltage_l1", "model", "volume_unit",
    ],
)  # fmt: skip
def test_what_is_no_register_of_ours_is_left_alone(field: str) -> None:
    with pytest.raises(RejectedMessage, match=field):
        uplink(**{field: 12.5})


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
