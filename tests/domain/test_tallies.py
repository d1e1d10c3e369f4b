from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.tallies import ANY_METER, DayTally, added_up, over_workers

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
COUNT = st.integers(-5, 50)


def tallies() -> st.SearchStrategy[DayTally]:
    return st.builds(
        DayTally,
        day=st.sampled_from([date(2026, 2, 3), date(2026, 2, 4)]),
        meter_id=st.sampled_from(["m", "n", ANY_METER]),
        worker=st.sampled_from(["one", "two"]),
        received=COUNT,
        stored=COUNT,
        duplicate=COUNT,
        spooled=COUNT,
        readings=COUNT,
        last_at=st.none() | st.integers(0, 99).map(lambda s: NOON + timedelta(seconds=s)),
    )


def test_a_message_that_went_nowhere_is_unaccounted_for() -> None:
    tally = DayTally(
        day=NOON.date(),
        meter_id="m",
        worker="w",
        received=10,
        stored=3,
        duplicate=2,
        dead_lettered=1,
        without_reading=1,
        spooled=1,
    )
    assert tally.unaccounted == 2


@given(st.lists(tallies()).flatmap(lambda them: st.tuples(st.just(them), st.permutations(them))))
def test_tallies_add_up_to_the_same_in_any_order(
    both: tuple[list[DayTally], list[DayTally]],
) -> None:
    as_made, shuffled = both
    assert added_up(as_made) == added_up(shuffled)


@given(st.lists(tallies()))
def test_adding_up_loses_no_message(them: list[DayTally]) -> None:
    sums = added_up(them)
    assert sum(t.received for t in sums) == sum(t.received for t in them)
    assert sum(t.unaccounted for t in sums) == sum(t.unaccounted for t in them)
    newest = [t.last_at for t in them if t.last_at is not None]
    assert max((t.last_at for t in sums if t.last_at), default=None) == max(newest, default=None)


@given(st.lists(tallies()))
def test_it_does_not_matter_which_worker_counted_a_message(them: list[DayTally]) -> None:
    alone = [replace(tally, worker="alone") for tally in them]
    assert over_workers(them) == over_workers(alone)
    assert sum(t.received for t in over_workers(them).values()) == sum(t.received for t in them)
