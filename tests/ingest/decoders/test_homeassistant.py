"""Home Assistant's discovery: what the golden files do not say."""

import json

import pytest

from domain.errors import RejectedMessage
from domain.registers import Quantity
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.memory import Memory
from ingest.decoders.registry import Decoders

SILENT = Decoded("homeassistant")


class Home:
    """Decoders that remember."""

    def __init__(self) -> None:
        self.decoders = Decoders(memory=Memory())

    def presents(self, name: str = "energy", **config: object) -> None:
        body = {"stat_t": "x/y", "unit_of_meas": "kWh", "stat_cla": "total_increasing"} | config
        self.says(f"homeassistant/sensor/n/{name}/config", json.dumps(body))

    def says(self, topic: str, text: str = "1") -> Decoded:
        return self.decoders.decode(topic, text.encode())


@pytest.fixture
def home() -> Home:
    return Home()


def test_a_topic_is_read_from_the_moment_it_was_spoken_of(home: Home) -> None:
    with pytest.raises(RejectedMessage, match="nothing says what it counts"):
        home.says("x/y")
    home.presents()
    (reading,) = home.says("x/y", "12.5").readings
    assert (reading.device, reading.register, reading.value) == ("energy", "energy", 12.5)


def test_an_entity_that_moves_takes_its_topic_with_it(home: Home) -> None:
    home.presents()
    home.presents("other", val_tpl="{{ value_json.p }}", unit_of_meas="W")
    home.presents(stat_t="x/z")
    assert home.says("x/z").readings
    assert [r.register for r in home.says("x/y", '{"p":3}').readings] == ["other"]


def test_an_entity_that_is_removed_leaves_its_topic_unknown(home: Home) -> None:
    home.presents()
    assert home.says("x/y").readings
    home.says("homeassistant/sensor/n/energy/config", "")
    with pytest.raises(RejectedMessage, match="nothing says what it counts"):
        home.says("x/y")


def test_an_entity_presented_otherwise_is_read_otherwise(home: Home) -> None:
    home.presents()
    assert home.says("x/y").readings[0].unit == "kWh"
    home.presents(unit_of_meas="Wh")
    assert home.says("x/y").readings[0].unit == "Wh"


def test_a_message_that_another_family_recognises_stays_with_it(home: Home) -> None:
    for topic in ("tele/plug/SENSOR", "my/plug"):
        home.presents(stat_t=topic, val_tpl="{{ value_json.ENERGY.Total }}")
        assert home.says(topic, '{"ENERGY":{"Total":1.5,"Power":3}}').family == "tasmota"


def test_a_value_under_the_discovery_prefix_itself_is_read(home: Home) -> None:
    topic = "homeassistant/sensor/linky/state"
    assert home.says(topic, "5") == SILENT
    home.presents(stat_t=topic)
    assert [reading.value for reading in home.says(topic, "5").readings] == [5.0]


@pytest.mark.parametrize(
    ("config", "role"),
    [
        ({"device_class": "energy"}, Role.TOTAL),
        ({"state_class": None, "stat_cla": None}, Role.OTHER),
        ({"last_reset_value_template": "{{ value_json.t }}"}, Role.OTHER),
        ({"ent_cat": "diagnostic"}, Role.OTHER),
        ({"dev_cla": "power", "unit_of_meas": "W", "stat_cla": "measurement"}, Role.LIVE),
        ({"dev_cla": "gas", "unit_of_meas": "m³"}, Role.TOTAL),
        ({"dev_cla": "water", "unit_of_meas": "L", "stat_cla": "total"}, Role.TOTAL),
        ({"dev_cla": "temperature", "unit_of_meas": "°F", "stat_cla": "measurement"}, Role.LIVE),
        ({"dev_cla": "apparent_power", "unit_of_meas": "VA"}, Role.OTHER),
    ],
)
def test_classes_and_unit_say_what_an_entity_is_to_its_device(
    home: Home, config: dict[str, object], role: Role
) -> None:
    home.presents("total", **config)
    assert [reading.role for reading in home.says("x/y").readings] == [role]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("energy_today", Role.OTHER),
        ("energie_du_jour", Role.OTHER),
        ("energie_journalière", Role.OTHER),
        ("gaurko-energia", Role.OTHER),
        ("energie_totale", Role.TOTAL),
        ("energy_returned", Role.OTHER),
        ("energy_phase_a", Role.PART),
        ("linky_hchp", Role.TOTAL),
        ("EASF01", Role.PART),
    ],
)
def test_a_name_says_what_an_entity_is_to_its_device(home: Home, name: str, role: Role) -> None:
    home.presents(name)
    assert [reading.role for reading in home.says("x/y").readings] == [role]


