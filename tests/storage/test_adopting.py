"""A seen device becomes a meter: its letters are asked for, and it is no discovery any more."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.errors import InvalidRecord
from domain.meters import Commodity, Meter, Source
from domain.sites import Building, Portfolio
from storage.adopting import adopt, change
from storage.records import SqlRecords
from tests.domain.test_seen_devices import device, register

NOW = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
SCHOOL = Building(id="school", name="École", floor_area_m2=1000.0)
MAIN = Meter(id="main", building_id="school", name="Général", commodity=Commodity.ELECTRICITY)
PLUG = replace(
    MAIN,
    id="plug",
    name="Prises",
    parent_id="main",
    source=Source(family="tasmota", device="plug"),
)


@pytest.fixture
def town(records: SqlRecords) -> SqlRecords:
    records.portfolio.apply_config(Portfolio(buildings=(SCHOOL,), meters=(MAIN,)))
    records.seen_devices.note([device(register())])
    return records


def test_an_adopted_device_is_a_meter_and_no_discovery(town: SqlRecords) -> None:
    adopt(town, PLUG, "maite")
    assert town.portfolio.portfolio().meter("plug") == PLUG
    assert town.portfolio.added_meters() == {"plug": "maite"}
    assert town.seen_devices.all() == ()


def test_a_meter_that_cannot_be_leaves_the_device_to_be_adopted(town: SqlRecords) -> None:
    main = replace(PLUG, parent_id=None)
    for wrong in (replace(PLUG, parent_id="nowhere"), replace(PLUG, id="Plug !"), main):
        with pytest.raises(InvalidRecord):
            adopt(town, wrong, "maite")
    assert town.portfolio.added_meters() == {}
    assert [seen.device for seen in town.seen_devices.all()] == ["plug"]


def test_one_more_main_meter_is_adopted_when_somebody_says_so(town: SqlRecords) -> None:
    adopt(town, replace(PLUG, parent_id=None), "maite", is_one_more=True)
    mains = town.portfolio.portfolio().mains_of("school", Commodity.ELECTRICITY)
    assert [meter.id for meter in mains] == ["main", "plug"]


def test_what_config_declares_is_changed_in_config(town: SqlRecords) -> None:
    with pytest.raises(InvalidRecord) as caught:
        change(town, replace(MAIN, name="Autre"), "maite")
    assert caught.value.fields == {"id": "meter.from_config"}


def test_a_meter_added_on_screen_is_renamed_and_retired(town: SqlRecords) -> None:
    adopt(town, PLUG, "maite")
    gone = replace(PLUG, name="Prises du hall", retired=True)
    change(town, gone, "peio")
    assert town.portfolio.portfolio().meter("plug") == gone
    with pytest.raises(InvalidRecord):
        change(town, replace(gone, parent_id="plug"), "peio")
