import logging
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from domain.messages import RawMessage
from domain.meters import Commodity, Source
from domain.periods import Period
from domain.registers import Accumulation, Quantity
from domain.sites import Portfolio
from domain.units import to_canonical
from ingest.decoders.decoded import Role
from ingest.decoders.registry import decode
from ingest.resolver import Resolver
from sensors_sim.buildings import kwh_per_count
from sensors_sim.simulation import INSTALLED_ON, Simulation
from settings.model import Settings

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 18, 20, tzinfo=UTC)
SEED = 20261
FRESH_HOUR = Period(
    datetime(2023, 2, 1, 12, 40, tzinfo=UTC), datetime(2023, 2, 1, 13, 40, tzinfo=UTC)
)
"""Soon after the installation: a simulation of a test's own has little to add up."""

Indexes = dict[str, dict[datetime, float]]


def indexes(messages: list[RawMessage], portfolio: Portfolio, settings: Settings) -> Indexes:
    """Return each meter's index as ingest understands it, by the time it was taken."""
    resolver = Resolver(portfolio)
    result: Indexes = defaultdict(lambda: defaultdict(float))
    for message in messages:
        decoded = decode(message.topic, message.payload, mappings=settings.mappings)
        for reading in decoded.readings:
            is_index = reading.accumulation is Accumulation.CUMULATIVE
            if not is_index or reading.role is not Role.TOTAL:
                continue
            routes = resolver.routes(decoded.family, reading)
            assert routes, message.topic
            taken_at = reading.time or message.received_at
            value = to_canonical(reading.value, reading.unit, reading.quantity)
            result[routes[0].meter.id][taken_at] += value * routes[0].scale
    return result


def test_ingest_reads_in_every_dialect_what_the_simulation_made(
    simulation: Simulation, portfolio: Portfolio, settings: Settings
) -> None:
    period = Period(NOW - timedelta(hours=30, minutes=20), NOW)
    understood = indexes(list(simulation.messages(period)), portfolio, settings)
    counting = {m.id for m in portfolio.meters if m.commodity is not Commodity.OUTDOOR_TEMPERATURE}
    assert set(understood) == counting
    for meter in portfolio.meters:
        if meter.id in counting:
            by_time = understood[meter.id]
            first, last = min(by_time), max(by_time)
            assert last - first >= timedelta(hours=30) - meter.cadence
            used = (by_time[last] - by_time[first]) * kwh_per_count(meter)
            made = simulation.truth(meter.id, Period(first, last))
            assert used == pytest.approx(made, rel=1e-9, abs=1e-6)


def test_every_device_gives_the_hour_at_which_it_measured(
    simulation: Simulation, settings: Settings
) -> None:
    october = Period.of_day(date(2026, 10, 25), PARIS)
    for message in simulation.messages(october, timedelta(minutes=10)):
        for reading in decode(message.topic, message.payload, mappings=settings.mappings).readings:
            assert reading.time in (None, message.received_at)


def test_the_thermometer_tells_the_mean_temperature(
    simulation: Simulation, settings: Settings
) -> None:
    day = Period.of_day(date(2026, 11, 20), PARIS)
    told = [
        reading.value
        for message in simulation.messages(day, meter_ids=["hdv-outdoor"])
        for reading in decode(message.topic, message.payload).readings
        if reading.quantity is Quantity.TEMPERATURE
    ]
    assert len(told) == 144
    assert sum(told) / len(told) == pytest.approx(simulation.truth("hdv-outdoor", day), abs=0.01)


def test_the_power_shown_is_the_slope_of_the_index(
    simulation: Simulation, settings: Settings
) -> None:
    noon = Period(NOW - timedelta(hours=7), NOW - timedelta(hours=6))
    powers: dict[str, list[float]] = defaultdict(list)
    for message in simulation.messages(noon, meter_ids=["sc-elec", "sc-sockets", "sc-solar"]):
        decoded = decode(message.topic, message.payload, mappings=settings.mappings)
        for reading in decoded.readings:
            if reading.role is Role.LIVE:
                powers[reading.device].append(reading.value / 1000)
    assert len(powers) == 3
    for meter_id, device in (
        ("sc-elec", "shellypro3em-0cb815fc96dc"),
        ("sc-sockets", "sc-prises"),
        ("sc-solar", "toit-sainte-claire"),
    ):
        shown = sum(powers[device]) / len(powers[device])
        assert shown == pytest.approx(simulation.truth(meter_id, noon), rel=0.03)


@hypothesis_settings(max_examples=15, deadline=None)
@given(st.integers(0, 700 * 24), st.integers(1, 300), st.data())
def test_what_is_used_adds_up_over_any_cut(
    simulation: Simulation, hours_ago: int, hours: int, data: st.DataObject
) -> None:
    meter_id = data.draw(st.sampled_from([m for m in simulation.meter_ids if m != "hdv-outdoor"]))
    start = NOW - timedelta(hours=hours_ago + hours)
    middle = start + timedelta(hours=data.draw(st.integers(0, hours)))
    end = start + timedelta(hours=hours)
    parts = [simulation.truth(meter_id, p) for p in (Period(start, middle), Period(middle, end))]
    assert min(parts) >= 0.0
    assert sum(parts) == pytest.approx(simulation.truth(meter_id, Period(start, end)), abs=1e-6)


