"""Opening hours and closures are read as they are written."""

from datetime import date, time

import pytest

from settings.model import OpeningSettings
from settings.opening import calendar_of, parse_closure, parse_hours


def test_a_lunch_break_makes_two_spans() -> None:
    morning, afternoon = parse_hours("13:30-18:00,07:30-12:30", 4)

    assert (morning.start, afternoon.end, morning.weekday) == (time(7, 30), time(18), 4)


def test_an_empty_day_is_a_closed_one() -> None:
    assert parse_hours("", 0) == ()


@pytest.mark.parametrize(
    "text",
    ["8:00-18:00", "08:00–18:00", "08:00", "25:00-26:00", "08:00-24:00", "08:00-12:00,11:00-13:00"],
)
def test_hours_that_are_doubtful_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="'"):
        parse_hours(text, 0)


def test_a_single_closed_day_needs_no_end() -> None:
    closure = parse_closure("2027-05-07 Pont de l’Ascension")

    assert (closure.first, closure.last) == (date(2027, 5, 7), date(2027, 5, 7))
    assert closure.name == "Pont de l’Ascension"


@pytest.mark.parametrize(
    "text", ["", "2027-02-30", "2027-01-02/2027-01-01", "2027-1-1", "2027-01-01Noël"]
)
def test_closures_that_are_doubtful_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="'"):
        parse_closure(text)


def test_no_school_zone_is_no_school_holiday() -> None:
    assert calendar_of(OpeningSettings()).school_zone is None
