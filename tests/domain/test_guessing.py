"""From what a device says to the meter it probably is, or to "we cannot tell"."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.guess_names import LONGEST_ID, free_id
from domain.guessing import Certainty, guess, usual_cadence
from domain.meters import Commodity
from domain.registers import Quantity, Role
from domain.seen_devices import SeenDevice
from tests.domain.test_seen_devices import device, register

VOLUME = register("volume_m3", quantity=Quantity.VOLUME, unit="m3")
ENERGY = register("energy_kwh")
GIGAJOULES = register("energy_gj", unit="GJ")
POWER = register("power", quantity=Quantity.POWER, unit="W", role=Role.LIVE)
WARMTH = register("temperature", quantity=Quantity.TEMPERATURE, unit="degC", role=Role.LIVE)
RETURN = register("return_temperature", quantity=Quantity.TEMPERATURE, unit="degC", role=Role.OTHER)
VOLT_AMPERES = register("PAPP", quantity=Quantity.APPARENT_POWER, unit="VA", role=Role.OTHER)

CASES: dict[str, tuple[SeenDevice, Commodity | None, Certainty]] = {
    "an energy from a Shelly": (
        device(ENERGY, POWER, name="shellypro3em-0cb815fc96dc", family="shelly"),
        Commodity.ELECTRICITY,
        Certainty.SURE,
    ),
    "a Shelly that somebody named for the sun": (
        device(ENERGY, name="panneaux-toit", family="shelly"),
        Commodity.SOLAR_PRODUCTION,
        Certainty.LIKELY,
    ),
    "a Linky": (
        device(register("BASE", unit="Wh"), name="021528603314", family="teleinfo2mqtt"),
        Commodity.ELECTRICITY,
        Certainty.SURE,
    ),
    "volt-amperes, which only current has": (
        device(ENERGY, VOLT_AMPERES, name="x1", family="zigbee2mqtt"),
        Commodity.ELECTRICITY,
        Certainty.SURE,
    ),
    "a volume called water": (
        device(VOLUME, name="eau-hotel-de-ville", family="ttn"),
        Commodity.WATER,
        Certainty.SURE,
    ),
    "a volume called gas": (
        device(VOLUME, name="gaz-jules-ferry", family="zigbee2mqtt"),
        Commodity.NATURAL_GAS,
        Certainty.SURE,
    ),
    "an energy of a water meter, which stays water": (
        device(VOLUME, ENERGY, name="water-north", family="chirpstack"),
        Commodity.WATER,
        Certainty.LIKELY,
    ),
    "cold water, which is no cold": (
        device(VOLUME, ENERGY, name="cold water", family="zigbee2mqtt"),
        Commodity.WATER,
        Certainty.LIKELY,
    ),
    "an energy called heat": (
        device(ENERGY, name="chaleur-sous-station", family="zigbee2mqtt"),
        Commodity.DISTRICT_HEAT,
        Certainty.LIKELY,
    ),
    "an energy called sockets": (
        device(ENERGY, name="prises-hall", family="zigbee2mqtt"),
        Commodity.ELECTRICITY,
        Certainty.SURE,
    ),
    "flow and return": (
        device(VOLUME, ENERGY, WARMTH, RETURN, name="a840410001828f31", family="chirpstack"),
        Commodity.DISTRICT_HEAT,
        Certainty.LIKELY,
    ),
    "an energy in joules": (
        device(GIGAJOULES, name="a840410001828f31", family="chirpstack"),
        Commodity.DISTRICT_HEAT,
        Certainty.LIKELY,
    ),
    "flow and return of an energy": (
        device(ENERGY, POWER, WARMTH, RETURN, name="67320418", family="wmbusmeters"),
        Commodity.DISTRICT_HEAT,
        Certainty.LIKELY,
    ),
    "watts that a gateway added up to joules": (
        device(register("power.s", unit="J"), POWER, name="urn:dev:ow:10e2", family="senml"),
        Commodity.ELECTRICITY,
        Certainty.LIKELY,
    ),
    "the sun on a switchboard": (
        device(ENERGY, POWER, name="tgbt/solaire", family="zigbee2mqtt"),
        Commodity.SOLAR_PRODUCTION,
        Certainty.LIKELY,
    ),
    "an energy beside a power": (
        device(ENERGY, POWER, name="x1", family="zigbee2mqtt"),
        Commodity.ELECTRICITY,
        Certainty.LIKELY,
    ),
    "a heat pump, which is fed with electricity": (
        device(ENERGY, POWER, name="pompe à chaleur", family="zigbee2mqtt"),
        Commodity.ELECTRICITY,
        Certainty.LIKELY,
    ),
    "a thermometer outside": (
        device(WARMTH, name="Sonde extérieure", family="zigbee2mqtt"),
        Commodity.OUTDOOR_TEMPERATURE,
        Certainty.SURE,
    ),
    "a thermometer anywhere": (
        device(WARMTH, name="sonde-12", family="zigbee2mqtt"),
        None,
        Certainty.UNKNOWN,
    ),
    "a volume of nobody knows what": (
        device(VOLUME, name="a840410001828f31", family="chirpstack"),
        None,
        Certainty.UNKNOWN,
    ),
    "a volume called both": (
        device(VOLUME, name="eau-et-gaz", family="chirpstack"),
        None,
        Certainty.UNKNOWN,
    ),
    "an energy alone": (
        device(ENERGY, name="node-7", family="senml"),
        None,
        Certainty.UNKNOWN,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_device_is_guessed_by_what_it_measures_then_by_its_name(case: str) -> None:
    seen, commodity, certainty = CASES[case]
    found = guess(seen)
    assert (found.commodity, found.certainty) == (commodity, certainty), found.reason


def test_a_meter_of_water_takes_the_volume_and_leaves_the_energy() -> None:
    found = guess(device(VOLUME, ENERGY, POWER, name="water-north", family="chirpstack"))
    assert found.registers == ("volume_m3",)
    heat = guess(device(VOLUME, GIGAJOULES, POWER, RETURN, WARMTH, name="x", family="ttn"))
    assert heat.registers == ("volume_m3", "energy_gj", "power")


def test_a_pulse_counter_needs_its_weight_checked() -> None:
    as_energy = register("energy", quantity=Quantity.VOLUME, unit="m3")
    assert guess(device(as_energy, name="gaz", family="zigbee2mqtt")).needs_weight
    assert not guess(device(VOLUME, name="gaz", family="zigbee2mqtt")).needs_weight


@pytest.mark.parametrize(
    ("name", "family", "said", "id_"),
    [
        ("eau-hotel-de-ville", "ttn", "Eau hotel de ville", "eau-hotel-de-ville"),
        ("étage 1/Prises", "zigbee2mqtt", "Prises", "prises"),
        ("a840410001828f31", "chirpstack", "", "meter-8f31"),
        ("shellypro3em-0cb815fc96dc", "shelly", "", "electricity-96dc"),
        ("tasmota_8A3F21", "tasmota", "", "electricity-3f21"),
        ("0x00158d0001a2b3c4", "zigbee2mqtt", "", "meter-b3c4"),
        ("021528603314", "teleinfo2mqtt", "", "electricity-3314"),
        ("façade", "zigbee2mqtt", "Façade", "facade"),
        ("shellyplug-s-6A3F11", "shelly", "", "electricity-3f11"),
        ("7C:DF:A1:42:10:9B", "amsreader", "", "electricity-109b"),
        ("modbus,name=tgbt", "influx", "Modbus name tgbt", "modbus-name-tgbt"),
    ],
)
def test_a_name_is_proposed_only_where_people_gave_one(
    name: str, family: str, said: str, id_: str
) -> None:
    energy = register("index", role=Role.TOTAL)
    found = guess(device(energy, name=name, family=family))
    assert (found.name, found.id) == (said, id_)


def test_what_the_owner_calls_it_is_better_than_its_name() -> None:
    found = guess(device(ENERGY, name="0x00158d0001a2b3c4", label="Tableau divisionnaire"))
    assert (found.name, found.id) == ("Tableau divisionnaire", "tableau-divisionnaire")


@pytest.mark.parametrize(
    ("heard_s", "told_s"),
    [(0.4, 1), (9.6, 10), (59, 60), (310, 300), (1000, 900), (90_000, 86_400)],
)
def test_a_device_is_expected_by_the_clock(heard_s: float, told_s: int) -> None:
    assert usual_cadence(timedelta(seconds=heard_s)) == timedelta(seconds=told_s)


@given(st.text(max_size=60), st.integers(0, 12))
def test_a_proposed_id_is_always_one_that_can_be_kept(name: str, others: int) -> None:
    taken: set[str] = set()
    for _ in range(others + 1):
        found = free_id(name, taken)
        assert found not in taken
        assert 1 <= len(found) <= LONGEST_ID
        assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        taken.add(found)
