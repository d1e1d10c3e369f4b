import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.calendars import OpeningCalendar
from domain.meters import Commodity, Meter, Source
from domain.periods import Period
from domain.registers import Accumulation, Quantity
from domain.sites import Building, Portfolio
from domain.units import to_canonical
from ingest.decoders.decoded import DecodedReading, Role
from ingest.decoders.registry import decode
from sensors_sim.dialects import shelly_gen1
from sensors_sim.dialects.device import Device, Sample, instant_of
from sensors_sim.simulation import Simulation
from settings.model import MappingField, MappingSettings

PARIS = ZoneInfo("Europe/Paris")
HOUR = Period(datetime(2023, 1, 20, 9, tzinfo=UTC), datetime(2023, 1, 20, 10, tzinfo=UTC))
INSTANTS = (HOUR.start, HOUR.end)


def portfolio_of_one(
    commodity: Commodity, family: str, device: str, scale: float = 1.0
) -> Portfolio:
    building = Building(id="b", name="B", floor_area_m2=2000.0, opening=OpeningCalendar())
    meter = Meter(
        id="m",
        building_id="b",
        name="M",
        commodity=commodity,
        source=Source(family=family, device=device, scale=scale),
        cadence=timedelta(minutes=10),
    )
    return Portfolio(buildings=(building,), meters=(meter,))


def told(
    portfolio: Portfolio, mappings: tuple[MappingSettings, ...] = ()
) -> tuple[Simulation, Mapping[datetime, list[DecodedReading]], str]:
    """Return what a decoder understands at both ends of the hour, and the device's family."""
    simulation = Simulation(portfolio, 5, mappings=mappings)
    result: dict[datetime, list[DecodedReading]] = {at: [] for at in INSTANTS}
    family = ""
    for message in simulation.messages(Period(HOUR.start, HOUR.end + timedelta(seconds=1))):
        if message.received_at in result:
            decoded = decode(message.topic, message.payload, mappings=mappings)
            result[message.received_at].extend(decoded.readings)
            family = decoded.family
    return simulation, result, family


def total(readings: list[DecodedReading]) -> float:
    return sum(
        to_canonical(r.value, r.unit, r.quantity)
        for r in readings
        if r.role is Role.TOTAL and r.accumulation is Accumulation.CUMULATIVE
    )


@pytest.mark.parametrize(
    ("commodity", "family", "device"),
    [
        (Commodity.ELECTRICITY, "tasmota", "prise-1"),
        (Commodity.ELECTRICITY, "tasmota", "021528603314"),
        (Commodity.ELECTRICITY, "teleinfo2mqtt", "021528603314"),
        (Commodity.ELECTRICITY, "shelly", "shellyem-B9E5C1"),
        (Commodity.ELECTRICITY, "shelly", "shellyem3-B9E5C1D2E3F4"),
        (Commodity.ELECTRICITY, "shelly", "shellypro3em-0cb815fc96dc"),
        (Commodity.ELECTRICITY, "shelly", "shelly3em63g3-0cb815fc96dc"),
        (Commodity.ELECTRICITY, "shelly", "shellyproem50-0cb815fc96dc"),
        (Commodity.ELECTRICITY, "shelly", "shellypmminig3-0cb815fc96dc"),
        (Commodity.ELECTRICITY, "shelly", "shellyplus1pm-0cb815fc96dc"),
        (Commodity.ELECTRICITY, "zigbee2mqtt", "linky"),
        (Commodity.ELECTRICITY, "chirpstack", "a840410001828f31"),
        (Commodity.ELECTRICITY, "ttn", "elec-1"),
        (Commodity.ELECTRICITY, "senml", "urn:dev:mac:0024befffe804ff1"),
        (Commodity.SOLAR_PRODUCTION, "shelly", "shellypro3em-0cb815fc96dc"),
        (Commodity.DISTRICT_HEAT, "senml", "urn:dev:mac:0024befffe804ff2"),
        (Commodity.NATURAL_GAS, "zigbee2mqtt", "gaz/chaufferie"),
        (Commodity.NATURAL_GAS, "chirpstack", "a840410001828f31"),
        (Commodity.WATER, "zigbee2mqtt", "eau"),
        (Commodity.WATER, "ttn", "eau-1"),
        (Commodity.WATER, "senml", "urn:dev:mac:0024befffe804ff3"),
    ],
)
def test_any_portfolio_that_uses_these_families_is_understood(
    commodity: Commodity, family: str, device: str
) -> None:
    simulation, readings, decoded_family = told(portfolio_of_one(commodity, family, device))
    assert decoded_family == family
    assert all(reading.device == device for reading in readings[HOUR.start])
    counted = total(readings[HOUR.end]) - total(readings[HOUR.start])
    made = simulation.truth("m", HOUR)
    if commodity is Commodity.NATURAL_GAS:
        counted *= 11.16
    assert counted == pytest.approx(made, abs=1e-6)
    assert total(readings[HOUR.start]) > 0.0


