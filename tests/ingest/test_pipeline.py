from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import StorageRejected, StorageUnavailable
from domain.messages import RawMessage
from domain.meters import Commodity, Meter, Source
from domain.periods import Period
from domain.readings import Quality, Reading
from domain.sites import Portfolio
from ingest import pipeline as pipeline_module
from ingest.decoders.decoded import Decoded
from ingest.decoders.registry import Decoders
from ingest.pipeline import Outcome, Pipeline
from ingest.resolver import Resolver
from settings.model import Settings
from storage.ports import ReadingStore, Records
from tests.ingest.conftest import LIGHTING, NOON, portfolio_of, tasmota


@pytest.fixture
def pipeline(settings: Settings, readings: ReadingStore, records: Records) -> Pipeline:
    return Pipeline(settings, records.portfolio.portfolio, readings, records)


def _codes(records: Records) -> list[str]:
    return [letter.code for letter in reversed(records.dead_letters.newest(100))]


class Moody:
    """A store that refuses a value, or does not answer, when told to."""

    def __init__(self, inner: ReadingStore) -> None:
        self._inner = inner
        self.poison: float | None = None
        self.names_what_it_refuses = False
        self.is_away = False
        self.writes = 0

    def write(self, readings: Sequence[Reading]) -> None:
        self.writes += 1
        if self.is_away:
            raise StorageUnavailable("away")
        refused = [r for r in readings if r.value == self.poison]
        if refused and self.names_what_it_refuses:
            self._inner.write([r for r in readings if r.value != self.poison])
            raise StorageRejected("poison", refused)
        if refused:
            raise StorageRejected("poison")
        self._inner.write(readings)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


@pytest.fixture
def moody(readings: ReadingStore) -> Moody:
    return Moody(readings)


@pytest.fixture
def troubled(settings: Settings, moody: Moody, records: Records) -> Pipeline:
    return Pipeline(settings, records.portfolio.portfolio, moody, records)  # type: ignore[arg-type]


def test_a_message_becomes_stored_readings_at_the_time_the_meter_took_them(
    pipeline: Pipeline, readings: ReadingStore
) -> None:
    assert pipeline.handle([tasmota(9098.2)]) == Outcome(stored=1, readings=2)
    newest = readings.latest(["lighting"])
    energy = newest[("lighting", "energy.Total")]
    assert energy.taken_at == datetime(2026, 3, 10, 11, 55, tzinfo=UTC)
    assert energy.value == 9098.2
    assert energy.quality is Quality.VALID
    assert energy.received_at == NOON
    assert energy.source == "tasmota"
    assert newest[("lighting", "power.Power")].value == pytest.approx(0.06)


