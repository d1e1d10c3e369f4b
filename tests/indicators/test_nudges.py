"""One thing to do now, or nothing: chosen by excess, season, hour and the night to come."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from domain.calendars import OpeningCalendar, OpenSpan
from domain.meters import EndUse
from domain.nudges import Act, Moment, Nudge
from domain.sites import Building
from domain.snapshots import Comparison, Verdict
from indicators.nudges import UseAtStake, choose

OFFICE = Building(
    id="office",
    name="Office",
    floor_area_m2=500,
    opening=OpeningCalendar(
        spans=tuple(OpenSpan(weekday=d, start=time(8), end=time(18)) for d in range(5))
    ),
)
WEDNESDAY_3_PM = datetime(2026, 11, 25, 14, tzinfo=UTC)
FRIDAY_3_PM = datetime(2026, 11, 27, 14, tzinfo=UTC)
WEDNESDAY_9_PM = datetime(2026, 11, 25, 20, tzinfo=UTC)
COLD = 8.0


def use(end_use: EndUse, deviation: float, *, known: bool = True) -> UseAtStake:
    recent = Comparison(
        verdict=Verdict.ABOVE if known else Verdict.UNKNOWN,
        measured_kwh=100 * (1 + deviation),
        expected_kwh=100.0,
        deviation=deviation,
        dead_band=0.05 if known else None,
        coverage=1.0 if known else 0.2,
    )
    return UseAtStake(end_use=end_use, recent=recent, night_saving_kwh=9.0, weekend_saving_kwh=30.0)


LIGHTS, SOCKETS, HEAT = (
    use(EndUse.LIGHTING, 0.20),
    use(EndUse.SOCKETS, 0.05),
    use(EndUse.HEATING, 0.10),
)


def test_the_end_use_that_exceeds_most_is_spoken_of() -> None:
    nudge = choose(OFFICE, WEDNESDAY_3_PM, [SOCKETS, LIGHTS, HEAT], last=None, outdoor_degc=COLD)
    assert nudge is not None
    assert (nudge.act, nudge.moment) == (Act.LIGHTS_OFF, Moment.TONIGHT)
    assert nudge.saving_kwh == 9.0


def test_before_a_weekend_the_weekend_is_spoken_of() -> None:
    nudge = choose(OFFICE, FRIDAY_3_PM, [SOCKETS], last=None, outdoor_degc=COLD)
    assert nudge is not None
    assert (nudge.act, nudge.moment) == (Act.STANDBY_OFF, Moment.THIS_WEEKEND)
    assert nudge.saving_kwh == 30.0


def test_nobody_is_asked_to_mind_the_heating_on_a_mild_day() -> None:
    nudge = choose(OFFICE, WEDNESDAY_3_PM, [HEAT, SOCKETS], last=None, outdoor_degc=19.0)
    assert nudge is not None
    assert nudge.end_use is EndUse.SOCKETS


@pytest.mark.parametrize("now", [WEDNESDAY_3_PM, WEDNESDAY_9_PM])
def test_nobody_is_nudged_on_data_we_do_not_have(now: datetime) -> None:
    unknown = use(EndUse.LIGHTING, 0.5, known=False)
    assert choose(OFFICE, now, [unknown], last=None) is None
    assert choose(OFFICE, now, [], last=None) is None


def _last(made_at: datetime, *, until: datetime, moment: Moment = Moment.TONIGHT) -> Nudge:
    chosen = choose(OFFICE, WEDNESDAY_3_PM, [LIGHTS], last=None)
    assert chosen is not None
    return replace(chosen, made_at=made_at, until=until, moment=moment)


def test_a_suggestion_stays_while_it_is_valid_and_the_next_waits_twenty_hours() -> None:
    valid = _last(WEDNESDAY_3_PM - timedelta(hours=2), until=WEDNESDAY_3_PM + timedelta(hours=3))
    assert choose(OFFICE, WEDNESDAY_3_PM, [SOCKETS], last=valid) is valid
    over = replace(valid, until=WEDNESDAY_3_PM - timedelta(minutes=1))
    assert choose(OFFICE, WEDNESDAY_3_PM, [SOCKETS], last=over) is None
    old = replace(over, made_at=WEDNESDAY_3_PM - timedelta(hours=20))
    assert choose(OFFICE, WEDNESDAY_3_PM, [SOCKETS], last=old) is not None


def test_after_hours_only_those_who_are_still_there_are_spoken_to() -> None:
    nudge = choose(OFFICE, WEDNESDAY_9_PM, [HEAT, LIGHTS], last=None, outdoor_degc=COLD)
    assert nudge is not None
    assert (nudge.act, nudge.moment) == (Act.LIGHTS_OFF, Moment.ON_LEAVING)
    assert nudge.until < datetime(2026, 11, 26, 7, tzinfo=UTC), "gone before the first arrive"


def test_a_word_to_the_last_to_leave_does_not_silence_the_next_morning() -> None:
    said = _last(
        WEDNESDAY_9_PM, until=WEDNESDAY_9_PM + timedelta(hours=9), moment=Moment.ON_LEAVING
    )
    morning = datetime(2026, 11, 26, 7, 30, tzinfo=UTC)
    assert choose(OFFICE, morning, [LIGHTS], last=said) is not None
    daytime = replace(said, moment=Moment.TONIGHT)
    assert choose(OFFICE, morning, [LIGHTS], last=daytime) is None


def test_what_is_worth_a_night_is_not_promised_for_a_weekend() -> None:
    saturday = datetime(2026, 11, 28, 10, tzinfo=UTC)
    nudge = choose(OFFICE, saturday, [LIGHTS], last=None)
    assert nudge is not None
    assert nudge.saving_kwh is None
