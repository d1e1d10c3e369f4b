from datetime import UTC, date, datetime

import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.meters import Commodity
from domain.nudges import Nudge
from domain.snapshots import (
    Comparison,
    DaySummary,
    HourBand,
    Medal,
    RaceEntry,
    TargetProgress,
    Verdict,
    WallSnapshot,
)
from domain.targets import Standing, Target
from storage.instants import instant_of
from storage.records import SqlRecords

NOW = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
_floats = st.floats(allow_nan=False, allow_infinity=False)
_maybe = st.none() | _floats
_instants = st.integers(0, 4 * 10**15).map(instant_of)
_days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
_words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
_comparisons = st.builds(
    Comparison,
    measured_kwh=_maybe,
    expected_kwh=_maybe,
    deviation=_maybe,
    dead_band=_maybe,
    coverage=_floats,
    until=st.none() | _instants,
)
_targets = st.builds(
    Target,
    id=_words,
    building_id=_words,
    reduction=_floats,
    first_day=_days,
    last_day=_days,
    note=_words,
    ended_at=st.none() | _instants,
    author=_words,
    changed_at=_instants,
)
_standings = st.builds(
    Standing,
    target_id=_words,
    made_at=_instants,
    used_kwh=_maybe,
    allowed_kwh=_maybe,
    deviation=_maybe,
    dead_band=_maybe,
    coverage=_floats,
    elapsed=_floats,
)
_nudges = st.builds(
    Nudge, id=_words, building_id=_words, made_at=_instants, until=_instants, saving_kwh=_maybe
)
_bands = st.builds(
    HourBand,
    start=_instants,
    measured_kw=_maybe,
    expected_kw=_maybe,
    low_kw=_maybe,
    high_kw=_maybe,
)
_summaries = st.builds(
    DaySummary, day=_days, comparison=_comparisons, expected_whole_day_kwh=_maybe
)
_entries = st.builds(
    RaceEntry,
    building_id=_words,
    label=_words,
    deviation=_maybe,
    dead_band=_maybe,
    rank=st.none() | st.integers(1, 9),
    medal=st.none() | st.sampled_from(Medal),
)


def tuples(of: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=2).map(tuple)


snapshots = st.builds(
    WallSnapshot,
    building_id=st.just("b"),
    building_name=_words,
    time_zone=st.just("Europe/Paris"),
    made_at=_instants,
    commodity=st.sampled_from(Commodity),
    measured_at=st.none() | _instants,
    cadence_s=_floats,
    live_kw=_maybe,
    live_at=st.none() | _instants,
    today=_comparisons,
    hours=tuples(_bands),
    week=tuples(_summaries),
    week_so_far=_comparisons,
    target=st.none() | st.builds(TargetProgress, target=_targets, standing=_standings),
    race=tuples(_entries),
    nudge=st.none() | _nudges,
    backfilled_until=st.none() | _instants,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(snapshot=snapshots)
def test_a_snapshot_comes_back_exactly(records: SqlRecords, snapshot: WallSnapshot) -> None:
    records.snapshots.put(snapshot)
    assert records.snapshots.get("b") == snapshot
    assert records.snapshots.versions() == {"b": snapshot.made_at}


def test_there_is_no_snapshot_before_the_first(records: SqlRecords) -> None:
    assert records.snapshots.get("b") is None
    assert records.snapshots.versions() == {}


def test_a_snapshot_of_another_shape_counts_as_none(records: SqlRecords, records_url: str) -> None:
    blank = Comparison(
        verdict=Verdict.UNKNOWN,
        measured_kwh=None,
        expected_kwh=None,
        deviation=None,
        dead_band=None,
        coverage=0.0,
    )
    snapshot = WallSnapshot(
        building_id="b",
        building_name="École",
        time_zone="Europe/Paris",
        made_at=NOW,
        commodity=Commodity.ELECTRICITY,
        measured_at=None,
        cadence_s=60.0,
        live_kw=None,
        live_at=None,
        today=blank,
        hours=(),
        week=(),
        week_so_far=blank,
    )
    records.snapshots.put(snapshot)
    engine = sqlalchemy.create_engine(records_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE snapshots SET body = '{}'")
    engine.dispose()
    assert records.snapshots.get("b") is None
    records.snapshots.put(snapshot)
    assert records.snapshots.get("b") == snapshot
