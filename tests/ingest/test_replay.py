from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from domain.dead_letters import LetterFilter
from domain.errors import StorageUnavailable
from domain.messages import RawMessage
from domain.periods import Period
from domain.readings import Quality, Reading
from domain.replays import REPLAY_NOTE, Replayed, replay_run_of
from ingest import pipeline, seen
from ingest.pipeline import Pipeline
from ingest.replay import Replay, ReplayErrand
from settings.model import Settings
from storage.ports import ReadingStore, Records
from tests.ingest.conftest import LIGHTING, NOON, portfolio_of, tasmota

ALL = LetterFilter()
BOILER = replace(LIGHTING, id="boiler", source=replace(LIGHTING.source, device="new"))
_DAY = Period(NOON - timedelta(days=1), NOON + timedelta(days=1))


def _receive(
    settings: Settings, readings: ReadingStore, records: Records, *messages: RawMessage
) -> None:
    Pipeline(settings, records.portfolio.portfolio, readings, records).handle(messages)


def _adopt(records: Records) -> None:
    records.portfolio.apply_config(portfolio_of(LIGHTING, BOILER))


def _unknown(number: int) -> list[RawMessage]:
    return [
        tasmota(float(minute), f"2026-03-10T12:{minute:02}:00", device="new")
        for minute in range(number)
    ]


def _boiler(readings: ReadingStore) -> list[float]:
    return list(readings.read("boiler", "energy.Total", _DAY)["value"])