@pytest.mark.parametrize(
    "config",
    [
        {"dev_cla": "energy_storage"},
        {"dev_cla": "energy", "stat_cla": "measurement"},
        {"dev_cla": "battery", "unit_of_meas": "%"},
        {"dev_cla": "power"},
        {"unit_of_meas": None},
        {"unit_of_meas": "A"},
    ],
)
def test_what_is_no_measurement_of_ours_is_silent(home: Home, config: dict[str, object]) -> None:
    home.presents(**config)
    assert home.says("x/y") == SILENT


def test_a_switch_is_silent_whatever_its_unit(home: Home) -> None:
    config = '{"stat_t":"x/y","unit_of_meas":"kWh"}'
    home.says("homeassistant/switch/n/s/config", config)
    assert home.says("x/y", "ON") == SILENT


@pytest.mark.parametrize("text", ["", "None"])
def test_an_entity_without_value_is_silent(home: Home, text: str) -> None:
    home.presents()
    assert home.says("x/y", text) == SILENT


def test_a_value_that_is_not_where_it_should_be_is_said(home: Home) -> None:
    home.presents(val_tpl="{{ value_json.a.b }}")
    with pytest.raises(RejectedMessage, match=r"energy is not at a\.b"):
        home.says("x/y", '{"a":5}')
    with pytest.raises(RejectedMessage, match=r"energy is not at a\.b"):
        home.says("x/y", "some text")
    assert home.says("x/y", '{"a":{"b":null}}') == SILENT


def test_two_entities_of_one_name_are_not_mixed_up(home: Home) -> None:
    for node in "ab":
        body = {"stat_t": "x/y", "unit_of_meas": "kWh", "val_tpl": f"{{{{ value_json.{node} }}}}"}
        body["dev"] = {"ids": "one"}
        home.says(f"homeassistant/sensor/{node}/energy/config", json.dumps(body))
    decoded = home.says("x/y", '{"a":1,"b":2}')
    assert [reading.value for reading in decoded.readings] == [1.0]
    assert decoded.complaints == ("b is the second value that a configuration calls 'energy'",)


@pytest.mark.parametrize(
    ("device", "name"),
    [
        ({"ids": "a"}, "a"),
        ({"ids": ["b", "c"]}, "b"),
        ({"cns": [["mac", "d"]], "name": "e"}, "d"),
        ({"name": "e"}, "e"),
        ({"ids": [], "cns": "x"}, "energy"),
        ("odd", "energy"),
    ],
)
def test_a_device_is_called_by_its_identifier(home: Home, device: object, name: str) -> None:
    home.presents(dev=device)
    assert [reading.device for reading in home.says("x/y").readings] == [name]


def test_topics_stand_on_their_base_at_either_end(home: Home) -> None:
    home.presents("one", **{"~": "a/b", "stat_t": "~/c"})
    home.presents("two", **{"~": "b", "stat_t": "a/~", "avty": [{"t": "~/online"}]})
    assert home.says("a/b/c").readings[0].register == "one"
    assert home.says("a/b").readings[0].register == "two"
    assert home.says("b/online", "online") == SILENT


def test_a_component_of_a_device_may_have_a_topic_of_its_own(home: Home) -> None:
    own = {"p": "sensor", "unit_of_meas": "kWh", "stat_cla": "total", "stat_t": "~/own"}
    body = {"~": "base", "dev": {"ids": "d"}, "stat_t": "~/all", "cmps": {"e": own, "x": 5}}
    home.says("homeassistant/device/d/config", json.dumps(body))
    (reading,) = home.says("base/own", "7").readings
    assert (reading.device, reading.register, reading.quantity) == ("d", "e", Quantity.ENERGY)
    del body["cmps"]
    home.says("homeassistant/device/d/config", json.dumps(body))
    with pytest.raises(RejectedMessage):
        home.says("base/own", "7")


def test_a_configuration_with_half_a_character_costs_nothing_else(home: Home) -> None:
    body = (
        r'{"stat_t":"x/y","unit_of_meas":"kWh","stat_cla":"total","min":NaN,"dev":{"ids":"\ud83d"}}'
    )
    home.says("homeassistant/sensor/e/config", body)
    assert [reading.value for reading in home.says("x/y", "5").readings] == [5.0]


@pytest.mark.parametrize("text", ["[]", "5", "not json"])
def test_a_configuration_that_is_no_object_is_refused(home: Home, text: str) -> None:
    with pytest.raises(RejectedMessage):
        home.says("homeassistant/sensor/e/config", text)
