"""Local times in bulk are those of the clock that reads them one by one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.importers.local_times import Clock, Stamp, parse_stamp
from ingest.importers.stamps import read_stamps
from ingest.importers.walls import utc_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-12-30")
ZONES = st.sampled_from(["Europe/Paris", "UTC", "America/New_York", "Australia/Lord_Howe"])


def in_bulk(texts: list[str], zone: str, stamp: Stamp = Stamp.START) -> list[datetime | None]:
    found = read_stamps(texts)
    assert found.is_good.all()
    instants, never = utc_of(found, ZoneInfo(zone), stamp)
    return [
        None if gone else _EPOCH + timedelta(microseconds=int(at))
        for at, gone in zip(instants, never, strict=True)
    ]


def one_by_one(texts: list[str], zone: str, stamp: Stamp, *, newest_first: bool) -> list[object]:
    clock = Clock(ZoneInfo(zone), stamp, descending=newest_first)
    found: list[object] = []
    for text in texts:
        try:
            found.append(clock.read(text))
        except ValueError:
            found.append(None)
    return found


@settings(deadline=None, max_examples=80)
@given(
    ZONES,
    st.datetimes(FIRST, LAST),
    st.sampled_from([5, 10, 30, 60]),
    st.sampled_from([Stamp.START, Stamp.END]),
    st.booleans(),
)
def test_any_run_of_local_times_is_read_as_the_clock_reads_it(
    zone: str, first: datetime, minutes: int, stamp: Stamp, newest_first: bool
) -> None:
    # Of the half-hour that Lord Howe repeats hourly rows tell one time only: nobody knows which.
    assume(zone != "Australia/Lord_Howe" or minutes <= 30)
    start = first.replace(second=0, microsecond=0, tzinfo=UTC)
    instants = [start + timedelta(minutes=minutes) * n for n in range(60)]
    texts = [f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}" for at in instants]
    if newest_first:
        texts.reverse()
    expected = one_by_one(texts, zone, stamp, newest_first=newest_first)
    assert in_bulk(texts, zone, stamp) == expected


@pytest.mark.parametrize(("zone", "minutes"), [("Europe/Paris", 30), ("America/New_York", 60)])
def test_a_whole_year_of_local_times_has_every_instant_once(zone: str, minutes: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    instants = [start + timedelta(minutes=minutes) * n for n in range(365 * 24 * 60 // minutes)]
    texts = [f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}" for at in instants]
    assert in_bulk(texts, zone) == instants


@pytest.mark.parametrize("step", [1, -1])
def test_the_hour_that_october_repeats_is_told_by_order_either_way(step: int) -> None:
    start = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    instants = [start + timedelta(minutes=30) * n for n in range(50)][::step]
    texts = [f"{at.astimezone(ZoneInfo('Europe/Paris')):%Y-%m-%d %H:%M:%S}" for at in instants]
    assert in_bulk(texts, "Europe/Paris") == instants


def test_an_hour_of_march_that_never_was_is_told() -> None:
    texts = ["2026-03-29 01:59:00", "2026-03-29 02:00:00", "2026-03-29 02:30:00"]
    assert [at is None for at in in_bulk(texts, "Europe/Paris")] == [False, True, True]
    ends = in_bulk(texts, "Europe/Paris", Stamp.END)
    assert [at is None for at in ends] == [False, False, True]


def test_offsets_are_believed_beside_naive_times() -> None:
    texts = ["2026-10-25T02:30:00+01:00", "2026-10-25 03:00:00", "2026-10-25T02:00:00Z"]
    assert in_bulk(texts, "Europe/Paris") == [
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 0, tzinfo=UTC),
    ]


forms = st.sampled_from(
    ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%d/%m/%Y %H:%M"]
)
moments = st.datetimes(
    datetime.fromisoformat("1970-01-02"),
    datetime.fromisoformat("2199-12-30"),
    timezones=st.just(ZoneInfo("Europe/Paris")),
)


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(moments, forms), max_size=8))
def test_stamps_in_bulk_are_the_stamps_one_by_one(stamps: list[tuple[datetime, str]]) -> None:
    texts = [
        at.isoformat(timespec="seconds") if form.endswith("z") else at.strftime(form)
        for at, form in stamps
    ]
    found = read_stamps(texts)
    for n, text in enumerate(texts):
        one = parse_stamp(text)
        offset = one.utcoffset()
        wall = _EPOCH + timedelta(microseconds=int(found.wall_us[n]))
        assert wall.replace(tzinfo=None) == one.replace(tzinfo=None)
        assert bool(found.is_aware[n]) == (offset is not None)
        assert timedelta(microseconds=int(found.offset_us[n])) == (offset or timedelta())


@pytest.mark.parametrize(
    "text",
    ["", "2026-02-29", "2026-00-10", "2026-13-01", "2026-01-20 24:01:00", "2026-01-20T00:60:00",
     "2026-01-20T00:00:60", "2026-01-20T00:00:00+1:000", "1969-12-31", "2200-01-01",
     "2026/01-20x", "2026-01-20T00:00:00*01:00", "２026-01-20", "9999-12-31 24:00:00"],
)  # fmt: skip
def test_what_is_no_stamp_is_told(text: str) -> None:
    assert not read_stamps([text]).is_good[0]
