from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.messages import RawMessage
from domain.meters import Source
from domain.tallies import ANY_METER, NO_METER, DayTally
from ingest.ledger import Ledger
from ingest.pipeline import Pipeline
from settings.model import Settings
from storage.ports import ReadingStore, Records
from tests.ingest.conftest import LIGHTING, NOON, portfolio_of, tasmota

TODAY = NOON.date()
Handle = Callable[..., dict[str, DayTally]]


@pytest.fixture
def handle(settings: Settings, readings: ReadingStore, records: Records) -> Handle:
    """Handle a batch; return today's tallies by meter."""
    both = replace(
        LIGHTING, id="both", source=Source(family="tasmota", device="plug", registers=("Power",))
    )
    records.portfolio.apply_config(portfolio_of(LIGHTING, both))
    ledger = Ledger("w1")
    pipeline = Pipeline(settings, records.portfolio.portfolio, readings, records, ledger=ledger)

    def run(
        *batch: RawMessage, day: date = TODAY, was_spooled: bool = False
    ) -> dict[str, DayTally]:
        pipeline.handle(batch, was_spooled=was_spooled)
        kept = records.tallies.between(day, day + timedelta(days=1))
        return {tally.meter_id: tally for tally in kept}

    return run


def test_a_message_that_feeds_two_meters_counts_at_both_and_once_in_all(handle: Handle) -> None:
    tallies = handle(tasmota(1.0))
    for meter_id, rows in (("lighting", 2), ("both", 1), (ANY_METER, 3)):
        tally = tallies[meter_id]
        assert (tally.received, tally.stored, tally.readings) == (1, 1, rows), meter_id
        assert tally.last_at == NOON
        assert tally.worker == "w1"


def test_an_unreadable_message_is_held_against_the_meter_its_topic_fed_before(
    handle: Handle,
) -> None:
    broken = RawMessage("tele/plug/SENSOR", b"{", NOON)
    elsewhere = RawMessage("tele/cellar/SENSOR", b"{", NOON)
    assert handle(elsewhere)[NO_METER].dead_lettered == 1
    tallies = handle(tasmota(1.0), broken)
    assert tallies["lighting"].dead_lettered == 1
    assert tallies[NO_METER].dead_lettered == 1
    assert tallies[ANY_METER].dead_lettered == 2


def test_what_told_of_long_ago_is_late_and_what_comes_twice_a_duplicate(handle: Handle) -> None:
    old = tasmota(1.0, at="2026-03-10T09:00:00")
    tally = handle(old, old, tasmota(2.0))["lighting"]
    assert (tally.received, tally.stored, tally.duplicate, tally.late) == (3, 2, 1, 1)


def test_a_batch_over_midnight_is_tallied_on_both_days(handle: Handle) -> None:
    tomorrow = NOON + timedelta(days=1)
    late = tasmota(2.0)._replace(received_at=tomorrow)
    assert handle(tasmota(1.0), late)[ANY_METER].received == 1
    assert handle(day=tomorrow.date())[ANY_METER].received == 1


def test_what_waited_on_disk_was_received_once(handle: Handle, records: Records) -> None:
    ledger = Ledger("w1")
    ledger.note_spooled([tasmota(1.0), tasmota(2.0)])
    records.tallies.add(ledger.take_pending())
    tally = handle(tasmota(1.0), tasmota(2.0), was_spooled=True)[ANY_METER]
    assert (tally.received, tally.spooled, tally.stored) == (2, 0, 2)
    assert tally.unaccounted == 0


def test_a_value_that_the_store_refuses_is_no_row(
    settings: Settings, readings: ReadingStore, records: Records
) -> None:
    ledger = Ledger("w1")
    pipeline = Pipeline(settings, records.portfolio.portfolio, readings, records, ledger=ledger)
    pipeline.handle([tasmota(1.0, power=1e30)])
    (whole,) = records.tallies.between(TODAY, TODAY + timedelta(days=1), [ANY_METER])
    assert (whole.stored, whole.readings) == (1, 1)


def test_tallies_that_could_not_be_written_are_kept(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger = Ledger("w1")
    ledger.note_spooled([tasmota(1.0)])
    pipeline = Pipeline(settings, records.portfolio.portfolio, readings, records, ledger=ledger)
    with monkeypatch.context() as patched:
        patched.setattr(type(records.dirty), "mark", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pipeline.handle([tasmota(2.0)])
    assert records.tallies.between(date.min, date.max) == ()
    pipeline.handle([tasmota(2.0)])
    (whole,) = records.tallies.between(date.min, date.max, [ANY_METER])
    assert (whole.received, whole.spooled, whole.stored) == (2, 1, 1)
