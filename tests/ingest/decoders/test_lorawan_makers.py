"""A maker's codec is read by what the maker documents, whichever network carried it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded, DecodedReading, Role
from ingest.decoders.registry import decode
from settings.model import MappingSettings

EUI = "a840410001828f31"
UP = f"application/1/device/{EUI}/event/up"
DATE = "2026-01-20T07:15:25Z"


def v4(fields: dict[str, Any]) -> Decoded:
    body = {"time": DATE, "deviceInfo": {"devEui": EUI}, "fPort": 1, "object": fields}
    return decode(UP, json.dumps(body).encode())


def v3_text(fields: dict[str, Any]) -> Decoded:
    body = {"devEUI": "qEBBAAGCjzE=", "publishedAt": DATE, "objectJSON": json.dumps(fields)}
    return decode(UP, json.dumps(body).encode())


def v3_object(fields: dict[str, Any]) -> Decoded:
    body = {"devEUI": EUI.upper(), "rxInfo": [{"time": DATE}], "object": fields}
    return decode(UP, json.dumps(body).encode())


def ttn(fields: dict[str, Any]) -> Decoded:
    uplink = {"received_at": DATE, "decoded_payload": fields}
    body = {"end_device_ids": {"device_id": EUI}, "uplink_message": uplink}
    return decode("v3/ville/devices/x/up", json.dumps(body).encode())


def live_objects(fields: dict[str, Any]) -> Decoded:
    lora = {"network": {"lora": {"devEUI": EUI}}}
    body = {"streamId": "x", "timestamp": DATE, "metadata": lora, "value": fields}
    return decode("fifo/zaindu", json.dumps(body).encode())


def said(reading: DecodedReading) -> tuple[object, ...]:
    """Return everything but the path, which tells where a network puts it."""
    return (*reading[:7], reading.role)


NAMES = (
    "energy_kwh", "volume_m3", "volume", "temperature", "power", "active_power", "pulse", "battery",
    "power_consumption", "power_factor", "socket_status", "reactive_energy_wh", "water",
    "pulse_conv",
)  # fmt: skip


def test_a_smart_plugs_batch_tells_the_register_of_its_reports() -> None:
    sample = {"variable": "ActiveEnergy", "value": 49, "unit": "Wh"}
    batch = [sample | {"date": f"2026-01-20T07:{minute}:50Z"} for minute in (15, 25)]
    readings = v4({"samples": batch, "ActiveEnergy": 49, "ActiveEnergy_unit": "Wh"}).readings
    assert [(r.register, r.unit, r.role) for r in readings] == [
        ("active_energy", "Wh", Role.TOTAL)
    ] * 2


numbers = st.integers(-1000, 10**6) | st.floats(-1e3, 1e6, allow_nan=False)
samples = st.lists(
    st.fixed_dictionaries(
        {
            "variable": st.sampled_from(
                ("positive_active_energy_abc", "active_power", "temperature_2", "index", "EAST")
            ),
            "value": numbers,
            "date": st.sampled_from((DATE, "2026-01-20T06:15:25Z")),
        }
    ),
    min_size=1,
    max_size=4,
)
payloads = st.dictionaries(st.sampled_from(NAMES), numbers, min_size=1) | st.fixed_dictionaries(
    {"samples": samples}
)


@given(payloads)
def test_a_device_says_the_same_whichever_network_carried_it(fields: dict[str, Any]) -> None:
    answers = []
    for network in (v4, v3_text, v3_object, ttn, live_objects):
        try:
            answers.append([said(reading) for reading in network(fields).readings])
        except RejectedMessage as rejection:
            answers.append([(rejection.code,)])
    assert answers == [answers[0]] * 5


@given(samples, st.randoms(use_true_random=False))
def test_the_order_of_a_batch_changes_nothing(batch: list[dict[str, Any]], random: Any) -> None:
    shuffled = list(batch)
    random.shuffle(shuffled)

    def readings(items: list[dict[str, Any]]) -> object:
        try:
            return sorted(said(reading) for reading in v4({"samples": items}).readings)
        except RejectedMessage as rejection:
            return rejection.code

    assert readings(shuffled) == readings(batch)


def test_a_server_brought_from_v3_to_v4_keeps_its_meters() -> None:
    devices = {network({"volume_m3": 1}).readings[0].device for network in (v4, v3_text, v3_object)}
    assert devices == {EUI}


def test_an_object_that_v3_wrote_badly_is_refused_with_its_reason() -> None:
    with pytest.raises(RejectedMessage, match="objectJSON is not JSON"):
        decode(UP, b'{"devEUI":"qEBBAAGCjzE=","objectJSON":"{volume"}')


def test_a_dev_eui_that_is_none_leaves_the_topics_own() -> None:
    decoded = decode(UP, b'{"devEUI":"!","object":{"volume_m3":1}}')
    assert decoded.readings[0].device == EUI


def test_power_consumption_alone_is_no_energy() -> None:
    with pytest.raises(RejectedMessage, match="power_consumption has no unit"):
        v4({"power_consumption": 418230})


def test_power_consumption_is_no_energy_but_among_a_plugs_own_fields() -> None:
    decoded = v4({"power_consumption": 418230, "active_power": 63, "power_factor": 71})
    assert [reading.register for reading in decoded.readings] == ["active_power"]
    assert "power_consumption has no unit" in decoded.complaints[0]


def test_what_a_sensor_kept_while_the_network_was_away_is_the_same_register() -> None:
    decoded = v4({"temperature": 11.4, "history": [{"timestamp": 1768889700, "temperature": 11.1}]})
    assert [(r.register, r.role) for r in decoded.readings] == [("temperature", Role.LIVE)] * 2
    assert decoded.readings[1].time == datetime(2026, 1, 20, 6, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "fields",
    [
        {"pulse": 8831},
        {"gpio_counter_1": 12},
        {"samples": [{"variable": "index_2", "value": 12, "date": DATE}]},
        {"zclheader": {}, "data": {"counter": 12}},
        {"type": "0x5a Pulse 4 data - channel A", "counterValues": [295, 294]},
    ],
)
def test_pulses_are_nothing_until_somebody_says_what_one_is_worth(fields: dict[str, Any]) -> None:
    with pytest.raises(RejectedMessage, match=r"counts pulses.*\[\[mappings\]\]"):
        v4(fields)


@pytest.mark.parametrize("path", ["object.pulse", "objectJSON.pulse"])
def test_pulses_are_a_volume_once_somebody_said_what_one_is_worth(path: str) -> None:
    mapping = MappingSettings.model_validate(
        {
            "name": "gaz",
            "topic": "application/+/device/+/event/up",
            "device_path": "devEUI",
            "fields": (
                {"path": path, "register": "pulses", "quantity": "volume", "unit": "m3",
                 "accumulation": "cumulative", "scale": 0.01},
            ),
        },
        strict=False,
    )  # fmt: skip
    whole, _, _ = path.partition(".")
    counted: object = {"pulse": 8831}
    body = {"devEUI": EUI, whole: json.dumps(counted) if whole == "objectJSON" else counted}
    (reading,) = decode(UP, json.dumps(body).encode(), mappings=(mapping,)).readings
    assert (reading.value, reading.unit) == (pytest.approx(88.31), "m3")


@pytest.mark.parametrize(
    "fields",
    [
        {"battery": 96},
        {"ipso_version": "v0.1", "sn": "6746C33000800000"},
        {"samples": [{"variable": "Irms", "value": 13, "date": DATE, "unit": "A"}]},
        {"type": "0x4a TIC alarm", "label": "ADCO"},
        {"bytes": {"type": "0x10 Pulse 4 configuration", "channels": []}},
    ],
)
def test_what_is_understood_and_carries_nothing_wanted_is_no_fault(fields: dict[str, Any]) -> None:
    assert v4(fields) == Decoded("chirpstack")


@pytest.mark.parametrize("name", ["reactive_energy_wh", "total_reactive_power_w", "kvarh_total"])
def test_reactive_energy_is_no_energy_whatever_its_unit_is_called(name: str) -> None:
    assert [reading.register for reading in v4({name: 1, "energy_wh": 2}).readings] == ["energy_wh"]


def test_the_index_of_a_pme_pmi_without_its_tariff_is_not_stored() -> None:
    with pytest.raises(RejectedMessage, match="PTCOUR1"):
        v4({"samples": [{"variable": "EAP_s", "value": 430796, "date": DATE}]})


def test_a_unit_that_measures_something_else_is_named() -> None:
    with pytest.raises(RejectedMessage, match="'A', which measures something else"):
        v4({"samples": [{"variable": "active_energy", "value": 4, "date": DATE, "unit": "A"}]})


def test_a_label_in_another_unit_than_the_meters_is_named() -> None:
    with pytest.raises(RejectedMessage, match="'kWh', not in Wh"):
        v4({"type": "0x49 TIC data", "BASE": {"unit": "kWh", "value": 4}})


def test_a_probe_that_is_off_is_not_a_temperature() -> None:
    probes = [
        {"name": "probe 1", "value": 24.4},
        {"name": "probe 2", "value": 0, "state": "deactivated"},
    ]
    decoded = v4({"type": "0x43 Temperature data", "temperatures": probes})
    assert [(r.register, r.value) for r in decoded.readings] == [("probe 1", 24.4)]


def test_a_second_measurement_of_the_stacks_vocabulary_is_the_same_register() -> None:
    items = [
        {"time": f"2026-01-20T0{hour}:00:00Z", "air": {"temperature": 4.0 + hour}}
        for hour in (6, 7)
    ]
    uplink = {"received_at": DATE, "normalized_payload": items}
    body = {"end_device_ids": {"device_id": "x"}, "uplink_message": uplink}
    readings = decode("v3/ville/devices/x/up", json.dumps(body).encode()).readings
    assert [(r.role, r.value) for r in readings] == [(Role.LIVE, 10.0), (Role.LIVE, 11.0)]
