"""Fair comparison: like days, dead-band, race, target."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from domain.calendars import OpeningCalendar, OpenSpan
from domain.meters import Commodity
from domain.periods import Period
from domain.sites import Building
from domain.snapshots import Comparison, Medal, Verdict
from domain.targets import StandingWord, Target
from indicators.calendars import day_kind
from indicators.day_profiles import DayProfiles, profiles_of
from indicators.expected import DayError, ExpectedDay, LikeDays, dead_band
from indicators.race import Runner, race
from indicators.targets import standing
from indicators.verdict import compare, verdict
from indicators.weather_response import weather_response

PARIS = ZoneInfo("Europe/Paris")
FIRST = date(2025, 9, 1)
DAYS = 200
OFFICE = Building(
    id="o", name="Office", floor_area_m2=1000,
    opening=OpeningCalendar(
        spans=tuple(OpenSpan(weekday=d, start=time(8), end=time(18)) for d in range(5))
    ),
)  # fmt: skip
KINDS = {
    FIRST + timedelta(days=n): day_kind(OFFICE, FIRST + timedelta(days=n)) for n in range(DAYS)
}


def _temperatures(rng: np.random.Generator) -> np.ndarray:
    season = 12 - 8 * np.sin(np.arange(DAYS) / DAYS * np.pi)
    return season + rng.normal(0, 2.5, DAYS)


def _past(noise: float = 0.02, heating_kw: float = 0.0) -> tuple[LikeDays, DayProfiles, np.ndarray]:
    rng = np.random.default_rng(7)
    warmth = _temperatures(rng)
    shape = np.where((np.arange(24) >= 8) & (np.arange(24) < 18), 10.0, 2.0)
    days = np.array([KINDS[FIRST + timedelta(days=n)].hours != () for n in range(DAYS)])
    base = np.where(days[:, np.newaxis], shape, 2.0)
    heat = heating_kw * np.maximum(16 - warmth, 0)[:, np.newaxis]
    rate = (base + heat) * (1 + rng.normal(0, noise, (DAYS, 1)))
    use = DayProfiles(first=FIRST, rate=rate)
    temperature = DayProfiles(first=FIRST, rate=np.repeat(warmth[:, np.newaxis], 24, axis=1))
    return LikeDays(use, KINDS, temperature), use, warmth


def _expect(like: LikeDays, day: date, temperature: float | None = None) -> ExpectedDay:
    expected = like.expect(day, KINDS[day], before=day, temperature=temperature)
    assert expected is not None
    return expected


def test_a_monday_is_not_expected_to_be_a_sunday() -> None:
    like, _, _ = _past()
    monday, sunday = date(2026, 2, 2), date(2026, 2, 1)
    assert _expect(like, monday).rate[12] == pytest.approx(10.0, rel=0.05)
    assert _expect(like, sunday).rate[12] == pytest.approx(2.0, rel=0.05)
    assert all(d.weekday() < 5 for d in _expect(like, monday).like_days)


def test_a_cold_spell_is_expected_to_need_heat_even_when_no_like_day_was_as_cold() -> None:
    like, _, warmth = _past(heating_kw=1.5)
    day = date(2026, 1, 20)
    cold = float(warmth.min()) - 4
    expected = _expect(like, day, cold)
    assert expected.rate[12] == pytest.approx(10 + 1.5 * (16 - cold), rel=0.08)


def test_only_days_before_the_bound_serve() -> None:
    like, _, _ = _past()
    bound = date(2025, 12, 1)
    found = like.expect(date(2026, 2, 2), KINDS[date(2026, 2, 2)], before=bound)
    assert found is not None
    assert max(found.like_days) < bound


def test_with_four_like_days_nothing_is_expected() -> None:
    like, _, _ = _past()
    assert like.expect(FIRST + timedelta(days=4), KINDS[FIRST + timedelta(days=4)],
                       before=FIRST + timedelta(days=4)) is None  # fmt: skip


def test_the_band_holds_about_nine_days_in_ten() -> None:
    like, use, warmth = _past(noise=0.05, heating_kw=1.0)
    inside = []
    for n in range(60, DAYS):
        day = FIRST + timedelta(days=n)
        expected = like.expect(day, KINDS[day], before=day, temperature=float(warmth[n]))
        if expected is None:
            continue
        whole = np.ones(24)
        band = dead_band(expected.expected_over(whole), [expected.error_over(whole)], 0.0)
        assert band is not None
        inside.append(abs(use.rate[n].sum() / expected.expected_over(whole) - 1) <= band)
    assert len(inside) > 130
    assert 0.82 <= np.mean(inside) <= 0.98


def test_independent_days_narrow_the_band_by_the_square_root_of_their_number() -> None:
    error = DayError(rms=5.0, shared=0.0, tried=1000)
    one = dead_band(100.0, [error], 0.0)
    four = dead_band(400.0, [error] * 4, 0.0)
    assert one is not None
    assert four == pytest.approx(one / 2)
    together = DayError(rms=5.0, shared=1.0, tried=1000)
    assert dead_band(400.0, [together] * 4, 0.0) == pytest.approx(one)
    assert dead_band(100.0, [error], 0.2) == 0.2
    assert dead_band(100.0, [DayError(rms=5.0, shared=0.0, tried=4)], 0.0) is None


def _hours(period: Period, kw: float, coverage: float = 1.0) -> pd.DataFrame:
    index = pd.date_range(period.start, period.end, freq="h", inclusive="left", unit="us")
    return pd.DataFrame(
        {"value": kw * coverage, "coverage": coverage, "peak": kw, "estimated": 0.0,
         "unplaced": 0.0, "unplaced_from": np.nan}, index=index,
    )  # fmt: skip


def _flat(day: date, kw: float) -> ExpectedDay:
    errors = np.random.default_rng(1).normal(0, 0.05 * kw, (30, 24))
    days = day.toordinal() - np.arange(30) * 10
    return ExpectedDay(
        day=day, rate=np.full(24, kw), errors=errors, error_days=days, like_days=(day,)
    )


def _compare(hours: pd.DataFrame, period: Period, days: list[date]) -> Comparison:
    expected = {day: _flat(day, 10.0) for day in days}
    return compare(hours, period, expected, PARIS, floor=0.03, least_coverage=0.5)


def test_only_measured_hours_are_compared() -> None:
    day = date(2026, 3, 29)
    period = Period.of_day(day, PARIS)
    found = _compare(_hours(period, 9.0).iloc[:15], period, [day])
    assert found.measured_kwh == pytest.approx(9 * 15)
    assert found.expected_kwh == pytest.approx(10 * 15)
    assert found.deviation == pytest.approx(-0.1)
    assert found.coverage == pytest.approx(15 / 23)
    assert found.verdict is Verdict.BETTER
    assert found.until == period.start + timedelta(hours=15)


def test_the_hour_under_way_is_compared_with_its_elapsed_part() -> None:
    day = date(2026, 3, 10)
    period = Period.of_day(day, PARIS)
    hours = _hours(period, 10.0).iloc[:9].copy()
    hours.loc[hours.index[-1], ["value", "coverage"]] = [5.0, 0.5]
    so_far = Period(period.start, period.start + timedelta(hours=8.5))
    found = _compare(hours, so_far, [day])
    assert found.expected_kwh == pytest.approx(85.0)
    assert found.deviation == pytest.approx(0.0)
    assert found.until == so_far.end


def test_a_gap_of_known_total_is_compared_as_a_whole() -> None:
    day = date(2026, 3, 10)
    period = Period.of_day(day, PARIS)
    hours = _hours(period, 10.0)
    gap_start = hours.index[5]
    kept = hours[(hours.index < gap_start) | (hours.index >= hours.index[14])].copy()
    at = kept.index[5]
    kept.loc[at, "unplaced"] = 90.0
    kept.loc[at, "unplaced_from"] = gap_start.timestamp()
    found = _compare(kept, period, [day])
    assert found.coverage == 1.0
    assert found.measured_kwh == pytest.approx(240.0)
    assert found.deviation == pytest.approx(0.0)


def test_thin_data_gets_no_verdict() -> None:
    day = date(2026, 3, 10)
    period = Period.of_day(day, PARIS)
    found = _compare(_hours(period, 9.0).iloc[:6], period, [day])
    assert found.verdict is Verdict.UNKNOWN
    assert found.deviation is None
    assert found.measured_kwh == pytest.approx(54)
    unexpected = _compare(_hours(period, 9.0), period, [])
    assert unexpected.expected_kwh is None
    assert unexpected.measured_kwh == pytest.approx(216)


def _week(deviation: float | None, band: float = 0.03, coverage: float = 1.0) -> Comparison:
    return Comparison(
        verdict=verdict(deviation, band), measured_kwh=100.0, expected_kwh=110.0,
        deviation=deviation, dead_band=None if deviation is None else band, coverage=coverage,
    )  # fmt: skip


def _race(**weeks: Comparison) -> dict[str, tuple[int | None, Medal | None]]:
    runners = [Runner(building_id=k, label=k, week=w) for k, w in weeks.items()]
    return {e.building_id: (e.rank, e.medal) for e in race(runners, least_coverage=0.5)}


def test_ties_share_a_rank_and_the_next_rank_counts_them() -> None:
    told = _race(a=_week(-0.12), b=_week(-0.11), c=_week(-0.05), d=_week(0.02))
    assert told == {
        "a": (1, Medal.GOLD), "b": (1, Medal.GOLD), "c": (3, Medal.BRONZE), "d": (4, None),
    }  # fmt: skip


def test_nobody_is_ranked_above_expectation_or_on_thin_data() -> None:
    told = _race(a=_week(-0.07), b=_week(0.09), c=_week(-0.3, coverage=0.2), d=_week(None))
    assert told == {
        "a": (1, Medal.SILVER), "b": (None, None), "c": (None, None), "d": (None, None),
    }  # fmt: skip


def test_no_medal_inside_the_dead_band() -> None:
    assert _race(a=_week(-0.11, band=0.12)) == {"a": (1, None)}


@pytest.mark.parametrize(
    ("deviation", "coverage", "word"),
    [
        (-0.06, 1.0, StandingWord.KEPT),
        (-0.03, 1.0, StandingWord.CLOSE),
        (0.0, 1.0, StandingWord.AT_RISK),
        (-0.2, 0.3, StandingWord.WAITING),
        (None, 1.0, StandingWord.WAITING),
    ],
)
def test_a_standing_is_said_in_one_word(
    deviation: float | None, coverage: float, word: StandingWord
) -> None:
    target = Target(
        id="t", building_id="o", commodity=Commodity.ELECTRICITY, reduction=0.05,
        first_day=date(2026, 3, 1), last_day=date(2026, 3, 31),
    )  # fmt: skip
    now = datetime(2026, 3, 11, 12, tzinfo=UTC)
    found = standing(
        target, _week(deviation, coverage=coverage), today=date(2026, 3, 11),
        made_at=now, least_coverage=0.5,
    )  # fmt: skip
    assert found.word is word
    assert found.elapsed == pytest.approx(10 / 31)
    assert found.allowed_kwh == pytest.approx(110 * 0.95)


def test_a_building_that_ignores_the_weather_has_no_answer_to_it() -> None:
    rng = np.random.default_rng(3)
    rate = rng.normal(5, 0.2, (60, 24))
    assert weather_response(rate, rng.uniform(0, 25, 60)) is None
    assert weather_response(rate[:10], rng.uniform(0, 25, 10)) is None


def test_clock_change_days_are_told_by_the_clock() -> None:
    period = Period.of_days(date(2026, 10, 25), date(2026, 10, 26), PARIS)
    hours = _hours(period, 1.0)
    hours["value"] = np.arange(25.0)
    table = profiles_of(hours, PARIS, date(2026, 10, 25), date(2026, 10, 26))
    assert table.rate[0, 2] == pytest.approx(2.5)
    assert table.rate[0, 23] == 24
