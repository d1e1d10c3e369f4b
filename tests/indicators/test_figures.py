"""The figures that speak of performance, against sums done by hand."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from domain.calendars import Closure, DayType, OpeningCalendar, OpenSpan
from domain.meters import Commodity
from domain.periods import Period
from domain.sites import Building
from indicators.base_load import base_load
from indicators.calendars import day_type, next_opening, open_periods
from indicators.carbon import carbon
from indicators.cost import cost
from indicators.dated_factors import DatedFactors
from indicators.day_profiles import profiles_of, total_of
from indicators.intensity import final_energy, intensity, twelve_months_before
from indicators.out_of_hours import out_of_hours_share
from indicators.peak import peak

PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = tuple(OpenSpan(weekday=d, start=time(8), end=time(18)) for d in range(5))
SCHOOL = Building(
    id="s", name="School", floor_area_m2=2000, opening=OpeningCalendar(
        spans=WEEKDAYS, school_zone="A",
        closures=(Closure(first=date(2026, 5, 15), last=date(2026, 5, 15)),),
    ),
)  # fmt: skip


def _hours(period: Period, kw: object) -> pd.DataFrame:
    index = pd.date_range(period.start, period.end, freq="h", inclusive="left", unit="us")
    value = np.broadcast_to(np.asarray(kw, float), len(index))
    return pd.DataFrame(
        {"value": value, "coverage": 1.0, "peak": value * 1.5, "estimated": 0.0,
         "unplaced": 0.0, "unplaced_from": np.nan}, index=index,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 5, 11), DayType.WORKING),
        (date(2026, 5, 14), DayType.PUBLIC_HOLIDAY),
        (date(2026, 5, 15), DayType.CLOSED),
        (date(2026, 5, 16), DayType.WEEKEND),
        (date(2026, 2, 10), DayType.SCHOOL_HOLIDAY),
        (date(2026, 2, 24), DayType.WORKING),
    ],
)
def test_the_strongest_reason_names_the_day(day: date, expected: DayType) -> None:
    assert day_type(SCHOOL, day) is expected


def test_a_building_opens_by_its_own_clock_on_both_sides_of_a_clock_change() -> None:
    friday, monday = date(2026, 3, 27), date(2026, 3, 30)
    assert open_periods(SCHOOL, friday)[0].start.hour == 7
    assert open_periods(SCHOOL, monday)[0].start.hour == 6
    closing = open_periods(SCHOOL, friday)[0].end
    assert next_opening(SCHOOL, closing) == open_periods(SCHOOL, monday)[0].start


def test_base_load_is_the_mean_of_the_four_lowest_hours() -> None:
    day = Period.of_day(date(2026, 5, 11), PARIS)
    kw = [10.0] * 20 + [1.0, 2.0, 3.0, 4.0]
    profiles = profiles_of(_hours(day, kw), PARIS, date(2026, 5, 11), date(2026, 5, 13))
    loads = base_load(profiles)
    assert loads[0] == pytest.approx(2.5)
    assert np.isnan(loads[1])


def test_out_of_hours_counts_nights_and_holidays() -> None:
    working = Period.of_day(date(2026, 5, 11), PARIS)
    assert out_of_hours_share(SCHOOL, _hours(working, 5.0), working) == pytest.approx(14 / 24)
    ascension = Period.of_day(date(2026, 5, 14), PARIS)
    assert out_of_hours_share(SCHOOL, _hours(ascension, 5.0), ascension) == 1.0
    assert out_of_hours_share(SCHOOL, _hours(ascension, 0.0), ascension) is None


def test_the_peak_is_that_of_the_period_only() -> None:
    two = Period.of_days(date(2026, 5, 11), date(2026, 5, 13), PARIS)
    hours = _hours(two, [2.0] * 24 + [8.0] * 24)
    assert peak(hours, Period.of_day(date(2026, 5, 11), PARIS)) == 3.0
    assert peak(hours, two) == 12.0


def test_carbon_and_cost_change_factor_on_their_day() -> None:
    factors = DatedFactors(
        (
            (Commodity.ELECTRICITY, date(2025, 1, 1), 0.05),
            (Commodity.ELECTRICITY, date(2026, 2, 1), 0.10),
        )
    )
    first = date(2026, 1, 30)
    used = {first + timedelta(days=n): 100.0 for n in range(4)}
    assert carbon(used, Commodity.ELECTRICITY, factors) == pytest.approx(2 * 5 + 2 * 10)
    assert cost(used, Commodity.ELECTRICITY, factors) == pytest.approx(30.0)
    assert carbon(used, Commodity.NATURAL_GAS, factors) is None
    assert factors.on(Commodity.ELECTRICITY, date(2024, 1, 1)) == 0.05


def test_intensity_takes_gas_at_its_lower_calorific_value() -> None:
    gas = final_energy(Commodity.NATURAL_GAS, 100_000, date(2026, 1, 1))
    found = intensity([(50_000.0, 1.0), (gas, 0.95)], 2000, least_coverage=0.9)
    assert found is not None
    assert found.kwh_per_m2 == pytest.approx((50_000 + 90_000) / 2000)
    assert found.coverage == 0.95
    assert intensity([(50_000.0, 1.0), (gas, 0.8)], 2000, least_coverage=0.9) is None
    assert intensity([(50_000.0, 1.0), (None, 0.0)], 2000, least_coverage=0.9) is None
    with pytest.raises(ValueError, match="water"):
        final_energy(Commodity.WATER, 1.0, date(2026, 1, 1))


def test_twelve_complete_months_end_before_the_present_one() -> None:
    period = twelve_months_before(date(2024, 3, 15), PARIS)
    assert period == Period.of_days(date(2023, 3, 1), date(2024, 3, 1), PARIS)
    assert period.hours == 366 * 24


def test_two_mains_are_covered_as_long_as_both_are() -> None:
    day = Period.of_day(date(2026, 5, 11), PARIS)
    one, other = _hours(day, 4.0), _hours(day, 6.0)
    other = other.iloc[12:]
    total = total_of([one, other])
    assert total["value"].sum() == pytest.approx(12 * 10)
    assert total["coverage"].sum() == 12
