"""The nouns refuse at birth what no room could use."""

import math
from datetime import UTC, date, datetime

import pytest

from domain.accounts import Role, User
from domain.meters import Commodity, Meter
from domain.readings import Reading
from domain.sites import Building, Portfolio
from domain.targets import Target, TargetState

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_reading_is_a_number(value: float) -> None:
    with pytest.raises(ValueError, match="not a number"):
        Reading(meter_id="m", register="energy.x", taken_at=NOON, value=value)


def test_a_reading_knows_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        Reading(meter_id="m", register="energy.x", taken_at=NOON.replace(tzinfo=None), value=1)


def test_an_interval_does_not_last_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="negative"):
        Reading(meter_id="m", register="energy_delta.x", taken_at=NOON, value=1, duration_s=-1)


def test_sub_meters_and_retired_meters_do_not_count_twice() -> None:
    def meter(name: str, parent: str | None = None, *, retired: bool = False) -> Meter:
        return Meter(
            id=name,
            building_id="b",
            name=name,
            commodity=Commodity.ELECTRICITY,
            parent_id=parent,
            retired=retired,
        )

    portfolio = Portfolio(
        buildings=(Building(id="b", name="B", floor_area_m2=100),),
        meters=(meter("main"), meter("sub", "main"), meter("old", retired=True)),
    )
    assert [m.id for m in portfolio.mains_of("b", Commodity.ELECTRICITY)] == ["main"]
    assert portfolio.mains_of("b", Commodity.WATER) == ()


def test_a_target_runs_from_its_first_to_its_last_day_included() -> None:
    target = Target(
        id="t",
        building_id="b",
        commodity=Commodity.ELECTRICITY,
        reduction=0.05,
        first_day=date(2026, 11, 1),
        last_day=date(2026, 11, 30),
    )
    assert target.state_on(date(2026, 10, 31)) is TargetState.PLANNED
    assert target.state_on(date(2026, 11, 1)) is TargetState.RUNNING
    assert target.state_on(date(2026, 11, 30)) is TargetState.RUNNING
    assert target.state_on(date(2026, 12, 1)) is TargetState.ENDED


def test_an_account_without_a_list_sees_every_building_and_one_with_a_list_only_those() -> None:
    assert User(name="a", role=Role.MANAGER).may_see("town-hall")
    limited = User(name="b", role=Role.MANAGER, building_ids=("school",))
    assert limited.may_see("school")
    assert not limited.may_see("town-hall")


def test_a_building_without_a_thermometer_reads_the_one_of_its_city() -> None:
    def outdoor(building_id: str) -> Meter:
        return Meter(
            id=f"{building_id}-outdoor",
            building_id=building_id,
            name="Outdoor",
            commodity=Commodity.OUTDOOR_TEMPERATURE,
        )

    def building(name: str, city: str) -> Building:
        return Building(id=name, name=name, floor_area_m2=100, city=city)

    school, hall = building("school", "Bayonne"), building("hall", "Bayonne")
    far, nowhere = building("far", "Pau"), building("nowhere", "")
    portfolio = Portfolio(
        buildings=(school, hall, far, nowhere), meters=(outdoor("school"), outdoor("hall"))
    )
    assert portfolio.thermometer_of(hall) == outdoor("hall")
    assert Portfolio(buildings=(school, hall), meters=(outdoor("hall"),)).thermometer_of(
        school
    ) == outdoor("hall")
    assert portfolio.thermometer_of(far) is None
    assert portfolio.thermometer_of(nowhere) is None