def test_the_same_seed_tells_the_same_story_wherever_it_is_started(
    portfolio: Portfolio, settings: Settings, simulation: Simulation
) -> None:
    hour = FRESH_HOUR
    told = list(simulation.messages(hour))
    late_start = Simulation(portfolio, SEED, mappings=settings.mappings)
    assert list(late_start.messages(hour)) == told
    minute_by_minute = [
        message
        for minute in range(60)
        for message in late_start.messages(
            Period(
                hour.start + timedelta(minutes=minute), hour.start + timedelta(minutes=minute + 1)
            )
        )
    ]
    assert minute_by_minute == told
    other = Simulation(portfolio, SEED + 1, mappings=settings.mappings)
    assert list(other.messages(hour)) != told


def test_messages_come_in_order_at_the_asked_step_and_never_at_the_end(
    simulation: Simulation,
) -> None:
    period = Period(NOW - timedelta(hours=2, seconds=7), NOW)
    messages = list(simulation.messages(period, timedelta(minutes=10)))
    times = [message.received_at for message in messages]
    assert times == sorted(times)
    assert all(moment in period for moment in times)
    linky = [m.received_at for m in messages if m.topic == "zigbee2mqtt/linky-jules-ferry"]
    assert linky == [NOW - timedelta(minutes=10 * n) for n in range(12, 0, -1)]
    water = [m.received_at for m in messages if m.topic.startswith("application/")]
    assert {moment.minute % 15 for moment in water} == {0}


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_the_days_on_which_clocks_change_are_told_hour_by_hour(
    simulation: Simulation, day: date, hours: int
) -> None:
    whole = Period.of_day(day, PARIS)
    told = list(simulation.messages(whole, timedelta(hours=1), meter_ids=["jf-elec"]))
    assert len(told) == hours
    by_hour = sum(
        simulation.truth("jf-elec", Period(m.received_at, m.received_at + timedelta(hours=1)))
        for m in told
    )
    assert by_hour == pytest.approx(simulation.truth("jf-elec", whole), abs=1e-6)


def test_the_29th_of_february_is_a_day_like_another(simulation: Simulation) -> None:
    days = [simulation.truth("sc-elec", Period.of_day(date(2024, 2, d), PARIS)) for d in (28, 29)]
    assert days[1] == pytest.approx(days[0], rel=0.5)


def test_before_they_were_installed_the_meters_are_silent(
    simulation: Simulation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    before = Period(INSTALLED_ON - timedelta(days=3), INSTALLED_ON + timedelta(minutes=1))
    assert min(m.received_at for m in simulation.messages(before)) == INSTALLED_ON
    assert "silent before 2023-01-01" in caplog.text


def test_a_meter_without_a_dialect_is_left_out_with_a_word(
    portfolio: Portfolio, caplog: pytest.LogCaptureFixture
) -> None:
    strange = Source(family="mapping:unheard-of", device="x")
    changes = {"jf-elec": strange, "jf-gas": replace(strange, family="tasmota"), "jf-water": None}
    meters = tuple(
        replace(m, source=changes[m.id]) if m.id in changes else m for m in portfolio.meters
    )
    retired = replace(portfolio.meters[-2], retired=True)
    simulation = Simulation(replace(portfolio, meters=(*meters[:-2], retired)), SEED)
    assert set(changes).isdisjoint(simulation.meter_ids)
    assert retired.id not in simulation.meter_ids
    for meter_id in ("jf-elec", "jf-gas"):
        assert sum(meter_id in r.getMessage() for r in caplog.records) == 1
    assert len(list(simulation.messages(FRESH_HOUR))) > 100


def test_a_meter_that_files_fill_is_no_cause_for_a_warning(
    portfolio: Portfolio, caplog: pytest.LogCaptureFixture
) -> None:
    filed = replace(portfolio.meters[0], source=Source(family="file", device="30001234567890"))
    simulation = Simulation(replace(portfolio, meters=(filed, *portfolio.meters[1:])), SEED)
    assert filed.id not in simulation.meter_ids
    assert not [
        r for r in caplog.records if r.levelno >= logging.WARNING and filed.id in r.getMessage()
    ]


def test_adding_a_building_changes_nothing_for_those_before_it(
    portfolio: Portfolio, settings: Settings
) -> None:
    first = portfolio.buildings[0]
    alone = replace(portfolio, buildings=(first,), meters=tuple(portfolio.meters_of(first.id)))
    hour = FRESH_HOUR
    ids = [meter.id for meter in alone.meters]
    whole = Simulation(portfolio, SEED, mappings=settings.mappings)
    assert list(Simulation(alone, SEED).messages(hour)) == list(whole.messages(hour, meter_ids=ids))


def test_only_the_linky_in_historique_mode_has_no_clock(simulation: Simulation) -> None:
    assert [m for m in simulation.meter_ids if not simulation.carries_time(m)] == ["hdv-elec"]


def test_the_next_message_falls_due_at_the_next_whole_cadence(simulation: Simulation) -> None:
    assert simulation.next_message_at(NOW) == NOW + timedelta(minutes=1)
    assert simulation.next_message_at(NOW + timedelta(seconds=59.5)) == NOW + timedelta(minutes=1)
