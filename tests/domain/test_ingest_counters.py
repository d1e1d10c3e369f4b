from datetime import UTC, date, datetime

from domain.breaches import Breach, breaches_of
from domain.ingest_counters import note_key, read_counters, written_counters
from domain.tallies import ANY_METER, DayTally
from ingest.accounting import Accounting
from ingest.ledger import Ledger

SINCE = '"since":"2026-02-03T12:00:00+00:00"'


def test_what_a_worker_notes_is_understood_where_it_is_read() -> None:
    accounting = Accounting(Ledger("roof"), recovered=3)
    accounting.received(5, datetime(2026, 2, 3, 12, 5, tzinfo=UTC))
    noted_at = datetime(2026, 2, 3, 12, 6, tzinfo=UTC)
    (told,) = read_counters({note_key("roof"): written_counters(accounting.counters, noted_at)})
    assert told.noted_at == noted_at
    assert (told.worker, told.received, told.recovered, told.in_hand) == ("roof", 5, 3, 5)
    assert told.last_message_at == datetime(2026, 2, 3, 12, 5, tzinfo=UTC)
    assert told.unaccounted == 0


def test_a_note_of_another_version_is_read_as_far_as_it_goes() -> None:
    (told,) = read_counters({"ingest.counters": "{" + SINCE + ',"received":2,"new_word":[1]}'})
    assert (told.worker, told.received, told.noted_at) == ("ingest", 2, None)
    assert told.heard_at == datetime(2026, 2, 3, 12, tzinfo=UTC)


def test_a_broken_sum_is_found_in_a_worker_and_in_a_day() -> None:
    counters = read_counters({"ingest.counters.a": "{" + SINCE + ',"received":2,"stored":1}'})
    day = date(2026, 2, 3)
    tallies = [
        DayTally(day=day, meter_id=ANY_METER, worker="b", received=4, stored=5),
        DayTally(day=day, meter_id="m", worker="b", received=9),
        DayTally(day=day, meter_id=ANY_METER, worker="c", received=3, stored=1, spooled=2),
    ]
    assert breaches_of(counters, tallies) == (
        Breach(worker="a", day=None, messages=1),
        Breach(worker="b", day=day, messages=-1),
    )
