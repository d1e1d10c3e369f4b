"""What the manage pages compare, from real roll-ups."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.queries.building import BuildingQuery, read_building
from dashboard.queries.comparing import Compared
from dashboard.queries.hours import KEPT_S, Hours
from dashboard.queries.portfolio import PortfolioFigures, read_portfolio
from dashboard.queries.sources import Sources
from dashboard.queries.spans import DaySpan, Look, complete_days
from dashboard.queries.totals import meter_totals
from dashboard.text.words import words_for
from dashboard.viewmodels.building import building_view
from domain.dead_letters import DeadLetter
from domain.meters import Commodity
from domain.periods import Period
from domain.snapshots import Verdict
from settings.model import IndicatorSettings
from storage.embedded import EmbeddedStore
from storage.ports import Records, Step
from storage.records import open_records
from tests.dashboard.house import METERS, OFFICE, PARIS, PORTFOLIO, SCHOOL, hourly_frame

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)
METER = "sc-elec"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = open_records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    opened.portfolio.apply_config(PORTFOLIO)
    yield opened
    opened.close()


@pytest.fixture
def readings(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(tmp_path / "readings.sqlite")
    store.prepare()
    yield store
    store.close()


def _fill(
    readings: EmbeddedStore, *, last_week: float = 1.0, noise: float = 0.02, days: int = 150
) -> pd.DataFrame:
    """Write the office's electricity, each day a little off; the last week scaled."""
    whole = Period.of_days(TODAY - timedelta(days=days), TODAY, PARIS)
    hours = hourly_frame(whole, 18.0, PARIS)
    day = np.asarray((hours.index.tz_convert(PARIS).tz_localize(None).normalize()).asi8)
    _, at = np.unique(day, return_inverse=True)
    factor = 1 + noise * np.random.default_rng(7).standard_normal(at.max() + 1)
    factor[-7:] *= last_week
    hours["value"] *= factor[at]
    readings.write_rollup(METER, Step.HOUR, whole, hours)
    return hours


def _sources(readings: EmbeddedStore, records: Records) -> Sources:
    return Sources.of(readings, records, IndicatorSettings())


def _compared(sources: Sources, look: Look = Look.WEEK) -> Compared:
    span = complete_days(look, NOW, PARIS)
    return next(iter(sources.energies(PORTFOLIO, OFFICE, span)))


def _portfolio(sources: Sources, *, sees_all: bool = True) -> PortfolioFigures:
    return read_portfolio(sources, PORTFOLIO, (OFFICE,), Look.WEEK, NOW, sees_all=sees_all)


def test_a_regular_office_that_saves_a_fifth_is_seen_to_do_better(
    readings: EmbeddedStore, records: Records
) -> None:
    _fill(readings, last_week=0.8)
    used = _portfolio(_sources(readings, records)).buildings[0].used
    assert used.verdict is Verdict.BETTER
    assert used.deviation == pytest.approx(-0.2, abs=0.03)


def test_an_erratic_office_is_not_blamed_for_its_own_noise(
    readings: EmbeddedStore, records: Records
) -> None:
    _fill(readings, last_week=1.05, noise=0.3)
    used = _portfolio(_sources(readings, records)).buildings[0].used
    assert used.dead_band is not None
    assert used.dead_band > 0.1
    assert used.verdict is Verdict.AS_EXPECTED


def test_a_building_without_a_past_is_totalled_and_not_compared(
    readings: EmbeddedStore, records: Records
) -> None:
    hours = _fill(readings, days=10)
    used = _portfolio(_sources(readings, records)).buildings[0].used
    assert (used.deviation, used.verdict) == (None, Verdict.UNKNOWN)
    assert used.used == pytest.approx(hours["value"].iloc[-7 * 24 :].sum())


def _silence(readings: EmbeddedStore, hours: pd.DataFrame, whole: Period) -> None:
    """Make the office silent over `whole` hours; what it used then is known as a sum."""
    inside = (hours.index >= whole.start) & (hours.index < whole.end)
    known = float(hours.loc[inside, "value"].sum())
    hours.loc[inside, ["value", "coverage"]] = [np.nan, 0.0]
    last = hours.index[inside][-1]
    hours.loc[last, ["unplaced", "unplaced_from"]] = [known, whole.start.timestamp()]
    first, after = hours.index[0].to_pydatetime(), hours.index[-1].to_pydatetime()
    every = Period(first, after + timedelta(hours=1))
    readings.write_rollup(METER, Step.HOUR, every, hours)


NIGHT = Period(datetime(2026, 11, 20, 20, tzinfo=UTC), datetime(2026, 11, 21, 7, tzinfo=UTC))


def test_a_silence_whose_total_is_known_counts_in_the_week_it_lies_in(
    readings: EmbeddedStore, records: Records
) -> None:
    hours = _fill(readings)
    before = _compared(_sources(readings, records)).total
    _silence(readings, hours, NIGHT)
    after = _compared(_sources(readings, records)).total
    assert after.value == pytest.approx(before.value, rel=1e-6)
    assert after.coverage == pytest.approx(1.0)


