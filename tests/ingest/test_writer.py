import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from domain.errors import StorageUnavailable
from domain.ingest_counters import note_key
from domain.messages import RawMessage
from domain.readings import Reading
from domain.tallies import ANY_METER, added_up
from ingest.accounting import Accounting, CounterNote
from ingest.inbox import Delivery, Inbox
from ingest.ledger import Ledger
from ingest.pipeline import Pipeline
from ingest.reception_journal import ReceptionJournal
from ingest.spool import Spool
from ingest.store_gate import StoreGate
from ingest.writer import Writer
from settings.model import Settings
from storage.ports import ReadingStore, Records
from storage.records import SqlRecords
from storage.records.database import Database
from tests.ingest.conftest import NOON, tasmota


class Switched:
    """A store that can be switched off."""

    def __init__(self, inner: ReadingStore) -> None:
        self._inner = inner
        self.is_away = False
        self.trips_over: float | None = None

    def write(self, readings: Sequence[Reading]) -> None:
        if self.is_away:
            raise StorageUnavailable("away")
        if any(reading.value == self.trips_over for reading in readings):
            raise ZeroDivisionError("a fault of ours")
        self._inner.write(readings)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


class Bench:
    """A writer with everything around it but the broker."""

    def __init__(
        self, settings: Settings, store: ReadingStore, records: Records, folder: Path, room: int
    ) -> None:
        self.store = Switched(store)
        self.records = records
        self.inbox = Inbox(1000)
        self.spool = Spool(folder, max_bytes=room)
        self.ledger = Ledger("w1")
        self.journal = ReceptionJournal(folder.with_name("receptions"))
        self.accounting = Accounting(self.ledger, recovered=len(self.spool))
        self.acknowledged: list[int] = []
        self.sent = 0
        self.now = 0.0
        self.writer = Writer(
            settings.ingest.model_copy(update={"batch_messages": 10, "batch_delay_ms": 1}),
            self.inbox,
            Pipeline(
                settings,
                records.portfolio.portfolio,
                self.store,  # type: ignore[arg-type]
                records,
                ledger=self.ledger,
                journal=self.journal,
            ),
            self.spool,
            accounting=self.accounting,
            note=CounterNote(self.accounting, self.ledger, records, clock=lambda: self.now),
            acknowledge=lambda batch: self.acknowledged.extend(d.mid for d in batch),
            prepare=store.prepare,
            journal=self.journal,
        )
        self.writer._gate = StoreGate(lambda: self.now)
        self.stop = threading.Event()

    def send(self, message: RawMessage) -> None:
        self.sent += 1
        self.inbox.put([Delivery(message, self.sent, 0)])

    def send_numbered(self, number: int) -> None:
        for _ in range(number):
            n = self.sent
            self.send(tasmota(float(n), f"2026-03-10T{n // 60 % 12:02}:{n % 60:02}:00"))

    def step(self) -> None:
        self.now += 10
        self.writer.step(self.stop)

    def assert_everything_is_accounted_for(self) -> None:
        counters = self.accounting.counters
        assert counters.unaccounted == 0
        assert counters.spooled == len(self.spool)
        assert counters.received == self.sent - len(self.inbox)
        self._assert_the_tallies_say_the_same()

    def _assert_the_tallies_say_the_same(self) -> None:
        pending = self.ledger.take_pending()
        self.ledger.put_back(pending)
        written = self.records.tallies.between(date.min, date.max)
        tallies = added_up([*written, *pending])
        assert all(tally.unaccounted == 0 for tally in tallies)
        counters = self.accounting.counters
        whole = [tally for tally in tallies if tally.meter_id == ANY_METER]
        for name in ("stored", "duplicate", "dead_lettered", "without_reading", "spooled"):
            assert sum(getattr(tally, name) for tally in whole) == getattr(counters, name), name
        settled = counters.received + counters.recovered - counters.returned
        assert sum(tally.received for tally in whole) == settled
        assert sum(tally.readings for tally in whole) == counters.readings


