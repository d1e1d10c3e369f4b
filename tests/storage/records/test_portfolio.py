from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from domain.calendars import Closure, OpeningCalendar, OpenSpan
from domain.errors import InvalidRecord
from domain.meters import Commodity, EndUse, Meter, Source
from domain.sites import Building, BuildingUse, Origin, Portfolio, Zone
from storage.records import SqlRecords

SCHOOL = Building(
    id="jules-ferry",
    name="École Jules-Ferry",
    short_name="Jules-Ferry",
    use=BuildingUse.SCHOOL,
    floor_area_m2=2140.5,
    city="Bayonne",
    people=210,
    opening=OpeningCalendar(
        spans=(
            OpenSpan(weekday=0, start=time(7, 30), end=time(18, 0)),
            OpenSpan(weekday=2, start=time(7, 30), end=time(12, 30)),
        ),
        closed_on_public_holidays=False,
        school_zone="A",
        closures=(Closure(first=date(2026, 5, 15), last=date(2026, 5, 15), name="Pont"),),
    ),
)
OFFICE = Building(id="sainte-claire", name="Bureaux", floor_area_m2=1340.0)
ZONE = Zone(id="jf-maternelle", building_id="jules-ferry", name="Maternelle", people=90)
MAIN = Meter(
    id="jf-elec",
    building_id="jules-ferry",
    name="Général",
    commodity=Commodity.ELECTRICITY,
    source=Source(family="zigbee2mqtt", device="linky", registers=("EAST",), scale=0.1),
    cadence=timedelta(seconds=60, microseconds=5),
    rollover_at=999_999.999,
    max_rate=36.0,
)
LIGHTS = Meter(
    id="jf-lighting",
    building_id="jules-ferry",
    name="Éclairage",
    commodity=Commodity.ELECTRICITY,
    parent_id="jf-elec",
    zone_id="jf-maternelle",
    end_use=EndUse.LIGHTING,
)
GAS = Meter(
    id="jf-gas",
    building_id="jules-ferry",
    name="Gaz",
    commodity=Commodity.NATURAL_GAS,
    kwh_pcs_per_m3=11.16,
)
DECLARED = Portfolio(buildings=(SCHOOL, OFFICE), zones=(ZONE,), meters=(MAIN, LIGHTS, GAS))


def without(portfolio: Portfolio, *ids: str) -> Portfolio:
    return Portfolio(
        buildings=tuple(b for b in portfolio.buildings if b.id not in ids),
        zones=tuple(z for z in portfolio.zones if z.id not in ids),
        meters=tuple(m for m in portfolio.meters if m.id not in ids),
    )


def test_what_config_declares_comes_back_exactly_and_in_its_order(records: SqlRecords) -> None:
    assert records.portfolio.portfolio() == Portfolio()
    records.portfolio.apply_config(DECLARED)
    records.portfolio.apply_config(DECLARED)
    assert records.portfolio.portfolio() == DECLARED
    reordered = replace(DECLARED, meters=DECLARED.meters[::-1])
    records.portfolio.apply_config(reordered)
    assert records.portfolio.portfolio() == reordered


def test_a_change_in_config_is_a_change_in_the_portfolio(records: SqlRecords) -> None:
    records.portfolio.apply_config(DECLARED)
    renamed = replace(SCHOOL, name="Groupe scolaire", people=None, opening=OpeningCalendar())
    changed = replace(DECLARED, buildings=(renamed, OFFICE))
    records.portfolio.apply_config(changed)
    assert records.portfolio.portfolio() == changed


def test_what_config_no_longer_declares_is_retired_and_returns(records: SqlRecords) -> None:
    records.portfolio.apply_config(DECLARED)
    records.portfolio.apply_config(without(DECLARED, "jf-gas", "sainte-claire"))
    known = records.portfolio.portfolio()
    assert {m.id: m.retired for m in known.meters} == {
        "jf-elec": False,
        "jf-lighting": False,
        "jf-gas": True,
    }
    assert {b.id: b.retired for b in known.buildings} == {
        "jules-ferry": False,
        "sainte-claire": True,
    }
    records.portfolio.apply_config(DECLARED)
    assert records.portfolio.portfolio() == DECLARED


def test_a_zone_stays_while_a_retired_meter_is_in_it(records: SqlRecords) -> None:
    empty = Zone(id="empty", building_id="jules-ferry", name="Vide")
    records.portfolio.apply_config(replace(DECLARED, zones=(ZONE, empty)))
    records.portfolio.apply_config(without(DECLARED, "jf-maternelle", "jf-lighting"))
    assert records.portfolio.portfolio().zones == (ZONE,)


