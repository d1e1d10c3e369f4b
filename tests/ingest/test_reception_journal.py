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


def test_a_message_sent_again_takes_the_time_it_had_even_in_another_process(
    tmp_path: Path,
) -> None:
    killed = ReceptionJournal(tmp_path / "receptions")
    killed.note([_message(7), _message(8, b"3"), _message(0)])
    again = ReceptionJournal(tmp_path / "receptions")
    for journal in (killed, again):
        assert journal.first_received_at(_message(7, at=LATER)) == NOON
        assert journal.first_received_at(_message(8, b"3", at=LATER)) == NOON
        assert journal.first_received_at(_message(0, at=LATER)) is None
        journal.close()


def test_a_number_that_means_another_message_now_is_not_mistaken(tmp_path: Path) -> None:
    journal = ReceptionJournal(tmp_path / "receptions")
    journal.note([_message(7)])
    assert journal.first_received_at(_message(7, b"12.6", at=LATER)) is None
    assert journal.first_received_at(_message(8, at=LATER)) is None
    journal.close()


def test_the_journal_stays_small_and_forgets_what_is_long_acknowledged(tmp_path: Path) -> None:
    journal = ReceptionJournal(tmp_path / "receptions")
    for batch in range(100):
        journal.note([_message(batch * 10 + n + 1) for n in range(10)])
    assert (tmp_path / "receptions").stat().st_size < 2000
    assert journal.first_received_at(_message(1000, at=LATER)) == NOON
    assert journal.first_received_at(_message(1000 - 10 * BATCHES, at=LATER)) is None
    journal.close()


def test_a_journal_written_by_halves_counts_for_nothing(tmp_path: Path) -> None:
    file = tmp_path / "receptions"
    journal = ReceptionJournal(file)
    journal.note([_message(7), _message(8)])
    journal.close()
    whole = file.read_bytes()
    for damaged in (b"", whole[:5], whole[:-3], whole[:-1] + bytes([whole[-1] ^ 1])):
        file.write_bytes(damaged)
        assert ReceptionJournal(file).first_received_at(_message(7)) is None
    file.write_bytes(whole)
    assert ReceptionJournal(file).first_received_at(_message(7)) == NOON


def test_only_undated_messages_are_noted_before_they_are_stored(
    settings: Settings, readings: ReadingStore, records: Records, tmp_path: Path
) -> None:
    journal = ReceptionJournal(tmp_path / "receptions")
    pipeline = Pipeline(settings, records.portfolio.portfolio, readings, records, journal=journal)
    pipeline.handle([tasmota(1.0)._replace(mid=3)])
    assert not (tmp_path / "receptions").exists()
    undated = RawMessage("tele/plug/SENSOR", b'{"ENERGY":{"Total":2}}', NOON, mid=4)
    pipeline.handle([tasmota(1.5)._replace(mid=5), undated])
    assert journal.first_received_at(undated._replace(received_at=LATER)) == NOON
    assert journal.first_received_at(tasmota(1.5)._replace(mid=5)) is None
    journal.close()
