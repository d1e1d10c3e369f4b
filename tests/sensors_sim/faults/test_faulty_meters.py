"""What each fault does to the messages of a meter, and leaves alone."""

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import ConfigError
from domain.messages import RawMessage
from domain.periods import Period
from domain.sites import Portfolio
from sensors_sim.faults.fault import parse_fault
from sensors_sim.simulation import Simulation
from settings.model import Settings

NINE = datetime(2023, 1, 20, 9, tzinfo=UTC)
MORNING = Period(NINE - timedelta(hours=3), NINE + timedelta(hours=3))
STEP = timedelta(minutes=10)
METER = "jf-elec"


def told(
    portfolio: Portfolio, *faults: str, meter_id: str = METER, period: Period = MORNING
) -> list[RawMessage]:
    simulation = Simulation(portfolio, 1, faults=[parse_fault(text) for text in faults])
    return list(simulation.messages(period, STEP, meter_ids=[meter_id]))


def kwh(messages: list[RawMessage]) -> list[float]:
    return [json.loads(m.payload)["current_summ_delivered"] for m in messages]


def test_a_gap_is_silence_and_nothing_else(portfolio: Portfolio) -> None:
    sound = told(portfolio)
    gap = told(portfolio, f"gap:{METER}:2023-01-20T09:00Z/1h")
    hour = Period(NINE, NINE + timedelta(hours=1))
    assert gap == [m for m in sound if m.received_at not in hour]
    assert len(gap) == len(sound) - 6


def test_a_replaced_device_starts_again_from_nought(portfolio: Portfolio) -> None:
    sound, replaced = told(portfolio), told(portfolio, f"reset:{METER}:2023-01-20T09:00Z")
    before = [m for m in sound if m.received_at < NINE]
    assert replaced[: len(before)] == before
    after = kwh(replaced[len(before) :])
    assert after[0] == 0.0
    used = kwh(sound)[-1] - kwh(sound)[len(before)]
    assert after[-1] == pytest.approx(used)


def test_a_register_rolls_over_at_its_last_digit(portfolio: Portfolio) -> None:
    meters = tuple(
        replace(m, rollover_at=10_000.0) if m.id == METER else m for m in portfolio.meters
    )
    sound = kwh(told(portfolio))
    rolled = kwh(told(replace(portfolio, meters=meters), f"rollover:{METER}:2023-01-20T09:00Z"))
    assert max(rolled) < 10_000.0
    assert max(rolled) > 9_900.0
    steps = [(b - a) % 10_000.0 for a, b in itertools.pairwise(rolled)]
    assert steps == pytest.approx([b - a for a, b in itertools.pairwise(sound)])
    assert sum(b < a for a, b in itertools.pairwise(rolled)) == 1


def test_a_stuck_meter_repeats_itself_then_jumps_to_the_truth(portfolio: Portfolio) -> None:
    sound = told(portfolio)
    stuck = told(portfolio, f"stuck:{METER}:2023-01-20T09:00Z/1h")
    during = [m for m in stuck if NINE <= m.received_at < NINE + timedelta(hours=1)]
    assert len(set(kwh(during))) == 1
    assert len({json.loads(m.payload)["apparent_power"] for m in during}) == 1
    assert kwh(stuck)[-12:] == kwh(sound)[-12:]


def test_a_duplicate_says_the_same_twice(portfolio: Portfolio) -> None:
    sound = told(portfolio)
    twice = told(portfolio, f"duplicate:{METER}:2023-01-20T09:00Z/1h")
    assert len(twice) == len(sound) + 6
    assert {m.payload for m in twice} == {m.payload for m in sound}


def test_late_messages_come_all_the_same_with_the_hour_of_their_measure(
    portfolio: Portfolio,
) -> None:
    sound = told(portfolio)
    late = told(portfolio, f"late:{METER}:2023-01-20T09:00Z/1h/90m")
    assert sorted(m.payload for m in late) == sorted(m.payload for m in sound)
    nine_sharp = next(m for m in sound if m.received_at == NINE)
    (same,) = [m for m in late if m.payload == nine_sharp.payload]
    assert same.received_at == NINE + timedelta(minutes=90)
    assert [m.received_at for m in late] == sorted(m.received_at for m in late)


def test_out_of_order_messages_overtake_one_another_and_none_is_lost(portfolio: Portfolio) -> None:
    sound = told(portfolio)
    mixed = told(portfolio, f"out-of-order:{METER}:2023-01-20T08:00Z/2h/45m")
    assert sorted(m.payload for m in mixed) == sorted(m.payload for m in sound)
    assert kwh(mixed) != sorted(kwh(mixed))
    assert mixed == told(portfolio, f"out-of-order:{METER}:2023-01-20T08:00Z/2h/45m")


def test_what_is_late_at_the_end_of_one_run_comes_at_the_start_of_the_next(
    portfolio: Portfolio,
) -> None:
    order = f"late:{METER}:2023-01-20T09:00Z/1h/90m"
    first, second = (
        told(portfolio, order, period=p)
        for p in (Period(MORNING.start, NINE + STEP), Period(NINE + STEP, MORNING.end))
    )
    assert first + second == told(portfolio, order)


def test_a_skewed_clock_gives_the_wrong_hour_and_the_right_index(portfolio: Portfolio) -> None:
    sound = told(portfolio)
    skewed = told(portfolio, f"clock-skew:{METER}:2023-01-20T09:00Z/1h/-12m")
    assert kwh(skewed) == kwh(sound)
    said = json.loads(skewed[18].payload)["last_seen"]
    assert skewed[18].received_at == NINE
    assert said == "2023-01-20T08:48:00.000Z"


def test_other_meters_and_the_truth_are_spared(portfolio: Portfolio, settings: Settings) -> None:
    fault = parse_fault(f"reset:{METER}:2023-01-20T09:00Z")
    faulty = Simulation(portfolio, 1, mappings=settings.mappings, faults=[fault])
    sound = Simulation(portfolio, 1, mappings=settings.mappings)
    others = [name for name in sound.meter_ids if name != METER]
    assert list(faulty.messages(MORNING, meter_ids=others)) == list(
        sound.messages(MORNING, meter_ids=others)
    )
    assert faulty.truth(METER, MORNING) == sound.truth(METER, MORNING)


def test_a_linky_that_resets_does_so_in_both_registers(portfolio: Portfolio) -> None:
    frames = [
        json.loads(m.payload)
        for m in told(portfolio, "reset:hdv-elec:2023-01-20T09:00Z", meter_id="hdv-elec")
    ]
    assert int(frames[18]["HCHC"]["raw"]) == int(frames[18]["HCHP"]["raw"]) == 0
    assert int(frames[17]["HCHC"]["raw"]) > 0


def test_a_fault_of_an_unknown_meter_stops_the_start(portfolio: Portfolio) -> None:
    with pytest.raises(ConfigError):
        Simulation(portfolio, 1, faults=[parse_fault("gap:nobody:2023-01-20")])
