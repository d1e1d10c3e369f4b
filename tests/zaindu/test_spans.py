"""What the demo still has to fill is exactly what it has not filled."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from domain.periods import Period
from storage.records import open_records
from zaindu.demo.spans import Ledger, holes, merged, pieces

START = datetime(2026, 1, 1, tzinfo=UTC)


def _hours(first: int, after_last: int) -> Period:
    return Period(START + timedelta(hours=first), START + timedelta(hours=after_last))


periods = st.tuples(st.integers(-20, 120), st.integers(0, 40)).map(
    lambda at: _hours(at[0], at[0] + at[1])
)


def test_a_night_switched_off_leaves_one_hole() -> None:
    wanted = _hours(0, 100)

    assert holes(wanted, [_hours(0, 40), _hours(60, 95)]) == (_hours(95, 100), _hours(40, 60))


def test_more_months_than_last_time_leave_a_hole_before() -> None:
    assert holes(_hours(0, 100), [_hours(50, 100)]) == (_hours(0, 50),)


@given(wanted=periods, filled=st.lists(periods, max_size=6))
def test_holes_and_filled_time_together_are_what_is_wanted(
    wanted: Period, filled: list[Period]
) -> None:
    left = holes(wanted, filled)

    covered = [part for period in filled if (part := wanted.overlap(period)) is not None]
    assert merged([*left, *covered]) == merged([wanted])
    assert not any(hole.overlap(period) for hole in left for period in covered)


@given(period=periods, first=st.integers(1, 5), most=st.integers(1, 30))
def test_pieces_cut_a_hole_without_overlap_newest_first(
    period: Period, first: int, most: int
) -> None:
    cut = list(pieces(period, timedelta(hours=first), timedelta(hours=max(first, most))))

    assert merged(cut) == merged([period])
    assert all(later.start == earlier.end for later, earlier in pairwise(cut))


def test_what_is_filled_is_remembered(tmp_path: Path) -> None:
    records = open_records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    Ledger(records.jobs).add(_hours(0, 2))
    Ledger(records.jobs).add(_hours(2, 3))

    assert Ledger(records.jobs).filled() == (_hours(0, 3),)
    records.close()