def test_an_id_never_changes_meaning(records: SqlRecords) -> None:
    records.portfolio.apply_config(DECLARED)
    as_water = replace(GAS, commodity=Commodity.WATER)
    with pytest.raises(InvalidRecord) as caught:
        records.portfolio.apply_config(
            replace(DECLARED, buildings=(), meters=(MAIN, LIGHTS, as_water))
        )
    assert caught.value.fields == {"meters.jf-gas.commodity": "meter.commodity_changed"}
    assert records.portfolio.portfolio() == DECLARED


def test_a_meter_declared_on_screen_lives_beside_config(records: SqlRecords) -> None:
    records.portfolio.apply_config(DECLARED)
    hall = Building(id="gymnase", name="Gymnase", floor_area_m2=800.0, origin=Origin.SCREEN)
    water = Meter(id="gym-water", building_id="gymnase", name="Eau", commodity=Commodity.WATER)
    records.portfolio.add_building(hall, "maite")
    records.portfolio.add_meter(water, "maite")
    records.portfolio.apply_config(without(DECLARED, "jf-gas"))
    known = records.portfolio.portfolio()
    assert known.building("gymnase") == hall
    assert known.meter("gym-water") == water
    assert known.buildings[-1] == hall


def test_what_config_declares_later_becomes_its_own(records: SqlRecords) -> None:
    records.portfolio.add_building(SCHOOL, "maite")
    records.portfolio.add_meter(MAIN, "maite")
    records.portfolio.apply_config(DECLARED)
    assert records.portfolio.portfolio() == DECLARED
    records.portfolio.apply_config(Portfolio())
    assert all(m.retired for m in records.portfolio.portfolio().meters)


def test_an_id_that_is_taken_is_refused(records: SqlRecords) -> None:
    records.portfolio.apply_config(DECLARED)
    with pytest.raises(InvalidRecord) as caught:
        records.portfolio.add_building(SCHOOL, "maite")
    assert caught.value.fields == {"id": "building.id_taken"}
    with pytest.raises(InvalidRecord) as caught:
        records.portfolio.add_meter(GAS, "maite")
    assert caught.value.fields == {"id": "meter.id_taken"}


def test_a_meter_that_refers_to_nothing_is_refused_field_by_field(records: SqlRecords) -> None:
    records.portfolio.apply_config(DECLARED)
    lost = replace(LIGHTS, id="lost", building_id="sainte-claire")
    with pytest.raises(InvalidRecord) as caught:
        records.portfolio.add_meter(lost, "maite")
    assert caught.value.fields == {
        "zone_id": "meter.zone_unknown",
        "parent_id": "meter.parent_unknown",
    }
    with pytest.raises(InvalidRecord) as caught:
        records.portfolio.add_meter(replace(GAS, id="lost", building_id="nowhere"), "maite")
    assert caught.value.fields == {"building_id": "meter.building_unknown"}


def test_a_meter_declared_on_screen_is_changed_there_and_says_by_whom(records: SqlRecords) -> None:
    records.portfolio.apply_config(without(DECLARED, "jf-gas"))
    records.portfolio.add_meter(GAS, "maite")
    assert records.portfolio.added_meters() == {"jf-gas": "maite"}
    renamed = replace(GAS, name="Gaz, chaufferie", cadence=timedelta(hours=1), retired=True)
    records.portfolio.edit_meter(renamed, "peio")
    assert records.portfolio.portfolio().meter("jf-gas") == renamed
    assert records.portfolio.added_meters() == {"jf-gas": "peio"}


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        (replace(MAIN, name="Autre"), {"id": "meter.from_config"}),
        (replace(GAS, id="nowhere"), {"id": "meter.from_config"}),
        (replace(GAS, commodity=Commodity.WATER), {"commodity": "meter.commodity_changed"}),
        (replace(GAS, building_id="sainte-claire"), {"commodity": "meter.commodity_changed"}),
        (replace(GAS, zone_id="attic"), {"zone_id": "meter.zone_unknown"}),
    ],
)
def test_a_change_that_would_be_another_meter_is_refused(
    records: SqlRecords, changed: Meter, fields: dict[str, str]
) -> None:
    records.portfolio.apply_config(without(DECLARED, "jf-gas"))
    records.portfolio.add_meter(GAS, "maite")
    with pytest.raises(InvalidRecord) as caught:
        records.portfolio.edit_meter(changed, "peio")
    assert caught.value.fields == fields
    assert records.portfolio.portfolio().meter("jf-gas") == GAS
