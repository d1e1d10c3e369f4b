"""Hours, local days and periods: the calendar's traps and what a gap leaves."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from domain.meters import Commodity, Meter
from domain.periods import Period
from indicators.meter_hours import Life, hours_of_meter
from indicators.rollup import ROLLUP_COLUMNS, days_of, require_whole_hours
from indicators.totals import estimated_share, total_over

PARIS = ZoneInfo("Europe/Paris")
MAIN = Meter(id="m", building_id="b", name="m", commodity=Commodity.ELECTRICITY)


def _hours(
    values: pd.DataFrame, span: Period, meter: Meter = MAIN, register: str = "energy.EAST"
) -> pd.DataFrame:
    first, last = values.index[0].to_pydatetime(), values.index[-1].to_pydatetime()
    lives = {register: Life(first=first, last=last)}
    return hours_of_meter(meter, {register: values}, lives, span)


def _readings(start: datetime, end: datetime, kw: float, step_min: int = 10) -> pd.DataFrame:
    index = pd.date_range(start, end, freq=f"{step_min}min", name="time", unit="us")
    used = np.arange(len(index)) * kw * step_min / 60
    return pd.DataFrame({"value": 500 + used, "duration_s": 0.0, "quality": 0}, index=index)


def _steady(period: Period, kw: float = 6.0) -> pd.DataFrame:
    return _hours(_readings(period.start, period.end, kw), period)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)],
)
def test_a_steady_load_uses_as_many_hours_as_the_day_has(day: date, hours: int) -> None:
    period = Period.of_day(day, PARIS)
    days = days_of(_steady(period), Commodity.ELECTRICITY, PARIS)
    assert days.index.tolist() == [pd.Timestamp(period.start)]
    assert days["value"].iloc[0] == pytest.approx(6.0 * hours)
    assert days["coverage"].iloc[0] == pytest.approx(1.0)
    assert days["peak"].iloc[0] == pytest.approx(6.0)


def test_a_leap_year_has_one_more_day() -> None:
    year = Period.of_year(2024, PARIS)
    hours = _hours(_readings(year.start, year.end, 1.0, step_min=60), year)
    days = days_of(hours, Commodity.ELECTRICITY, PARIS)
    assert len(days) == 366
    assert total_over(hours, year).value == pytest.approx(366 * 24)
    february = total_over(hours, Period.of_month(2024, 2, PARIS))
    assert february.value == pytest.approx(29 * 24)
    assert february.coverage == pytest.approx(1.0)


def test_a_day_without_data_is_unknown_not_zero_and_its_use_is_not_lost() -> None:
    three = Period.of_days(date(2026, 5, 4), date(2026, 5, 7), PARIS)
    silent = Period.of_day(date(2026, 5, 5), PARIS)
    readings = _readings(three.start, three.end, 6.0)
    kept = readings[(readings.index <= silent.start) | (readings.index >= silent.end)]
    hours = _hours(kept, three)
    days = days_of(hours, Commodity.ELECTRICITY, PARIS)
    assert total_over(hours, Period.of_day(date(2026, 5, 4), PARIS)).value == pytest.approx(144)
    in_silence = days.loc[pd.Timestamp(silent.start)]
    assert np.isnan(in_silence["value"])
    assert in_silence["coverage"] == 0
    assert in_silence["unplaced"] == pytest.approx(144)
    assert total_over(hours, silent).value == pytest.approx(144)
    assert total_over(hours, three).value == pytest.approx(3 * 144)


def test_a_gap_that_began_before_a_period_is_not_guessed_into_it() -> None:
    two = Period.of_days(date(2026, 5, 4), date(2026, 5, 6), PARIS)
    readings = _readings(two.start, two.end, 6.0)
    midnight = Period.of_day(date(2026, 5, 5), PARIS).start
    around = timedelta(hours=6)
    outside = (readings.index <= midnight - around) | (readings.index >= midnight + around)
    hours = _hours(readings[outside], two)
    second = total_over(hours, Period.of_day(date(2026, 5, 5), PARIS))
    assert second.value == pytest.approx(6.0 * 18)
    assert second.coverage == pytest.approx(0.75)
    assert total_over(hours, two).value == pytest.approx(6.0 * 48)
    assert total_over(hours, two).coverage == pytest.approx(1.0)


def test_nothing_measured_is_no_total() -> None:
    day = Period.of_day(date(2026, 5, 4), PARIS)
    none = total_over(_steady(day).iloc[:0], day)
    assert none.value is None
    assert none.coverage == 0


def test_gas_by_volume_is_told_in_kwh_pcs() -> None:
    gas = Meter(
        id="g", building_id="b", name="g", commodity=Commodity.NATURAL_GAS, kwh_pcs_per_m3=11.16
    )
    day = Period.of_day(date(2026, 1, 6), PARIS)
    readings = _readings(day.start, day.end, 2.0)
    hours = _hours(readings, day, gas, "volume.index")
    assert total_over(hours, day).value == pytest.approx(2.0 * 24 * 11.16)
    unknown = Meter(id="g", building_id="b", name="g", commodity=Commodity.NATURAL_GAS)
    assert _hours(readings, day, unknown, "volume.index").empty


def test_temperature_is_averaged_over_time_not_over_readings() -> None:
    outdoor = Meter(id="t", building_id="b", name="t", commodity=Commodity.OUTDOOR_TEMPERATURE)
    start = datetime(2026, 1, 6, tzinfo=UTC)
    index = pd.DatetimeIndex([start + timedelta(minutes=m) for m in (0, 45, 50, 55, 60)])
    frame = pd.DataFrame(
        {"value": [4.0, 4.0, 10.0, 10.0, 10.0], "duration_s": 0.0, "quality": 0}, index=index
    )
    span = Period(start, start + timedelta(hours=1))
    hours = _hours(frame, span, outdoor, "temperature.t")
    assert hours["value"].iloc[0] == pytest.approx((45 * 4 + 5 * 7 + 10 * 10) / 60)


def test_power_counts_only_where_the_meter_never_told_energy() -> None:
    day = Period.of_day(date(2026, 1, 6), PARIS)
    index = _readings(day.start, day.end, 6.0)
    power = index.assign(value=50.0)
    life = Life(first=day.start, last=day.end)
    frames = {"energy.EAST": index, "power.live": power}
    both = hours_of_meter(MAIN, frames, {"energy.EAST": life, "power.live": life}, day)
    alone = hours_of_meter(MAIN, {"power.live": power}, {"power.live": life}, day)
    assert total_over(both, day).value == pytest.approx(144)
    assert total_over(alone, day).value == pytest.approx(50 * 24)


def test_imported_deltas_tell_of_the_time_before_the_index() -> None:
    day = Period.of_day(date(2026, 1, 6), PARIS)
    noon = day.start + timedelta(hours=12)
    index = _readings(noon, day.end, 6.0)
    slots = pd.date_range(day.start, day.end, freq="30min", inclusive="left", unit="us")
    deltas = pd.DataFrame({"value": 2.0, "duration_s": 1800.0, "quality": 8}, index=slots)
    lives = {
        "energy.EAST": Life(first=noon, last=day.end),
        "energy_delta.file": Life(first=day.start, last=slots[-1].to_pydatetime()),
    }
    hours = hours_of_meter(MAIN, {"energy.EAST": index, "energy_delta.file": deltas}, lives, day)
    assert total_over(hours, day).value == pytest.approx(12 * 4 + 12 * 6)
    assert estimated_share(hours, day) == pytest.approx(48 / 120)


def test_a_zone_of_half_hours_is_refused_clearly() -> None:
    require_whole_hours(PARIS)
    with pytest.raises(ValueError, match="Asia/Kolkata"):
        require_whole_hours(ZoneInfo("Asia/Kolkata"))


def test_the_last_bit_of_a_day_does_not_hang_on_a_silent_day_beside_it() -> None:
    start = pd.Timestamp("2026-03-29 00:00", tz="UTC")
    known = [4.7, 0.6966666666666673, 0.0033333333333333435]
    values = [*known, np.nan]
    hours = pd.DataFrame(
        dict.fromkeys(ROLLUP_COLUMNS, 0.0),
        index=pd.DatetimeIndex(
            [start, start + pd.Timedelta(hours=1), start + pd.Timedelta(hours=2),
             start + pd.Timedelta(days=1)], name="time",
        ),
    )  # fmt: skip
    hours["value"], hours["peak"] = values, values
    hours["coverage"] = [1.0, 1.0, 1.0, 0.0]
    hours["unplaced_from"] = [np.nan, np.nan, np.nan, start.timestamp()]
    beside = days_of(hours, Commodity.ELECTRICITY, PARIS)
    alone = days_of(hours.iloc[:3], Commodity.ELECTRICITY, PARIS)
    assert beside["value"].iloc[0] == alone["value"].iloc[0]
    assert np.isnan(beside["value"].iloc[1])
