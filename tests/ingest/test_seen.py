"""Devices of no meter: remembered, kept with the dead letters, adopted, then stored once."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import NotFound, StorageUnavailable
from domain.guessing import Guess, guess
from domain.messages import RawMessage
from domain.meters import Commodity, Meter, Source
from domain.periods import Period
from domain.registers import Quantity, Role
from ingest import pipeline as pipeline_module
from ingest import seen as seen_module
from ingest.decoders.registry import decode
from ingest.pipeline import Outcome, Pipeline
from ingest.seen import SeenDevices
from settings.model import Settings
from storage.adopting import adopt
from storage.ports import ReadingStore, Records
from tests.ingest.conftest import NOON, tasmota

PAYLOADS = Path(__file__).parents[1] / "payloads"


@pytest.fixture(autouse=True)
def _messages_of_a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' day lies further back than a silent device is remembered."""
    monkeypatch.setattr(seen_module, "KEPT_FOR", timedelta(days=36_500))


@pytest.fixture
def pipeline(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> Pipeline:
    """A pipeline that looks at the portfolio and at the seen devices before every batch."""
    monkeypatch.setattr(pipeline_module, "REFRESH_S", 0.0)
    monkeypatch.setattr(seen_module, "WRITE_EVERY_S", 0.0)
    return Pipeline(settings, records.portfolio.portfolio, readings, records)


def _stranger(number: int, device: str = "stranger") -> RawMessage:
    message = tasmota(10.0 + number, f"2026-03-10T12:{5 * number:02}:00", device=device)
    return RawMessage(message.topic, message.payload, NOON + timedelta(seconds=number))


def test_an_unknown_device_is_seen_with_what_it_counts(
    pipeline: Pipeline, records: Records
) -> None:
    pipeline.handle([_stranger(n) for n in range(4)])
    pipeline.seen.write()
    (seen,) = records.seen_devices.all()
    assert (seen.family, seen.device, seen.topic) == ("tasmota", "stranger", "tele/stranger/SENSOR")
    assert (seen.messages, seen.first_at, seen.last_at) == (4, NOON, NOON + timedelta(seconds=3))
    total, power = seen.registers
    assert (total.name, total.quantity, total.unit) == ("Total", Quantity.ENERGY, "kWh")
    assert (total.value, total.role, total.path) == (13.0, Role.TOTAL, "ENERGY.Total")
    assert (power.name, power.value, power.unit) == ("Power", 60.0, "W")
    assert seen.cadence == timedelta(minutes=5)
    assert [letter.code for letter in records.dead_letters.newest(9)] == ["unknown_device"] * 4


def test_a_device_of_a_meter_is_nothing_new(pipeline: Pipeline, records: Records) -> None:
    pipeline.handle([tasmota(10.0)])
    pipeline.seen.write()
    assert records.seen_devices.all() == ()


def test_the_messages_of_an_ignored_device_are_counted_and_not_buried(
    pipeline: Pipeline, records: Records
) -> None:
    pipeline.handle([_stranger(0)])
    pipeline.seen.write()
    records.seen_devices.ignore("tasmota", "stranger", "maite")
    broken = tasmota(12.0, device="stranger", power='"many"')
    outcome = pipeline.handle([_stranger(1), tasmota(10.0), broken])
    assert outcome == Outcome(without_reading=2, stored=1, readings=2)
    assert records.dead_letters.count() == 1
    pipeline.seen.write()
    assert records.seen_devices.get("tasmota", "stranger").messages == 3
    records.seen_devices.ignore("tasmota", "stranger", "")
    assert pipeline.handle([_stranger(2)]) == Outcome(dead_lettered=1)


def test_what_an_adopted_device_said_before_is_stored_once(
    pipeline: Pipeline, records: Records, readings: ReadingStore
) -> None:
    early = [_stranger(n) for n in range(3)]
    assert pipeline.handle(early) == Outcome(dead_lettered=3)
    pipeline.seen.write()
    proposed = guess(records.seen_devices.get("tasmota", "stranger"), {"lighting"})
    meter = Meter(
        id=proposed.id,
        building_id="school",
        name=proposed.name,
        commodity=proposed.commodity or Commodity.WATER,
        source=Source(family="tasmota", device="stranger"),
        cadence=proposed.cadence,
    )
    adopt(records, meter, "maite", is_one_more=True)
    with pytest.raises(NotFound):
        records.seen_devices.get("tasmota", "stranger")
    # As the replay of dead letters does: the same messages again, with their own reception.
    letters = reversed(records.dead_letters.newest(9))
    again = [RawMessage(x.topic, x.payload, x.received_at) for x in letters]
    for batch in (again, [_stranger(3)], again):
        pipeline.handle(batch)
    assert records.dead_letters.count() == 3, "none was buried a second time"
    day = Period(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
    frame = readings.read("stranger", "energy.Total", day)
    assert list(frame["value"]) == [10.0, 11.0, 12.0, 13.0]
    assert records.portfolio.added_meters() == {"stranger": "maite"}


def test_what_comes_between_adoption_and_our_knowing_it_is_asked_for_again(
    pipeline: Pipeline, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def ask(*, family: str, device: str) -> int:
        asked.append((family, device))
        return 0

    monkeypatch.setattr(records.dead_letters, "ask_replay", ask)
    pipeline.handle([_stranger(0), tasmota(1.0, device="other")])
    adopted = Source(family="tasmota", device="Stranger")
    meter = Meter(id="m", building_id="school", name="M", commodity=Commodity.WATER, source=adopted)
    records.portfolio.add_meter(meter, "maite")
    pipeline.handle([tasmota(10.0)])
    pipeline.seen.write_rest_if_due()
    assert asked == [("tasmota", "stranger")]
    assert [seen.device for seen in records.seen_devices.all()] == ["other"]
    pipeline.handle([_stranger(1)])
    pipeline.seen.write()
    assert len(asked) == 1


def _golden(name: str) -> RawMessage:
    told = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return RawMessage(told["topic"], json.dumps(told["payload"]).encode(), NOON)


GUESSES: dict[str, Callable[[Guess], bool]] = {
    "chirpstack/water_meter": lambda g: g.commodity in (Commodity.WATER, None),
    "chirpstack/heat_meter": lambda g: g.commodity is Commodity.DISTRICT_HEAT,
    "ttn/water_meter": lambda g: g.commodity is Commodity.WATER,
    "zigbee2mqtt/zipulses_gas": lambda g: g.commodity is Commodity.NATURAL_GAS and g.needs_weight,
    "zigbee2mqtt/zlinky_standard": lambda g: g.commodity is Commodity.ELECTRICITY,
    "teleinfo2mqtt/standard": lambda g: g.commodity is Commodity.ELECTRICITY,
    "shelly/gen2_three_phase": lambda g: g.commodity is Commodity.ELECTRICITY,
    "tasmota/linky_standard": lambda g: g.commodity is Commodity.ELECTRICITY,
    "zigbee2mqtt/thermometer": lambda g: g.commodity in (Commodity.OUTDOOR_TEMPERATURE, None),
}


@pytest.mark.parametrize("name", GUESSES)
def test_real_dialects_are_guessed(pipeline: Pipeline, records: Records, name: str) -> None:
    pipeline.handle([_golden(name)])
    pipeline.seen.write()
    (seen,) = records.seen_devices.all()
    found = guess(seen)
    assert GUESSES[name](found), found


def test_a_flood_of_names_fills_neither_memory_nor_disk(
    records: Records, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen_module, "MOST_AT_ONCE", 60)
    pipeline.handle([tasmota(1.0, device=f"early-{n}") for n in range(100)])
    pipeline.seen.write()
    assert len(records.seen_devices.all()) == 60
    monkeypatch.setattr(seen_module, "MOST_KEPT", 50)
    pipeline.handle([_stranger(0), _stranger(1)])
    pipeline.handle([tasmota(1.0, device=f"made-up-{n}") for n in range(70)])
    pipeline.seen.write()
    kept = {seen.device for seen in records.seen_devices.all()}
    assert len(kept) == 50
    assert "stranger" in kept


def test_a_name_as_long_as_a_book_is_no_device(pipeline: Pipeline, records: Records) -> None:
    assert pipeline.handle([tasmota(1.0, device="x" * 2000)]) == Outcome(dead_lettered=1)
    pipeline.seen.write()
    assert records.seen_devices.all() == ()


class Away:
    """Records that do not answer while told so."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.is_away = True
        self.asked = 0

    @property
    def seen_devices(self) -> object:
        self.asked += 1
        if self.is_away:
            raise StorageUnavailable("away")
        return self._records.seen_devices


def test_what_was_heard_waits_for_records_that_are_away(records: Records) -> None:
    away = Away(records)
    now = [0.0]
    remembered = SeenDevices(away, clock=lambda: now[0])  # type: ignore[arg-type]
    message = _stranger(0)
    decoded = decode(message.topic, message.payload)._replace(label="Prises du hall")
    remembered.note(message, decoded, decoded.readings[0])
    remembered.write_if_due()
    away.is_away = False
    remembered.write_rest_if_due()
    assert records.seen_devices.all() == (), "it is not due yet"
    now[0] += 3.0
    remembered.write_rest_if_due()
    assert [(d.messages, d.label) for d in records.seen_devices.all()] == [(1, "Prises du hall")]
    asked = away.asked
    now[0] += 60.0
    remembered.write_rest_if_due()
    assert away.asked == asked, "nothing was heard: nothing is asked of the records"


def test_a_fault_about_devices_without_meter_costs_no_message_of_the_others(
    pipeline: Pipeline, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(type(records.seen_devices), "note", fails)
        pipeline.handle([_stranger(0)])
        assert pipeline.handle([tasmota(10.0)]).stored == 1
    pipeline.handle([_stranger(1)])
    pipeline.seen.write()
    (seen,) = records.seen_devices.all()
    assert seen.messages == 1