@pytest.mark.parametrize("family", ["zigbee2mqtt", "chirpstack", "ttn", "senml"])
def test_a_thermometer_of_any_family_is_understood(family: str) -> None:
    device = "urn:dev:mac:0024befffe804ff1" if family == "senml" else "dehors"
    _, readings, _ = told(portfolio_of_one(Commodity.OUTDOOR_TEMPERATURE, family, device))
    (reading,) = [r for r in readings[HOUR.start] if r.quantity is Quantity.TEMPERATURE]
    assert reading.role is Role.LIVE
    assert -10.0 < reading.value < 30.0


def test_a_pulse_weight_is_undone_by_the_scale_that_the_meter_declares() -> None:
    portfolio = portfolio_of_one(Commodity.ELECTRICITY, "tasmota", "compteur", scale=40.0)
    simulation, readings, _ = told(portfolio)
    counted = 40.0 * (total(readings[HOUR.end]) - total(readings[HOUR.start]))
    assert counted == pytest.approx(simulation.truth("m", HOUR), abs=1e-6)
    (live,) = [r for r in readings[HOUR.start] if r.role is Role.LIVE]
    assert 40.0 * live.value / 1000.0 == pytest.approx(simulation.truth("m", HOUR), rel=0.5)


def test_a_mapping_of_ones_own_is_spoken_as_it_is_read() -> None:
    mapping = MappingSettings(
        name="odd",
        topic="site/+/data",
        time_path="meta.t",
        time_unit="ms",
        fields=(
            MappingField(
                path='values[1]["total energy"]',
                register="e",
                quantity=Quantity.ENERGY,
                unit="MWh",
                accumulation=Accumulation.CUMULATIVE,
            ),
            MappingField(
                path="values[0]",
                register="p",
                quantity=Quantity.POWER,
                unit="kW",
                accumulation=Accumulation.INSTANTANEOUS,
                scale=0.1,
            ),
            MappingField(
                path="since",
                register="d",
                quantity=Quantity.ENERGY,
                unit="Wh",
                accumulation=Accumulation.DELTA,
            ),
        ),
    )
    portfolio = portfolio_of_one(Commodity.ELECTRICITY, "mapping:odd", "toit")
    without_delta = mapping.model_copy(update={"fields": mapping.fields[:2]})
    simulation = Simulation(portfolio, 5, mappings=(mapping,))
    messages = list(simulation.messages(Period(HOUR.start, HOUR.end + timedelta(seconds=1))))
    first, last = (
        decode(m.topic, m.payload, mappings=(without_delta,)).readings
        for m in (messages[0], messages[-1])
    )
    assert messages[0].topic == "site/toit/data"
    assert {reading.device for reading in first} == {"toit"}
    assert {reading.time for reading in first} == {HOUR.start}
    counted = total(list(last)) - total(list(first))
    assert counted == pytest.approx(simulation.truth("m", HOUR), abs=1e-3)


def test_the_plain_topics_of_a_gen1_say_what_its_status_document_says() -> None:
    device = Device(
        name="shellyem-B9E5C1", commodity=Commodity.ELECTRICITY, cadence_s=60, zone=PARIS
    )
    sample = Sample(instant_of(1_795_454_400, PARIS), 123_456, 0, 1500.0, 0.0, False)
    plain = [
        reading
        for topic, payload in shelly_gen1.speak_plainly(device, sample)
        for reading in decode(topic, payload).readings
    ]
    (info,) = shelly_gen1.speak(device, sample)
    told_at_once = {r.register: r.value for r in decode(*info).readings}
    assert {r.register: r.value for r in plain}.items() <= told_at_once.items()
    assert {r.time for r in plain} == {None}


def test_a_linky_counts_off_peak_hours_apart(simulation: Simulation) -> None:
    night = Period(datetime(2026, 11, 20, 1, tzinfo=UTC), datetime(2026, 11, 20, 5, tzinfo=UTC))
    evening = Period(datetime(2026, 11, 20, 17, tzinfo=UTC), datetime(2026, 11, 20, 19, tzinfo=UTC))
    for period, moving, still in ((night, "HCHC", "HCHP"), (evening, "HCHP", "HCHC")):
        frames = [
            json.loads(m.payload) for m in simulation.messages(period, meter_ids=["hdv-elec"])
        ]
        assert int(frames[-1][moving]["raw"]) > int(frames[0][moving]["raw"])
        assert frames[-1][still] == frames[0][still]
        assert frames[0]["PTEC"]["value"] == moving[2:]
        assert len(frames[0]["HCHC"]["raw"]) == 9


def test_what_the_radio_carries_is_what_the_codec_says(simulation: Simulation) -> None:
    uplink = json.loads(next(simulation.messages(HOUR, meter_ids=["jf-water"])).payload)
    litres = int.from_bytes(base64.b64decode(uplink["data"])[1:], "big")
    assert uplink["object"]["volume_m3"] == litres / 1000
    assert uplink["deviceInfo"]["devEui"] == "a840410001828f31"
