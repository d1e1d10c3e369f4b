from datetime import datetime, timedelta
from pathlib import Path

from domain.messages import RawMessage
from ingest.pipeline import Pipeline
from ingest.reception_journal import BATCHES, ReceptionJournal
from settings.model import Settings
from storage.ports import ReadingStore, Records
from tests.ingest.conftest import NOON, tasmota

LATER = NOON + timedelta(minutes=5)


def _message(mid: int, payload: bytes = b"12.5", at: datetime = NOON) -> RawMessage:
    return RawMessage("cellar/pulses", payload, at, mid=mid)


def _first_received_at(journal: ReceptionJournal, message: RawMessage) -> datetime | None:
    """Return the time that a message sent again later takes; None: that of now."""
    (redated,) = journal.redated([message._replace(received_at=LATER, repeated=True, queued=True)])
    return None if redated.queued else redated.received_at


def test_a_message_sent_again_takes_the_time_it_had_even_in_another_process(
    tmp_path: Path,
) -> None:
    killed = ReceptionJournal(tmp_path / "receptions")
    killed.note([_message(7), _message(8, b"3"), _message(0)])
    again = ReceptionJournal(tmp_path / "receptions")
    for journal in (killed, again):
        assert _first_received_at(journal, _message(7)) == NOON
        assert _first_received_at(journal, _message(8, b"3")) == NOON
        assert _first_received_at(journal, _message(0)) is None
        journal.close()


def test_a_number_that_means_another_message_now_is_not_mistaken(tmp_path: Path) -> None:
    journal = ReceptionJournal(tmp_path / "receptions")
    journal.note([_message(7)])
    assert _first_received_at(journal, _message(7, b"12.6")) is None
    assert _first_received_at(journal, _message(8)) is None
    journal.close()


def test_the_journal_stays_small_and_forgets_what_is_long_acknowledged(tmp_path: Path) -> None:
    journal = ReceptionJournal(tmp_path / "receptions")
    for batch in range(100):
        journal.note([_message(batch * 10 + n + 1) for n in range(10)])
    assert (tmp_path / "receptions").stat().st_size < 2000
    assert _first_received_at(journal, _message(1000)) == NOON
    assert _first_received_at(journal, _message(1000 - 10 * BATCHES)) is None
    journal.close()


def test_a_batch_tried_again_and_again_pushes_no_other_out(tmp_path: Path) -> None:
    journal = ReceptionJournal(tmp_path / "receptions")
    journal.note([_message(1)])
    for _ in range(3 * BATCHES):
        journal.note([_message(2), _message(3)])
    assert _first_received_at(journal, _message(1)) == NOON
    assert _first_received_at(journal, _message(3)) == NOON
    journal.close()


def test_a_journal_written_by_halves_counts_for_nothing(tmp_path: Path) -> None:
    file = tmp_path / "receptions"
    journal = ReceptionJournal(file)
    journal.note([_message(7), _message(8)])
    journal.close()
    whole = file.read_bytes()
    for damaged in (b"", whole[:5], whole[:-3], whole[:-1] + bytes([whole[-1] ^ 1])):
        file.write_bytes(damaged)
        assert _first_received_at(ReceptionJournal(file), _message(7)) is None
    file.write_bytes(whole)
    assert _first_received_at(ReceptionJournal(file), _message(7)) == NOON


def test_only_undated_messages_are_noted_before_they_are_stored(
    settings: Settings, readings: ReadingStore, records: Records, tmp_path: Path
) -> None:
    journal = ReceptionJournal(tmp_path / "receptions")
    pipeline = Pipeline(settings, records.portfolio.portfolio, readings, records, journal=journal)
    pipeline.handle([tasmota(1.0)._replace(mid=3)])
    assert not (tmp_path / "receptions").exists()
    undated = RawMessage("tele/plug/SENSOR", b'{"ENERGY":{"Total":2}}', NOON, mid=4)
    pipeline.handle([tasmota(1.5)._replace(mid=5), undated])
    assert _first_received_at(journal, undated) == NOON
    assert _first_received_at(journal, tasmota(1.5)._replace(mid=5)) is None
    journal.close()


def test_two_copies_of_a_message_in_one_batch_have_one_time(tmp_path: Path) -> None:
    journal = ReceptionJournal(tmp_path / "receptions")
    again = _message(7, at=LATER)._replace(repeated=True)
    live = _message(7, at=LATER)
    batch = [_message(7), _message(8), _message(0, at=LATER)._replace(repeated=True), again, live]
    redated = journal.redated(batch)
    assert [message.received_at for message in redated] == [NOON, NOON, LATER, NOON, LATER]
    assert journal.redated([live]) == [live]
    journal.close()
