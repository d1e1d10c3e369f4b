from datetime import date, time

import pytest

from domain.calendars import Closure, DayType, OpeningCalendar, OpenSpan
from sensors_sim.almanac import day_type, open_hours

SCHOOL = OpeningCalendar(
    spans=(
        *(OpenSpan(weekday=d, start=time(7, 30), end=time(18)) for d in (0, 1, 3, 4)),
        OpenSpan(weekday=2, start=time(7, 30), end=time(12, 30)),
    ),
    school_zone="A",
    closures=(Closure(first=date(2026, 11, 26), last=date(2026, 11, 27), name="travaux"),),
)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 23), DayType.WORKING),
        (date(2026, 11, 21), DayType.WEEKEND),
        (date(2026, 11, 11), DayType.PUBLIC_HOLIDAY),
        (date(2026, 10, 20), DayType.SCHOOL_HOLIDAY),  # Toussaint, zone A
        (date(2026, 2, 10), DayType.SCHOOL_HOLIDAY),  # winter 2026: zone A is first
        (date(2026, 2, 24), DayType.WORKING),
        (date(2027, 1, 2), DayType.WEEKEND),
        (date(2026, 11, 26), DayType.CLOSED),
    ],
)
def test_each_day_has_the_kind_that_the_school_of_zone_a_lives(day: date, kind: DayType) -> None:
    assert day_type(SCHOOL, day) is kind


def test_a_school_is_open_on_wednesday_mornings_and_shut_on_closed_days() -> None:
    assert open_hours(SCHOOL, date(2026, 11, 25)) == ((7.5, 12.5),)
    assert open_hours(SCHOOL, date(2026, 11, 26)) == ()
    assert open_hours(SCHOOL, date(2026, 10, 20)) == ()


def test_a_building_may_stay_open_on_public_holidays() -> None:
    calendar = OpeningCalendar(spans=SCHOOL.spans, closed_on_public_holidays=False)
    assert day_type(calendar, date(2026, 11, 11)) is DayType.WORKING
