"""When the device says it measured, on the two days that are not 24 h long too."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.errors import RejectedMessage
from ingest.decoders import instants

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-20T07:15:30", "2026-01-20T06:15:30"),
        ("2026-07-20T07:15:30", "2026-07-20T05:15:30"),
        ("2026-01-20T07:15:30Z", "2026-01-20T07:15:30"),
        ("2026-01-20T07:15:30+02:00", "2026-01-20T05:15:30"),
        ("2026-01-20T07:15:30.775023242+00:00", "2026-01-20T07:15:30.775023"),
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00"),
        ("2026-03-29T02:30:00", "2026-03-29T01:30:00"),
    ],
)
def test_a_text_is_the_instant_it_names(text: str, utc: str) -> None:
    assert instants.from_text(text, PARIS) == datetime.fromisoformat(f"{utc}+00:00")


@pytest.mark.parametrize(
    ("text", "fold"),
    [
        ("2026-10-25T02:30:00", 1),
        ("2026-10-25T02:30:00+02:00", 0),
        ("2026-10-25T03:30:00", 0),
        ("2026-03-29T02:30:00", 0),
    ],
)
def test_a_local_time_that_came_twice_is_flagged(text: str, fold: int) -> None:
    assert instants.from_text(text, PARIS).fold == fold


@pytest.mark.parametrize("text", ["hier", "", "2026-13-01T00:00:00", "0001-01-01T00:00:00+14:00"])
def test_a_text_that_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(RejectedMessage, match="not a date"):
        instants.from_text(text, PARIS)


@pytest.mark.parametrize("epoch", [1_768_893_300, 1_768_893_300_000, 1_768_893_300.0])
def test_an_epoch_is_told_by_its_size_in_seconds_or_milliseconds(epoch: float) -> None:
    assert instants.from_any(epoch, PARIS, "last_seen") == datetime(2026, 1, 20, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize("thousands", [0, 1, 2, 3])
def test_a_whole_epoch_is_told_by_its_size_down_to_nanoseconds(thousands: int) -> None:
    instant = instants.from_sized_epoch(1_768_893_300 * 1000**thousands)
    assert instant == datetime(2026, 1, 20, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize("epoch", [1e300, -1e300, float("inf"), float("nan")])
def test_an_epoch_out_of_any_calendar_is_refused(epoch: float) -> None:
    with pytest.raises(RejectedMessage):
        instants.from_epoch(epoch)


@pytest.mark.parametrize(
    ("stamp", "utc"),
    [
        ("E260715101500", datetime(2026, 7, 15, 8, 15, tzinfo=UTC)),
        ("H260120071530", datetime(2026, 1, 20, 6, 15, 30, tzinfo=UTC)),
        ("E261025023000", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("H261025023000", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("h260120071530", datetime(2026, 1, 20, 6, 15, 30, tzinfo=UTC)),
    ],
)
def test_the_linky_says_which_pass_of_october_it_is(stamp: str, utc: datetime) -> None:
    assert instants.from_tic(stamp, PARIS) == utc


@pytest.mark.parametrize("stamp", ["X260715101500", "E269915101500", "E2607151015"])
def test_a_broken_linky_stamp_is_refused(stamp: str) -> None:
    with pytest.raises(RejectedMessage):
        instants.from_tic(stamp, PARIS)


def test_a_local_time_before_the_first_year_is_no_date() -> None:
    with pytest.raises(RejectedMessage, match="no date") as rejection:
        instants.from_wall_clock(datetime(1, 1, 1, tzinfo=PARIS), PARIS, winter=True)
    assert rejection.value.code == "bad_time"