UNUSABLE = {
    "cut short": (b'{"Time":"2026-03-10T12:55:00","ENERGY":{"Tot', None),
    "binary": (bytes(range(256)), None),
    "empty": (b"", None),
    "huge": (b'{"Time":"' + b"x" * 10_000, "too_large"),
    "a list": (b"[1, 2]", None),
    "wrong type": (tasmota('"beers"', power='"many"').payload, None),
    "not a number": (tasmota("NaN", power="NaN").payload, None),
    "1970": (tasmota(5, "1970-01-01T01:00:00").payload, "time_out_of_range"),
    "2099": (tasmota(5, "2099-01-01T00:00:00").payload, "time_out_of_range"),
    "not a date": (tasmota(5, "yesterday").payload, None),
    "nested": (b"[" * 4000, None),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_cannot_be_read_is_buried_with_a_reason_and_the_stream_goes_on(
    pipeline: Pipeline, records: Records, totals: Callable[[], list[float]], case: str
) -> None:
    payload, code = UNUSABLE[case]
    bad = RawMessage("tele/plug/SENSOR", payload, NOON)
    outcome = pipeline.handle(
        [tasmota(10.0, "2026-03-10T12:50:00"), bad, tasmota(11.0, "2026-03-10T12:55:00")]
    )
    assert outcome == Outcome(stored=2, dead_lettered=1, readings=4)
    assert totals() == [10.0, 11.0]
    (letter,) = records.dead_letters.newest(10)
    assert letter.topic == "tele/plug/SENSOR"
    assert letter.payload == payload[:4096]
    assert letter.size == len(payload)
    assert len(letter.reason) > 5
    if code is not None:
        assert letter.code == code


def test_a_message_partly_good_is_stored_for_that_part_and_buried_once(
    pipeline: Pipeline, records: Records, readings: ReadingStore
) -> None:
    outcome = pipeline.handle([tasmota(-3, power=40)])
    assert outcome == Outcome(stored=1, partly_dead_lettered=1, readings=1)
    assert set(readings.latest(["lighting"])) == {("lighting", "power.Power")}
    assert _codes(records) == ["implausible_value"]


@pytest.mark.parametrize("names_it", [False, True])
def test_one_reading_the_store_refuses_does_not_cost_the_batch(
    troubled: Pipeline,
    moody: Moody,
    records: Records,
    totals: Callable[[], list[float]],
    names_it: bool,
) -> None:
    moody.poison, moody.names_what_it_refuses = 107.0, names_it
    batch = [tasmota(100.0 + n, f"2026-03-10T12:{n:02}:00") for n in range(20)]
    outcome = troubled.handle(batch)
    assert outcome == Outcome(stored=20, partly_dead_lettered=1, readings=39)
    assert totals() == [100.0 + n for n in range(20) if n != 7]
    assert _codes(records) == ["store_refused"]
    assert moody.writes < 20


def test_a_message_refused_whole_is_counted_as_buried(
    troubled: Pipeline, moody: Moody, records: Records
) -> None:
    moody.poison = 107.0
    message = RawMessage(
        "tele/plug/SENSOR", b'{"Time":"2026-03-10T12:55:00","ENERGY":{"Total":107}}', NOON
    )
    assert troubled.handle([message]) == Outcome(dead_lettered=1)


def test_while_the_store_is_away_the_batch_is_handed_back_and_nothing_is_marked(
    troubled: Pipeline, moody: Moody, records: Records, totals: Callable[[], list[float]]
) -> None:
    moody.is_away = True
    batch = [tasmota(1.0), RawMessage("tele/plug/SENSOR", b"{", NOON)]
    with pytest.raises(StorageUnavailable):
        troubled.handle(batch)
    assert records.dirty.count() == 0
    assert records.dead_letters.count() == 0
    moody.is_away = False
    # What was seen and not stored must not be taken for a repetition.
    assert troubled.handle(batch) == Outcome(stored=1, dead_lettered=1, readings=2)
    assert totals() == [1.0]


def test_handling_a_batch_twice_leaves_each_reading_once(
    pipeline: Pipeline, totals: Callable[[], list[float]]
) -> None:
    batch = [tasmota(float(n), f"2026-03-10T12:{n:02}:00") for n in range(5)]
    pipeline.handle(batch)
    pipeline.handle(batch)
    assert totals() == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_a_message_said_twice_in_a_row_is_a_duplicate_and_written_once(
    troubled: Pipeline, moody: Moody
) -> None:
    assert troubled.handle([tasmota(5.0), tasmota(5.0)]) == Outcome(
        stored=1, duplicate=1, readings=2
    )
    assert troubled.handle([tasmota(5.0)]) == Outcome(duplicate=1)
    assert moody.writes == 1


def test_a_correction_of_the_same_instant_is_news(
    pipeline: Pipeline, totals: Callable[[], list[float]]
) -> None:
    pipeline.handle([tasmota(5.0)])
    assert pipeline.handle([tasmota(6.0)]).stored == 1
    assert totals() == [6.0]


def test_the_hour_of_a_reading_is_dirty_once_it_is_stored(
    pipeline: Pipeline, records: Records
) -> None:
    pipeline.handle([tasmota(5.0, "2026-03-10T12:55:00")])
    assert [(meter, hour.hour) for meter, hour, _ in records.dirty.pending()] == [("lighting", 11)]


def test_a_late_reading_makes_its_own_hour_dirty(pipeline: Pipeline, records: Records) -> None:
    pipeline.handle([tasmota(5.0), tasmota(4.0, "2026-03-09T12:58:00")])
    hours = {(hour.day, hour.hour) for _, hour, _ in records.dirty.pending()}
    assert hours == {(10, 11), (9, 11)}


def test_a_device_without_a_meter_waits_in_the_dead_letters(
    pipeline: Pipeline, records: Records
) -> None:
    assert pipeline.handle([tasmota(1.0, device="stranger")]) == Outcome(dead_lettered=1)
    (letter,) = records.dead_letters.newest(10)
    assert letter.code == "unknown_device"
    assert "'stranger'" in letter.reason


def test_a_meter_added_on_screen_is_stored_within_seconds(
    pipeline: Pipeline, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pipeline.handle([tasmota(1.0, device="new")]).dead_lettered == 1
    source = Source(family="tasmota", device="new")
    records.portfolio.add_meter(replace(LIGHTING, id="new", source=source), "somebody")
    assert pipeline_module.REFRESH_S <= 5
    monkeypatch.setattr(pipeline_module.time, "monotonic", lambda: 1e9)
    assert pipeline.handle([tasmota(1.0, device="new")]).stored == 1


def test_while_the_records_are_away_the_known_meters_are_still_stored(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: list[Portfolio] = [portfolio_of(LIGHTING)]

    def portfolio() -> Portfolio:
        if not answers:
            raise StorageUnavailable("away")
        return answers.pop()

    pipeline = Pipeline(settings, portfolio, readings, records)
    assert pipeline.handle([tasmota(1.0)]).stored == 1
    monkeypatch.setattr(pipeline_module.time, "monotonic", lambda: 1e9)
    assert pipeline.handle([tasmota(2.0)]).stored == 1


def test_status_messages_are_understood_and_carry_nothing(
    pipeline: Pipeline, records: Records
) -> None:
    message = RawMessage("tele/plug/LWT", b"Online", NOON)
    assert pipeline.handle([message]) == Outcome(without_reading=1)
    assert records.dead_letters.count() == 0


def test_a_decoder_with_a_bug_costs_one_message(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    def decode(topic: str, payload: bytes) -> Decoded:
        if topic == "bug":
            raise KeyError("surprise")
        return Decoded("tasmota", ())

    pipeline = Pipeline(settings, records.portfolio.portfolio, readings, records, decode=decode)
    batch = [RawMessage("bug", b"", NOON), RawMessage("fine", b"", NOON)]
    assert pipeline.handle(batch) == Outcome(dead_lettered=1, without_reading=1)
    assert _codes(records) == ["decoder_failed"]


def test_a_decoder_with_a_bug_says_where_once_however_many_messages_meet_it(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def decode(topic: str, payload: bytes) -> Decoded:
        if payload:
            raise KeyError("surprise")
        raise ZeroDivisionError

    pipeline = Pipeline(settings, records.portfolio.portfolio, readings, records, decode=decode)
    for _ in range(3):
        pipeline.handle([RawMessage("t", b"", NOON), RawMessage("t", b"1", NOON)])
    assert [record.exc_info is not None for record in caplog.records if record.levelno >= 40] == [
        True,
        True,
    ]


def test_a_device_that_never_stops_naming_registers_fills_no_memory() -> None:
    resolver = Resolver(portfolio_of(LIGHTING))
    (total, *_) = Decoders().decode("tele/plug/SENSOR", tasmota(1.0).payload).readings
    for number in range(2500):
        resolver.routes("tasmota", total._replace(register=f"Total[{number}]"))
    device = resolver._devices["tasmota", "plug"]
    assert len(device._routes) <= 1000
    assert resolver.routes("tasmota", total)


ZIGBEE = replace(LIGHTING, source=Source(family="zigbee2mqtt", device="plug"))


def test_an_interval_of_centuries_makes_no_centuries_of_hours_be_computed_anew(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    def decode(topic: str, payload: bytes) -> Decoded:
        length_s = {b"long": 7.4e9, b"nan": float("nan"), b"short": 7200.0}[payload]
        (total, *_) = known.decode(topic, tasmota(1.0).payload).readings
        return Decoded("tasmota", (total._replace(duration_s=length_s),))

    known = Decoders()
    pipeline = Pipeline(settings, records.portfolio.portfolio, readings, records, decode=decode)
    topic = tasmota(1.0).topic
    outcome = pipeline.handle([RawMessage(topic, p, NOON) for p in (b"long", b"short", b"nan")])
    assert (outcome.stored, outcome.dead_lettered) == (1, 2)
    assert _codes(records) == ["implausible_value"] * 2
    assert records.dirty.count() == 3


@pytest.mark.parametrize("retained", [False, True])
def test_an_undated_message_is_given_our_time_unless_the_broker_had_kept_it(
    settings: Settings, readings: ReadingStore, records: Records, retained: bool
) -> None:
    pipeline = Pipeline(settings, lambda: portfolio_of(ZIGBEE), readings, records)
    message = RawMessage("zigbee2mqtt/plug", b'{"energy": 12.5, "power": 3}', NOON, retained)
    outcome = pipeline.handle([message])
    newest = readings.latest(["lighting"])
    if retained:
        assert outcome == Outcome(dead_lettered=1)
        assert _codes(records) == ["retained_without_time"]
        assert not newest
    else:
        assert outcome.stored == 1
        assert {r.taken_at for r in newest.values()} == {NOON}
        assert {r.quality for r in newest.values()} == {Quality.RECEPTION_TIME}


def test_an_undated_index_that_waited_at_the_broker_is_kept_and_its_time_not_believed(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    pipeline = Pipeline(settings, lambda: portfolio_of(ZIGBEE), readings, records)
    old = RawMessage("zigbee2mqtt/plug", b'{"energy": 12.5}', NOON, queued=True)
    dated = tasmota(13.0)
    pipeline.handle([old, dated._replace(queued=True)])
    assert [r.quality for r in readings.latest(["lighting"]).values()] == [Quality.QUESTIONABLE]
    pipeline = Pipeline(settings, lambda: portfolio_of(LIGHTING), readings, records)
    pipeline.handle([dated._replace(queued=True)])
    total = readings.latest(["lighting"])[("lighting", "energy.Total")]
    assert total.quality is Quality.VALID


def test_old_dead_letters_make_room_for_new_ones(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    small = settings.ingest.model_copy(update={"dead_letter_max_mb": 1, "max_payload_kb": 256})
    pipeline = Pipeline(
        settings.model_copy(update={"ingest": small}),
        records.portfolio.portfolio,
        readings,
        records,
    )
    for _ in range(10):
        pipeline.handle([RawMessage("t", b"\xff" * 240_000, datetime.now(UTC))])
    assert 1 <= records.dead_letters.count() <= 5


def test_reasons_quote_devices_in_letters_any_database_keeps(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    pipeline = Pipeline(settings, records.portfolio.portfolio, readings, records)
    pipeline.handle([tasmota(1.0, device="nul\x00and\ud800")])
    (letter,) = records.dead_letters.newest(1)
    assert "\x00" not in letter.topic
    letter.reason.encode()


def test_water_has_no_kilowatt_hours(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    water = Meter(
        id="lighting",
        building_id="school",
        name="Water",
        commodity=Commodity.WATER,
        source=Source(family="tasmota", device="plug"),
        cadence=timedelta(minutes=5),
    )
    pipeline = Pipeline(settings, lambda: portfolio_of(water), readings, records)
    assert pipeline.handle([tasmota(1.0)]) == Outcome(without_reading=1)


def test_a_pack_of_numbers_dated_by_their_age_keeps_one_instant_each(
    pipeline: Pipeline, readings: ReadingStore, records: Records
) -> None:
    source = Source(family="senml", device="urn:dev:mac:0024befffe804ff1")
    outdoor = Meter(
        id="outdoor",
        building_id="school",
        name="Outdoor",
        commodity=Commodity.OUTDOOR_TEMPERATURE,
        source=source,
    )
    records.portfolio.apply_config(portfolio_of(LIGHTING, outdoor))
    pack = (
        f'[{{"bn":"{source.device}:","n":"temperature","u":"Cel","v":8.5,"t":-600}},'
        '{"n":"temperature","u":"Cel","v":9.0}]'
    )
    pipeline.handle([RawMessage("senml/roof", pack.encode(), NOON)])
    (register,) = readings.registers_of("outdoor")
    around = Period(NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    kept = readings.read("outdoor", register, around)
    assert list(kept["value"]) == [8.5, 9.0]
    assert [instant.to_pydatetime() for instant in kept.index] == [
        NOON - timedelta(minutes=10),
        NOON,
    ]


@pytest.mark.parametrize("age", ["-1e300", "1e300", "200000000"])
def test_an_age_that_leads_out_of_any_calendar_is_buried_and_the_stream_goes_on(
    pipeline: Pipeline, readings: ReadingStore, records: Records, age: str
) -> None:
    source = Source(family="senml", device="urn:dev:mac:0024befffe804ff1")
    outdoor = replace(LIGHTING, id="outdoor", source=source)
    records.portfolio.apply_config(portfolio_of(LIGHTING, outdoor))
    pack = f'[{{"bn":"{source.device}:","n":"e","u":"Wh","v":8.5,"t":{age}}}]'
    batch = [RawMessage("senml/roof", pack.encode(), NOON), tasmota(1.0)]
    assert pipeline.handle(batch) == Outcome(stored=1, dead_lettered=1, readings=2)
    assert set(_codes(records)) <= {"time_out_of_range", "no_number"}
    assert not readings.registers_of("outdoor")


def test_the_repeated_hour_of_october_keeps_both_its_passes(
    pipeline: Pipeline, readings: ReadingStore
) -> None:
    first_pass = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    for minute in range(0, 120, 10):
        local = f"2026-10-25T02:{minute % 60:02}:00"
        now = first_pass + timedelta(minutes=minute, seconds=2)
        pipeline.handle([tasmota(float(minute), local)._replace(received_at=now)])
    frame = readings.read(
        "lighting", "energy.Total", Period(first_pass, first_pass + timedelta(hours=2))
    )
    assert frame["value"].tolist() == [float(minute) for minute in range(0, 120, 10)]
