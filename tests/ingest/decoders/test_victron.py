"""A Venus gateway publishes thousands of values: those that are measurements are read."""

import json

import pytest

from domain.errors import RejectedMessage
from ingest.decoders import victron
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.registry import FAMILIES, decode

PORTAL = "c0619ab1cdef"


def value(topic: str, number: object) -> Decoded:
    return decode(f"N/{PORTAL}/{topic}", json.dumps({"value": number}).encode())


@pytest.mark.parametrize(
    ("topic", "unit", "role"),
    [
        ("grid/30/Ac/Energy/Forward", "kWh", Role.TOTAL),
        ("grid/30/Ac/L2/Energy/Forward", "kWh", Role.PART),
        ("grid/30/Ac/L2/Energy/Reverse", "kWh", Role.OTHER),
        ("acload/40/Ac/Power", "W", Role.LIVE),
        ("evcharger/1/Ac/L3/Power", "W", Role.PART),
        ("solarcharger/279/Yield/User", "kWh", Role.PART),
        ("solarcharger/279/Yield/Power", "W", Role.LIVE),
        ("multi/0/Energy/SolarToAcOut", "kWh", Role.OTHER),
        ("vebus/257/Ac/Out/L1/P", "W", Role.OTHER),
        ("temperature/24/Temperature", "degC", Role.LIVE),
    ],
)
def test_a_services_path_is_a_register_in_its_documented_unit(
    topic: str, unit: str, role: Role
) -> None:
    (reading,) = value(topic, 12.5).readings
    service, instance, register = topic.split("/", 2)
    assert reading.device == f"{PORTAL}/{service}/{instance}"
    assert (reading.register, reading.unit, reading.role) == (register, unit, role)
    assert reading.time is None


@pytest.mark.parametrize(
    "topic",
    [
        "grid/30/Ac/L1/Voltage", "solarcharger/279/History/Daily/0/Yield", "battery/512/Soc",
        "system/0/Serial", "heartbeat", "keepalive", "temperature/24/TemperatureType",
    ],
)  # fmt: skip
def test_states_days_and_settings_are_no_registers(topic: str) -> None:
    assert value(topic, 3) == Decoded("victron")


@pytest.mark.parametrize("verb", ["R", "W"])
def test_somebody_elses_request_is_no_reading(verb: str) -> None:
    topic = f"{verb}/{PORTAL}/grid/30/Ac/Power"
    assert decode(topic, b'{"value": 12}') == Decoded("victron")


def test_a_value_that_is_no_number_is_named() -> None:
    with pytest.raises(RejectedMessage, match="value is a text"):
        value("grid/30/Ac/Power", "12")


def test_another_n_topic_is_left_to_others() -> None:
    assert victron.FAMILY.claim("N/roof/grid/30/Ac/Power") is None


def test_only_one_family_claims_a_gateways_topics() -> None:
    topics = [f"N/{PORTAL}/grid/30/Ac/Power", f"ville/N/{PORTAL}/status/0/Ac/Power"]
    for topic in topics:
        assert [f.name for f in FAMILIES if f.claim(topic)] == ["victron"]