def test_the_report_and_the_portfolio_tell_the_same_total_of_the_same_days(
    readings: EmbeddedStore, records: Records
) -> None:
    _silence(readings, _fill(readings), NIGHT)
    span = complete_days(Look.WEEK, NOW, PARIS)
    (total,) = meter_totals(
        readings,
        PORTFOLIO,
        OFFICE,
        span.period(PARIS),
        commodities=frozenset({Commodity.ELECTRICITY}),
    )
    used = _portfolio(_sources(readings, records)).buildings[0].used
    assert total.value == pytest.approx(used.used)
    assert total.silent > 0
    assert total.coverage == pytest.approx(1.0)


def test_days_to_come_have_no_total(readings: EmbeddedStore) -> None:
    empty = Period(NOW, NOW)
    values = [t.value for t in meter_totals(readings, PORTFOLIO, SCHOOL, empty)]
    assert values == [None] * 4


def test_what_has_been_compared_is_not_computed_again_until_the_data_changes(
    readings: EmbeddedStore, records: Records
) -> None:
    hours = _fill(readings)
    sources = _sources(readings, records)
    first = _compared(sources)
    assert _compared(sources) is first
    corrected = Sources(
        readings=readings,
        records=records,
        hours=Hours(readings),
        comparisons=sources.comparisons,
    )
    assert _compared(corrected) is first
    hours["value"] *= 1.5
    whole = Period.of_days(TODAY - timedelta(days=3), TODAY, PARIS)
    readings.write_rollup(METER, Step.HOUR, whole, hours.loc[pd.Timestamp(whole.start) :])
    late = Sources(
        readings=readings,
        records=records,
        hours=Hours(readings),
        comparisons=sources.comparisons,
    )
    assert _compared(late).total.value != first.total.value


def test_hours_are_read_again_after_a_minute(readings: EmbeddedStore) -> None:
    _fill(readings, days=3)
    clock = [0.0]
    hours = Hours(readings, lambda: clock[0])
    whole = Period.of_days(TODAY - timedelta(days=2), TODAY, PARIS)
    before = hours.of(METER, whole)
    readings.write_rollup(METER, Step.HOUR, whole, before * 2)
    clock[0] = KEPT_S - 1
    assert hours.of(METER, whole)["value"].sum() == pytest.approx(before["value"].sum())
    clock[0] = KEPT_S + 1
    assert hours.of(METER, whole)["value"].sum() == pytest.approx(2 * before["value"].sum())
    inner = Period.of_day(TODAY - timedelta(days=1), PARIS)
    assert len(hours.of(METER, inner)) == 24


def test_an_account_of_some_buildings_is_not_told_how_many_messages_were_refused(
    readings: EmbeddedStore, records: Records
) -> None:
    letter = DeadLetter(
        topic="t", payload=b"?", size=1, received_at=NOW, code="unreadable", reason="?"
    )
    records.dead_letters.add([letter])
    sources = _sources(readings, records)
    assert _portfolio(sources).dead_letters == 1
    assert _portfolio(sources, sees_all=False).dead_letters is None
    assert {s.meter.building_id for s in _portfolio(sources).meters} == {OFFICE.id}


@pytest.mark.parametrize("look", list(Look))
def test_every_look_of_a_building_can_be_read_with_and_without_meters(
    readings: EmbeddedStore, records: Records, look: Look
) -> None:
    _fill(readings)
    sources = _sources(readings, records)
    for building, commodity in ((OFFICE, Commodity.ELECTRICITY), (SCHOOL, Commodity.WATER)):
        query = BuildingQuery.of(building, PORTFOLIO, look, str(commodity), NOW)
        read = read_building(sources, query)
        assert read.query.commodity is commodity
    office = read_building(sources, BuildingQuery.of(OFFICE, PORTFOLIO, look, None, NOW))
    assert TODAY in office.bands
    assert office.hours is not None
    assert office.used.used is not None


def test_the_pages_judge_a_week_as_the_walls_do(readings: EmbeddedStore, records: Records) -> None:
    _fill(readings, last_week=0.9)
    span = DaySpan(first=date(2026, 11, 16), after_last=date(2026, 11, 23))
    sources = _sources(readings, records)
    past = sources.past(PORTFOLIO, OFFICE, Commodity.ELECTRICITY, span)
    compared = sources.comparisons.over(past, span)
    daily = [d for d in compared.days if d.expected is not None]
    assert len(daily) == 7
    assert compared.comparison.expected_kwh == pytest.approx(sum(d.expected or 0 for d in daily))
    assert compared.comparison.measured_kwh == pytest.approx(sum(d.measured or 0 for d in daily))


def test_the_sun_is_not_judged_by_days_alike(readings: EmbeddedStore, records: Records) -> None:
    panels = replace(METERS[-1], commodity=Commodity.SOLAR_PRODUCTION)
    portfolio = replace(PORTFOLIO, meters=(panels,))
    hours = _fill(readings)
    query = BuildingQuery.of(OFFICE, portfolio, Look.WEEK, "solar_production", NOW)
    read = read_building(_sources(readings, records), query)
    assert (read.used.deviation, read.bands) == (None, {})
    assert read.used.used == pytest.approx(hours["value"].iloc[-7 * 24 :].sum())
    view = building_view(read, words_for("fr"))
    assert not view.is_compared
    assert view.curve.expected_word == ""