@pytest.fixture
def bench(
    settings: Settings, readings: ReadingStore, records: Records, tmp_path: Path
) -> Iterator[Bench]:
    made = Bench(settings, readings, records, tmp_path / "spool", 1_000_000)
    yield made
    made.spool.close()


def test_a_message_is_acknowledged_once_it_is_in_the_store(
    bench: Bench, totals: Callable[[], list[float]]
) -> None:
    bench.send_numbered(3)
    assert bench.acknowledged == []
    bench.step()
    assert bench.acknowledged == [1, 2, 3]
    assert totals() == [0.0, 1.0, 2.0]


def test_while_the_store_is_away_messages_wait_on_disk_and_are_acknowledged(
    bench: Bench, totals: Callable[[], list[float]]
) -> None:
    bench.store.is_away = True
    bench.send_numbered(25)
    for _ in range(3):
        bench.step()
    assert bench.acknowledged == list(range(1, 26))
    assert len(bench.spool) == 25
    bench.assert_everything_is_accounted_for()
    bench.store.is_away = False
    for _ in range(3):
        bench.send_numbered(1)
        bench.step()
    assert totals() == [float(n) for n in range(28)]
    assert len(bench.spool) == 0
    bench.assert_everything_is_accounted_for()


def test_an_undated_message_on_disk_and_sent_again_after_a_kill_keeps_its_time(
    bench: Bench, tmp_path: Path
) -> None:
    bench.store.is_away = True
    undated = RawMessage("tele/plug/SENSOR", b'{"ENERGY":{"Total":2}}', NOON, mid=7)
    bench.send(tasmota(1.0))
    bench.writer.step(bench.stop)
    bench.send(undated)
    bench.writer.step(bench.stop)
    assert len(bench.spool) == 2
    # Killed before the acknowledgement left; another process reads what is known.
    journal = ReceptionJournal(tmp_path / "receptions")
    later = undated._replace(received_at=NOON + timedelta(minutes=5), repeated=True)
    assert journal.redated([later])[0].received_at == NOON


def test_an_undated_message_sent_again_before_its_first_copy_was_handled_is_one_reading(
    bench: Bench, totals: Callable[[], list[float]]
) -> None:
    second = timedelta(seconds=1)
    came = [
        RawMessage("tele/plug/SENSOR", b'{"ENERGY":{"Total":%d}}' % n, NOON + n * second, mid=n + 1)
        for n in range(12)
    ]
    for message in came:
        bench.send(message)
    for message in came:
        bench.send(message._replace(received_at=message.received_at + second / 2, repeated=True))
    for _ in range(3):
        bench.step()
    assert totals() == [float(n) for n in range(12)]
    bench.assert_everything_is_accounted_for()


def test_live_messages_do_not_wait_for_the_spool_to_drain(bench: Bench) -> None:
    bench.store.is_away = True
    bench.send_numbered(100)
    for _ in range(10):
        bench.step()
    bench.store.is_away = False
    bench.send_numbered(1)
    bench.step()
    assert bench.acknowledged[-1] == 101
    assert bench.accounting.counters.stored >= 1
    assert len(bench.spool) >= 80


def test_a_full_spool_stops_acknowledging_and_drops_nothing(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    tmp_path: Path,
    totals: Callable[[], list[float]],
) -> None:
    bench = Bench(settings, readings, records, tmp_path / "spool", 1200)
    bench.store.is_away = True
    bench.send_numbered(10)
    bench.step()
    assert len(bench.acknowledged) == 10
    bench.send_numbered(10)
    threading.Timer(0.2, bench.stop.set).start()
    bench.step()
    assert len(bench.acknowledged) == 10
    assert bench.accounting.counters.returned == 10
    bench.assert_everything_is_accounted_for()
    # The broker delivers again what was never acknowledged.
    bench.store.is_away = False
    bench.stop.clear()
    bench.sent = 10
    bench.send_numbered(10)
    for _ in range(3):
        bench.step()
    assert totals() == [float(n) for n in range(20)]
    bench.spool.close()


