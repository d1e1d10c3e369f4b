from datetime import UTC, date, datetime, time

import numpy as np
import pytest

from domain.meters import Commodity, EndUse
from domain.sites import Portfolio
from sensors_sim.buildings import SimulatedBuilding, kwh_per_count, simulated_building
from sensors_sim.grid import month_grid, month_number
from sensors_sim.habits import carelessness
from sensors_sim.noise import Floats

NOVEMBER_2025 = month_number(datetime(2025, 11, 1, tzinfo=UTC))


def building(portfolio: Portfolio, name: str, seed: int = 20261) -> SimulatedBuilding:
    rank = [b.id for b in portfolio.buildings].index(name)
    people = {zone.id: zone.people for zone in portfolio.zones}
    return simulated_building(
        portfolio.buildings[rank], rank, portfolio.meters_of(name), people, seed=seed
    )


def on_days(simulated: SimulatedBuilding, meter_id: str, *days: date) -> Floats:
    """Return what a meter counts in each step of some days of one month."""
    month = month_number(datetime.combine(days[0], time(12), tzinfo=UTC))
    local_day = month_grid(month, simulated.building.zone).local_day
    return simulated.amounts(month)[meter_id][np.isin(local_day, [d.toordinal() for d in days])]


@pytest.mark.parametrize("seed", [1, 20261])
@pytest.mark.parametrize(
    ("name", "commodity", "least", "most"),
    [
        ("jules-ferry", Commodity.ELECTRICITY, 20, 31),
        ("jules-ferry", Commodity.NATURAL_GAS, 55, 85),
        ("hotel-de-ville", Commodity.ELECTRICITY, 58, 75),
        ("sainte-claire", Commodity.ELECTRICITY, 70, 90),
        ("sainte-claire", Commodity.SOLAR_PRODUCTION, 19, 27),
        ("jules-ferry", Commodity.WATER, 0.1, 0.4),
    ],
)
def test_a_square_metre_uses_in_a_year_what_such_buildings_use(
    portfolio: Portfolio, seed: int, name: str, commodity: Commodity, least: float, most: float
) -> None:
    simulated = building(portfolio, name, seed)
    (main,) = portfolio.mains_of(name, commodity)
    total = sum(
        float(simulated.amounts(month)[main.id].sum())
        for month in range(NOVEMBER_2025, NOVEMBER_2025 + 12)
    )
    intensity = total * kwh_per_count(main) / simulated.building.floor_area_m2
    assert least < intensity < most


def test_a_sub_meter_counts_less_than_its_parent_in_every_ten_minutes(portfolio: Portfolio) -> None:
    for meter in portfolio.meters:
        if meter.parent_id is not None:
            amounts = building(portfolio, meter.building_id).amounts(NOVEMBER_2025)
            assert np.all(amounts[meter.id] < amounts[meter.parent_id])


def test_nothing_ever_runs_backwards_and_the_base_load_never_sleeps(portfolio: Portfolio) -> None:
    for place in portfolio.buildings:
        amounts = building(portfolio, place.id).amounts(NOVEMBER_2025)
        assert all(np.all(amount >= 0.0) for amount in amounts.values())
        (main,) = portfolio.mains_of(place.id, Commodity.ELECTRICITY)
        base_w_m2 = amounts[main.id].min() * 6000.0 / place.floor_area_m2
        assert 0.4 < base_w_m2 < 3.5


def test_weekends_and_holidays_use_far_less_than_working_days(portfolio: Portfolio) -> None:
    town_hall = building(portfolio, "hotel-de-ville")
    tuesday = on_days(town_hall, "hdv-elec", date(2025, 11, 18)).sum()
    sunday = on_days(town_hall, "hdv-elec", date(2025, 11, 16)).sum()
    armistice = on_days(town_hall, "hdv-elec", date(2025, 11, 11)).sum()
    assert sunday < 0.7 * tuesday
    assert armistice < 0.7 * tuesday


def test_screens_are_quieter_at_lunch_than_before(portfolio: Portfolio) -> None:
    sockets = on_days(
        building(portfolio, "sainte-claire"),
        "sc-sockets",
        *(date(2025, 11, d) for d in (4, 5, 6, 18, 19, 20)),
    ).reshape(-1, 144)
    at_eleven, at_lunch = (
        sockets[:, 11 * 6 : 12 * 6 - 3].mean(),
        sockets[:, 13 * 6 - 3 : 14 * 6 - 4],
    )
    assert at_lunch.mean() < 0.75 * at_eleven


def test_gas_follows_the_cold(portfolio: Portfolio) -> None:
    school = building(portfolio, "jules-ferry")
    july, january = (
        float(school.amounts(month_number(datetime(2026, m, 1, tzinfo=UTC)))["jf-gas"].sum())
        for m in (7, 1)
    )
    assert july == 0.0
    assert january > 1500.0  # m³


def test_lights_burn_less_in_june_than_in_december(portfolio: Portfolio) -> None:
    office = building(portfolio, "sainte-claire")
    december = on_days(office, "sc-lighting", *(date(2025, 12, d) for d in (9, 10, 11))).sum()
    june = on_days(office, "sc-lighting", *(date(2026, 6, d) for d in (9, 10, 11))).sum()
    assert june < 0.75 * december


def test_a_building_that_burns_gas_does_not_heat_with_electricity(portfolio: Portfolio) -> None:
    school = building(portfolio, "jules-ferry")
    shares = school.shares["jf-gas"]
    assert shares[EndUse.HEATING] == 1.0
    winter = month_number(datetime(2026, 1, 1, tzinfo=UTC))
    assert school.amounts(winter)["jf-elec"].max() * 6.0 < 36.0  # kW: a Linky's limit


def test_over_the_years_some_building_always_does_better_and_another_worse(
    portfolio: Portfolio,
) -> None:
    weeks = np.arange(1_672_531_200, 1_830_297_600, 7 * 86_400, dtype=np.int64)
    factors = np.array(
        [carelessness(20261, b.id, rank, weeks) for rank, b in enumerate(portfolio.buildings)]
    )
    apart = factors.max(axis=0) - factors.min(axis=0)
    assert float(np.quantile(apart, 0.02)) > 0.04
    assert factors.mean() == pytest.approx(1.0, abs=0.01)
    assert set(np.argmin(factors, axis=0)) == {0, 1, 2}
