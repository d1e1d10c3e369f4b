"""The power drawn now: told by the meter, else two rounds of its index apart."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.meters import Commodity, Meter
from domain.readings import Quality, Reading
from indicators.live_power import indexes, power_between, told_power

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MAIN = Meter(
    id="main",
    building_id="b",
    name="Main",
    commodity=Commodity.ELECTRICITY,
    cadence=timedelta(minutes=1),
)


def reading(register: str, value: float, *, minutes_ago: float = 0.0) -> Reading:
    at = NOW - timedelta(minutes=minutes_ago)
    return Reading(meter_id="main", register=register, taken_at=at, value=value)


def test_three_phases_told_together_are_added() -> None:
    phases = [reading(f"power.{phase}", 2.0) for phase in "abc"]
    told = told_power(MAIN, phases, NOW)
    assert told is not None
    assert told.value == 6.0


def test_volt_amperes_are_not_watts_and_an_old_power_is_not_live() -> None:
    assert told_power(MAIN, [reading("apparent_power.PAPP", 3.0)], NOW) is None
    assert told_power(MAIN, [reading("power.p", 3.0, minutes_ago=6)], NOW) is None
    doubted = Reading(
        meter_id="main",
        register="power.p",
        taken_at=NOW,
        value=3.0,
        quality=Quality.QUESTIONABLE,
    )
    assert told_power(MAIN, [doubted], NOW) is None


def test_peak_and_off_peak_indexes_give_one_power() -> None:
    before = [reading("energy.HP", 100.0, minutes_ago=6), reading("energy.HC", 50.0, minutes_ago=6)]
    after = [reading("energy.HP", 100.6), reading("energy.HC", 50.0)]
    assert power_between(before, indexes(after)) == pytest.approx(6.0)
    assert power_between(before[:1], after) is None, "one of them is missing"


@pytest.mark.parametrize("later", [99.0, 50_000.0])
def test_a_replaced_meter_shows_no_power_rather_than_an_impossible_one(later: float) -> None:
    before = [reading("energy.total", 100.0, minutes_ago=6)]
    assert power_between(before, [reading("energy.total", later)], max_kw=120.0) is None


def test_rounds_too_close_say_nothing() -> None:
    before = [reading("energy.total", 100.0, minutes_ago=2)]
    assert power_between(before, [reading("energy.total", 101.0)]) is None