def test_a_full_spool_is_said_once_however_many_batches_it_holds_up(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(settings, readings, records, tmp_path / "spool", 10)
    bench.store.is_away = True
    bench.send_numbered(35)
    bench.stop.set()
    bench.writer.flush(bench.stop)
    assert bench.acknowledged == []
    assert bench.accounting.counters.returned == 35
    assert sum("no room" in record.message for record in caplog.records) == 1
    bench.assert_everything_is_accounted_for()
    bench.spool.close()


def test_what_waits_on_disk_is_told_while_the_store_is_away(bench: Bench) -> None:
    bench.store.is_away = True
    bench.send_numbered(10)
    bench.step()
    note = json.loads(bench.records.jobs.note(note_key("w1")) or "{}")
    assert (note["spooled"], note["in_hand"]) == (10, 0)
    written = bench.records.tallies.between(date.min, date.max)
    assert sum(tally.spooled for tally in written) == 10
    bench.store.is_away = False
    bench.step()
    bench.step()
    bench.assert_everything_is_accounted_for()


def test_what_waits_on_disk_costs_no_work_while_the_store_is_away(bench: Bench) -> None:
    bench.store.is_away = True
    bench.send_numbered(5)
    bench.step()
    started, turns = time.monotonic(), 0
    while time.monotonic() - started < 1.0:
        bench.writer.step(bench.stop)  # and the gate stays shut: its clock stands still
        turns += 1
    assert turns < 10


def test_records_that_are_away_are_not_asked_again_for_the_note(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def away(_key: str, _text: str) -> None:
        asked.append(bench.now)
        raise StorageUnavailable("away")

    bench.store.is_away = True
    with monkeypatch.context() as patched:
        patched.setattr(type(bench.records.jobs), "set_note", lambda _self, key, text: away("", ""))
        for _ in range(5):
            bench.send_numbered(1)
            bench.step()
    assert len(asked) == 1


def test_what_the_broker_had_retained_does_not_hold_up_what_is_live(bench: Bench) -> None:
    for n in range(34):
        is_live = n % 10 == 7
        live = tasmota(float(n), f"2026-03-10T12:{n:02}:00")
        bench.send(live if is_live else live._replace(topic=f"tele/old-{n}/SENSOR", retained=True))
    for _ in range(3):
        bench.step()
    counters = bench.accounting.counters
    assert (counters.received, counters.stored, counters.spooled) == (30, 3, 27)
    assert sorted(bench.acknowledged) == list(range(1, 31))
    bench.assert_everything_is_accounted_for()
    while len(bench.inbox) or len(bench.spool):
        bench.step()
    assert bench.accounting.counters.dead_lettered == 31
    bench.assert_everything_is_accounted_for()


def test_a_batch_in_hand_is_stored_when_the_store_comes_back(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    tmp_path: Path,
    totals: Callable[[], list[float]],
) -> None:
    bench = Bench(settings, readings, records, tmp_path / "spool", 10)
    bench.store.is_away = True
    bench.send_numbered(5)

    def come_back() -> None:
        bench.store.is_away = False
        bench.now += 100

    threading.Timer(0.1, come_back).start()
    bench.step()
    assert len(bench.acknowledged) == 5
    assert totals() == [0.0, 1.0, 2.0, 3.0, 4.0]
    bench.assert_everything_is_accounted_for()
    bench.spool.close()


def test_dead_letters_wait_on_disk_while_the_records_are_away(
    bench: Bench, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_letters: object) -> None:
        raise StorageUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(type(records.dead_letters), "add", lambda _self, letters: away(letters))
        bench.send(RawMessage("tele/plug/SENSOR", b"{", NOON))
        bench.step()
        assert bench.acknowledged == [1]
        assert len(bench.spool) == 1
    bench.step()
    assert records.dead_letters.count() == 1
    bench.assert_everything_is_accounted_for()


def test_a_message_that_we_fail_on_is_buried_alone_and_keeps_nothing_back(
    bench: Bench, totals: Callable[[], list[float]], caplog: pytest.LogCaptureFixture
) -> None:
    bench.store.trips_over = 13.0
    bench.send_numbered(25)
    while len(bench.inbox) or len(bench.spool) or not bench.acknowledged:
        bench.step()
        bench.assert_everything_is_accounted_for()
    assert bench.acknowledged == list(range(1, 26))
    assert totals() == [float(n) for n in range(25) if n != 13]
    (letter,) = bench.records.dead_letters.newest(9)
    assert letter.code == "decoder_failed"
    assert b'"Total":13.0' in letter.payload
    assert len(bench.spool) == 0
    assert bench.writer._narrowing.limit > 1
    assert caplog.text.count("Traceback") == 1


def test_a_store_that_cannot_be_prepared_for_a_fault_of_ours_costs_no_message(
    bench: Bench, totals: Callable[[], list[float]], caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> None:
        raise AttributeError("a fault of ours")

    bench.writer._note.begin()
    bench.writer._prepare, prepare = fails, bench.writer._prepare
    bench.send_numbered(25)
    while len(bench.inbox):
        bench.step()
    bench.step()
    assert len(bench.spool) == 25
    assert bench.acknowledged == list(range(1, 26))
    assert "a fault of ours" in caplog.text
    bench.writer._prepare = prepare
    while len(bench.spool):
        bench.step()
    assert totals() == [float(n) for n in range(25)]
    assert bench.records.dead_letters.count() == 0
    bench.assert_everything_is_accounted_for()


def test_while_nothing_can_be_buried_either_all_of_it_waits_on_disk(
    bench: Bench, totals: Callable[[], list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Pipeline, "_keep", fails)
        bench.send_numbered(5)
        for _ in range(6):
            bench.step()
        assert len(bench.spool) == 5
    bench.step()
    bench.step()
    assert totals() == [float(n) for n in range(5)]
    assert bench.records.dead_letters.count() == 0
    bench.assert_everything_is_accounted_for()


def test_the_counters_are_left_in_the_records_for_the_dashboard(
    bench: Bench, records: Records
) -> None:
    bench.send_numbered(2)
    bench.step()
    bench.writer.flush(bench.stop)
    note = records.jobs.note(note_key("w1"))
    assert note is not None
    assert '"received":2' in note
    assert '"stored":2' in note


@given(
    st.lists(st.sampled_from(["send", "bad", "twice", "away", "back", "step"]), max_size=40),
)
@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_received_is_always_what_is_stored_buried_repeated_or_waiting(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    tmp_path_factory: pytest.TempPathFactory,
    events: list[str],
) -> None:
    bench = Bench(settings, readings, records, tmp_path_factory.mktemp("spool"), 1_000_000)
    records.tallies.prune(date.max)  # what an earlier example left behind
    bench.writer._note.begin()
    for event in events:
        match event:
            case "send":
                bench.send_numbered(3)
            case "bad":
                bench.send(RawMessage("tele/plug/SENSOR", b"\xff", NOON))
            case "twice":
                bench.send(tasmota(1.0))
                bench.send(tasmota(1.0))
            case "away" | "back":
                bench.store.is_away = event == "away"
            case _:
                if len(bench.inbox) or len(bench.spool):
                    bench.step()
        bench.assert_everything_is_accounted_for()
    bench.spool.close()


def test_records_that_are_away_are_waited_for_once_at_a_stop(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def away(*_: object) -> None:
        asked.append(1)
        raise StorageUnavailable("away")

    monkeypatch.setattr(type(bench.records.tallies), "add", away)
    monkeypatch.setattr(type(bench.records.seen_devices), "ignored", away)
    bench.stop.set()
    bench.writer.flush(bench.stop)
    assert len(asked) == 1


def test_a_store_that_comes_back_is_prepared_again_for_it_may_be_empty(bench: Bench) -> None:
    prepared: list[int] = []
    bench.writer._prepare = lambda: prepared.append(bench.sent)
    for is_away in (False, False, True, False):
        bench.store.is_away = is_away
        bench.send_numbered(1)
        bench.step()
    assert prepared == [1, 4]


def test_messages_that_vanished_from_the_disk_are_told_and_stay_in_the_tallies(
    settings: Settings,
    readings: ReadingStore,
    records: Records,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = Bench(settings, readings, records, tmp_path / "spool", 1_000_000)
    before.store.is_away = True
    before.send_numbered(20)
    for _ in range(2):
        before.step()
    before.writer.flush(before.stop)
    before.spool.close()
    next((tmp_path / "spool").glob("*.spool")).unlink()
    again = Bench(settings, readings, records, tmp_path / "spool", 1_000_000)
    again.send_numbered(1)
    again.step()
    again.writer.flush(again.stop)
    assert "20 messages that were in the spool" in caplog.text
    tallies = [t for t in records.tallies.between(date.min, date.max) if t.meter_id == ANY_METER]
    assert all(tally.unaccounted == 0 for tally in tallies)
    assert sum(tally.received for tally in tallies) == 21
    assert sum(tally.dead_lettered for tally in tallies) == 20
    assert sum(tally.spooled for tally in tallies) == 0
    again.spool.close()


@pytest.mark.parametrize(
    "days", ["unheard away unheard", "away unheard unheard", "away away unheard"]
)
def test_a_commit_whose_answer_was_lost_leaves_nothing_in_the_tallies_that_is_not_on_disk(
    bench: Bench, days: str
) -> None:
    assert isinstance(bench.records, SqlRecords)
    database = bench.records._database
    for day in [*days.split(), *["whole"] * 6]:
        bench.store.is_away = day == "away"
        bench.send_numbered(3)
        with _answers_lost(database) if day == "unheard" else nullcontext():
            bench.step()
    bench.writer.flush(bench.stop)
    assert len(bench.spool) == bench.accounting.counters.unaccounted == 0
    whole = bench.records.tallies.between(date.min, date.max, [ANY_METER])
    assert [tally.unaccounted for tally in whole if tally.unaccounted] == []
    assert sum(tally.spooled for tally in whole) == 0
    assert sum(tally.dead_lettered for tally in whole) == 0


@contextmanager
def _answers_lost(database: Database) -> Iterator[None]:
    """Lose the word that a transaction is durable, on its way from the database to us."""
    writing = database.writing

    @contextmanager
    def unheard(exclusive: int | None = None) -> Iterator[Connection]:
        is_part = getattr(database._joined, "connection", None) is not None
        with writing(exclusive) as connection:
            yield connection
        if not is_part:
            raise StorageUnavailable("the connection was lost")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "writing", unheard)
        yield


def test_what_a_killed_process_left_on_disk_is_tallied_when_it_starts_again(
    settings: Settings, readings: ReadingStore, records: Records, tmp_path: Path
) -> None:
    killed = Bench(settings, readings, records, tmp_path / "spool", 1_000_000)
    killed.store.is_away = True
    killed.send_numbered(30)
    for _ in range(3):
        killed.step()
    killed.spool.close()  # and the pending tallies are gone with the process
    again = Bench(settings, readings, records, tmp_path / "spool", 1_000_000)
    assert again.accounting.counters.recovered == 30
    for _ in range(4):
        again.send_numbered(1)
        again.step()
    again.assert_everything_is_accounted_for()
    whole = records.tallies.between(date.min, date.max, [ANY_METER])
    assert sum(tally.received for tally in whole) == 34
    assert sum(tally.stored + tally.duplicate for tally in whole) == 34
    assert sum(tally.spooled for tally in whole) == 0
    again.spool.close()


def test_an_idle_writer_sleeps_while_the_store_is_away_and_messages_wait(bench: Bench) -> None:
    bench.store.is_away = True
    bench.send_numbered(3)
    bench.step()
    assert len(bench.spool) == 3
    started = time.monotonic()
    for _ in range(2):
        bench.writer.step(bench.stop)  # the gate's own clock stands still: it stays shut
    assert time.monotonic() - started > 0.5
