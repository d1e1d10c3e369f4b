"""A meter that cannot be is refused with the field and the reason."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import InvalidRecord
from domain.meter_faults import check_change, check_new
from domain.meters import Commodity, Meter, Source
from domain.sites import Building, Portfolio, Zone

SCHOOL = Building(id="school", name="École", floor_area_m2=1000.0)
CLOSED = Building(id="closed", name="Fermée", floor_area_m2=10.0, retired=True)
MAIN = Meter(
    id="main",
    building_id="school",
    name="Général",
    commodity=Commodity.ELECTRICITY,
    source=Source(family="shelly", device="pro3em"),
)
LIGHTS = replace(MAIN, id="lights", name="Éclairage", parent_id="main", source=None)
GAS = Meter(id="gas", building_id="school", name="Gaz", commodity=Commodity.NATURAL_GAS)
PORTFOLIO = Portfolio(
    buildings=(SCHOOL, CLOSED),
    zones=(Zone(id="hall", building_id="school", name="Hall"),),
    meters=(MAIN, LIGHTS, GAS),
)
NEW = replace(MAIN, id="new", source=Source(family="tasmota", device="plug"))


def _source(**changes: object) -> Source:
    return replace(Source(family="tasmota", device="plug"), **changes)  # type: ignore[arg-type]


WRONG = {
    "a capital in the id": (replace(NEW, id="New"), {"id": "meter.id_form"}),
    "a taken id": (replace(NEW, id="gas"), {"id": "meter.id_taken"}),
    "no name": (replace(NEW, name=" "), {"name": "meter.name_missing"}),
    "no such building": (replace(NEW, building_id="x"), {"building_id": "meter.building_unknown"}),
    "a closed building": (
        replace(NEW, building_id="closed"),
        {"building_id": "meter.building_unknown"},
    ),
    "no such zone": (replace(NEW, zone_id="attic"), {"zone_id": "meter.zone_unknown"}),
    "no such parent": (replace(NEW, parent_id="x"), {"parent_id": "meter.parent_unknown"}),
    "a parent of gas": (replace(NEW, parent_id="gas"), {"parent_id": "meter.parent_commodity"}),
    "no scale": (replace(NEW, source=_source(scale=0.0)), {"scale": "meter.scale_range"}),
    "no number": (replace(NEW, source=_source(scale=float("nan"))), {"scale": "meter.scale_range"}),
    "never": (replace(NEW, cadence=timedelta(0)), {"cadence": "meter.cadence_range"}),
    "warm electricity": (
        replace(NEW, kwh_pcs_per_m3=11.0),
        {"kwh_pcs_per_m3": "meter.kwh_pcs_not_gas"},
    ),
    "gas in Wh": (
        replace(GAS, id="new", kwh_pcs_per_m3=11_000.0),
        {"kwh_pcs_per_m3": "meter.kwh_pcs_range"},
    ),
    "a device of another meter": (
        replace(NEW, source=Source(family="shelly", device="PRO3EM")),
        {"registers": "meter.device_taken"},
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_new_meter_is_refused_by_its_field(case: str) -> None:
    meter, fields = WRONG[case]
    with pytest.raises(InvalidRecord) as caught:
        check_new(meter, PORTFOLIO, is_one_more=True)
    assert caught.value.fields == fields


def test_a_second_main_meter_is_not_made_by_oversight() -> None:
    with pytest.raises(InvalidRecord) as caught:
        check_new(replace(NEW, name=""), PORTFOLIO)
    assert caught.value.fields == {"parent_id": "meter.main_taken", "name": "meter.name_missing"}
    without = replace(PORTFOLIO, meters=(replace(MAIN, retired=True), GAS))
    outdoors = replace(MAIN, commodity=Commodity.OUTDOOR_TEMPERATURE)
    check_new(NEW, without)
    check_new(NEW, PORTFOLIO, is_one_more=True)
    check_new(replace(NEW, parent_id="main"), PORTFOLIO)
    elsewhere = replace(outdoors, id="new", source=NEW.source)
    check_new(elsewhere, replace(PORTFOLIO, meters=(outdoors,)))


def test_another_register_of_the_same_device_is_another_meter() -> None:
    phase = Source(family="shelly", device="pro3em", registers=("a",))
    check_new(replace(NEW, source=phase, parent_id="main"), PORTFOLIO)
    check_new(replace(NEW, parent_id="main"), PORTFOLIO)


def test_the_two_sides_of_a_point_of_files_are_two_meters() -> None:
    point = Source(family="file", device="30001234567890")
    roof = replace(NEW, source=point, commodity=Commodity.SOLAR_PRODUCTION)
    used = replace(PORTFOLIO, meters=(replace(MAIN, source=point), GAS))
    check_new(roof, used)
    with pytest.raises(InvalidRecord) as caught:
        check_new(replace(NEW, source=point, parent_id="main"), used)
    assert caught.value.fields == {"registers": "meter.device_taken"}


def test_nothing_is_expected_of_a_meter_that_files_fill() -> None:
    filed = replace(MAIN, source=Source(family="file", device="30001234567890"))
    assert [meter.is_published for meter in (MAIN, LIGHTS, filed)] == [True, False, False]


def test_the_device_of_a_retired_meter_is_free() -> None:
    retired = replace(PORTFOLIO, meters=(replace(MAIN, retired=True), GAS))
    check_new(replace(NEW, source=MAIN.source), retired)


def test_an_id_never_changes_meaning() -> None:
    for changed in (replace(GAS, commodity=Commodity.WATER), replace(GAS, building_id="closed")):
        with pytest.raises(InvalidRecord) as caught:
            check_change(changed, PORTFOLIO)
        assert caught.value.fields["commodity"] == "meter.commodity_changed"
    with pytest.raises(InvalidRecord) as caught:
        check_change(replace(GAS, id="unknown"), PORTFOLIO)
    assert caught.value.fields == {"id": "meter.unknown"}
    check_change(replace(GAS, name="Gaz de la cuisine"), PORTFOLIO)


def test_a_meter_is_never_under_itself() -> None:
    with pytest.raises(InvalidRecord) as caught:
        check_change(replace(MAIN, parent_id="lights"), PORTFOLIO)
    assert caught.value.fields == {"parent_id": "meter.parent_loop"}