def test_what_an_unknown_device_said_is_stored_once_it_has_a_meter(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    _receive(settings, readings, records, *_unknown(5), tasmota(1.0, device="another"))
    errand = ReplayErrand(settings, readings, records)
    assert not errand.do_one(), "nothing is asked for"
    _adopt(records)
    assert records.dead_letters.ask_replay(family="tasmota", device="new") == 5
    assert errand.do_one()
    assert not errand.do_one()
    assert _boiler(readings) == [0.0, 1.0, 2.0, 3.0, 4.0]
    (left,) = records.dead_letters.newest(9)
    assert (left.device, left.attempts) == ("another", 0)
    hours = {hour for meter_id, hour, _ in records.dirty.pending() if meter_id == "boiler"}
    assert hours == {NOON - timedelta(hours=1)}


def test_what_is_refused_again_stays_with_the_new_reason_and_is_tried_no_more(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    _receive(settings, readings, records, tasmota(-5.0, power='"x"', device="new"), *_unknown(1))
    _adopt(records)
    records.dead_letters.want(ALL, datetime.now(UTC))
    errand = ReplayErrand(settings, readings, records)
    assert errand.do_one()
    assert not errand.do_one()
    (left,) = records.dead_letters.newest(9)
    assert (left.code, left.attempts, left.wanted_at) == ("implausible_value", 1, None)
    assert "negative index" in left.reason
    assert left.device == "new"


def test_replaying_twice_writes_the_same_rows_and_no_second_letter(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    _receive(settings, readings, records, *_unknown(3), RawMessage("t", b"{", NOON))
    _adopt(records)
    letters = records.dead_letters.in_order(ALL, limit=9)
    replay = Replay(settings, readings, records)
    assert replay.replay(letters) == Replayed(stored=3, refused=1)
    assert replay.replay(letters) == Replayed(stored=3, refused=1)
    assert _boiler(readings) == [0.0, 1.0, 2.0]
    assert records.dead_letters.count() == 1


def test_an_undated_message_keeps_the_time_and_the_trust_of_its_reception(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    undated = b'{"ENERGY":{"Total":%d}}'
    fresh = RawMessage("tele/new/SENSOR", undated % 1, NOON)
    waited = RawMessage("tele/new/SENSOR", undated % 2, NOON + timedelta(minutes=5), queued=True)
    kept = RawMessage("tele/new/SENSOR", undated % 3, NOON, retained=True)
    _receive(settings, readings, records, fresh, waited, kept)
    _adopt(records)
    letters = records.dead_letters.in_order(ALL, limit=9)
    assert Replay(settings, readings, records).replay(letters) == Replayed(stored=2, refused=1)
    frame = readings.read("boiler", "energy.Total", _DAY)
    assert list(frame["value"]) == [1.0, 2.0]
    assert list(frame["quality"]) == [Quality.RECEPTION_TIME, Quality.QUESTIONABLE]
    assert [at.to_pydatetime() for at in frame.index] == [NOON, NOON + timedelta(minutes=5)]
    (left,) = records.dead_letters.newest(9)
    assert left.code == "retained_without_time"
    forgotten = replace(left, retained=False)
    assert Replay(settings, readings, records).replay([forgotten]).refused == 1


def test_what_was_cut_is_not_taken_for_the_whole(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    whole = tasmota(7.0, device="new")
    huge = whole._replace(payload=whole.payload + b" " * 5000)
    _receive(settings, readings, records, huge)
    _adopt(records)
    (letter,) = records.dead_letters.newest(1)
    assert not letter.is_whole
    assert records.dead_letters.want(ALL, NOON) == 0
    assert Replay(settings, readings, records).replay([letter]) == Replayed(cut=1)
    assert records.dead_letters.newest(1) == (replace(letter, attempts=1),)


def test_a_message_understood_now_that_holds_nothing_wanted_goes(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    picky = replace(BOILER, source=replace(BOILER.source, registers=("TotalTariff[0]",)))
    _receive(settings, readings, records, *_unknown(2))
    records.portfolio.apply_config(portfolio_of(LIGHTING, picky))
    letters = records.dead_letters.in_order(ALL, limit=9)
    assert Replay(settings, readings, records).replay(letters) == Replayed(without_reading=2)
    assert records.dead_letters.count() == 0


class Away:
    """A store of readings that does not answer."""

    def write(self, readings: object) -> None:
        raise StorageUnavailable("away")


def test_nothing_changes_while_the_store_is_away(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    _receive(settings, readings, records, *_unknown(2))
    _adopt(records)
    records.dead_letters.want(ALL, NOON)
    with pytest.raises(StorageUnavailable):
        ReplayErrand(settings, cast(ReadingStore, Away()), records).do_one()
    assert records.dead_letters.summed(ALL).wanted == 2
    assert ReplayErrand(settings, readings, records).do_one()
    assert records.dead_letters.count() == 0


def test_a_small_bound_on_what_is_kept_loses_nothing_that_is_replayed(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    tight = settings.ingest.model_copy(update={"dead_letter_max_mb": 1, "max_payload_kb": 256})
    tight_settings = settings.model_copy(update={"ingest": tight})
    for n in range(4):
        _receive(tight_settings, readings, records, RawMessage(f"t{n}", bytes(240_000), NOON))
    letters = records.dead_letters.in_order(ALL, limit=9)
    long_ago = records.dead_letters.count()
    assert Replay(tight_settings, readings, records).replay([*letters] * 2).refused == 2 * long_ago
    assert records.dead_letters.count() == long_ago


def test_a_letter_that_we_fail_on_keeps_no_other_from_being_replayed(
    settings: Settings, readings: ReadingStore, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    _receive(settings, readings, records, *_unknown(9))
    _adopt(records)
    records.dead_letters.want(ALL, datetime.now(UTC))
    usual = type(readings).write

    def fails(store: ReadingStore, written: Sequence[Reading]) -> None:
        if any(reading.value == 4.0 for reading in written):
            raise ZeroDivisionError
        usual(store, written)

    monkeypatch.setattr(type(readings), "write", fails)
    errand = ReplayErrand(settings, readings, records)
    for _ in range(30):
        with suppress(ZeroDivisionError):
            errand.do_one()
    assert _boiler(readings) == [float(n) for n in range(9) if n != 4]
    (left,) = records.dead_letters.newest(9)
    assert (left.code, left.attempts, left.wanted_at) == ("decoder_failed", 1, None)


def test_one_run_of_replays_is_told_of_as_one(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    _receive(settings, readings, records, *_unknown(2), RawMessage("t", b"{", NOON))
    _adopt(records)
    errand = ReplayErrand(settings, readings, records)
    asked_at = datetime.now(UTC)
    first, *rest = (letter.id or 0 for letter in records.dead_letters.in_order(ALL, limit=9))
    for ids in ([first], rest):
        records.dead_letters.want(ids, asked_at)
        errand.do_one()
    run = replay_run_of(records.jobs.note(REPLAY_NOTE) or "")
    assert run.asked_at == asked_at
    assert run.replayed == Replayed(stored=2, refused=1)
    records.dead_letters.want(ALL, datetime.now(UTC))
    errand.do_one()
    later = replay_run_of(records.jobs.note(REPLAY_NOTE) or "")
    assert later.replayed == Replayed(refused=1), "another replay is another run"


@given(
    totals=st.lists(st.sampled_from([1.0, 2.0, -1.0, "NaN", '"x"']), min_size=1, max_size=12),
    parts=st.integers(1, 4),
)
@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_letter_comes_to_one_end_whatever_it_holds_and_however_it_is_batched(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    totals: list[object],
    parts: int,
) -> None:
    records.dead_letters.delete(ALL)
    records.portfolio.apply_config(portfolio_of(LIGHTING))
    messages = [
        tasmota(total, f"2026-03-10T12:{n:02}:00", device="new") for n, total in enumerate(totals)
    ]
    _receive(settings, readings, records, *messages)
    _adopt(records)
    letters = records.dead_letters.in_order(ALL, limit=99)
    replay = Replay(settings, readings, records)
    found = Replayed()
    for start in range(parts):
        found = found.plus(replay.replay(letters[start::parts]))
    assert found.number == len(letters)
    assert records.dead_letters.count() == found.refused


def test_a_letter_read_again_is_no_new_message_of_its_device(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seen, "WRITE_EVERY_S", 0.0)
    monkeypatch.setattr(pipeline, "REFRESH_S", 0.0)
    received = Pipeline(settings, records.portfolio.portfolio, readings, records)
    now = datetime.now(UTC)
    received.handle([message._replace(received_at=now) for message in _unknown(4)])
    received.handle([])
    (device,) = records.seen_devices.all()
    assert device.messages == 4
    replay = Replay(settings, readings, records)
    letters = records.dead_letters.in_order(ALL, limit=9)
    for _ in range(2):
        assert replay.replay(letters[:2]).refused == 2
    assert records.seen_devices.all() == (device,)
    _adopt(records)
    assert replay.replay(letters[:2]).stored == 2
    assert replay.replay(letters[2:]).stored == 2
