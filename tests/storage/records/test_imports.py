from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import InvalidRecord, NotFound
from domain.imports import NEXT, FileImport, Found, FoundSeries, ImportState, ImportWish, TableWish
from domain.registers import Accumulation, Quantity
from storage.records import SqlRecords

NOW = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
FILE = FileImport(
    id="f1", file_name="courbe été.csv", size=5, author="maite", made_at=NOW, changed_at=NOW
)
FOUND = Found(
    format="enedis-hdm",
    label="Enedis HDM",
    series=(
        FoundSeries(
            point="30001234567890",
            register="EA",
            quantity=Quantity.ENERGY,
            unit="Wh",
            accumulation=Accumulation.DELTA,
            first=NOW - timedelta(days=31),
            last=NOW,
            values=4464,
            steps_s=(600.0, 1800.0),
            months=(("2026-01", 1234.5), ("2026-02", 67.25)),
            meter_ids=("school-main",),
        ),
    ),
    rows=4470,
    blanks=5,
    bad_lines=1,
    problems=("line 12: 'x' is not a number",),
)


def moved(file: FileImport, state: ImportState) -> FileImport:
    return replace(file, state=state, changed_at=NOW + timedelta(minutes=1))


def in_state(records: SqlRecords, *states: ImportState) -> FileImport:
    """Keep the file with two pieces and lead it through states."""
    file = FILE
    records.imports.add(file)
    records.imports.add_chunk(file.id, 1, b"de")
    records.imports.add_chunk(file.id, 0, b"abc")
    for state in states:
        assert records.imports.advance(moved(file, state), file.state)
        file = records.imports.get(file.id)
    return file


def test_a_file_comes_back_with_what_was_found_and_chosen(records: SqlRecords) -> None:
    records.imports.add(FILE)
    assert records.imports.get("f1") == FILE
    wish = ImportWish(
        meter_id="school-main",
        points=("30001234567890",),
        table=TableWish(time_headers=("Jour", "Heure"), value_header="Valeur", unit="kWh"),
    )
    told = replace(FILE, state=ImportState.UPLOADED, wish=wish, found=FOUND, done_bytes=3)
    assert records.imports.advance(told, ImportState.ARRIVING)
    assert records.imports.get("f1") == told
    assert records.imports.newest(10) == (told,)


def test_its_pieces_come_back_in_their_order(records: SqlRecords) -> None:
    in_state(records)
    assert list(records.imports.chunks("f1")) == [b"abc", b"de"]
    assert records.imports.kept_bytes() == 5
    assert list(records.imports.chunks("other")) == []


def test_a_piece_that_comes_twice_is_refused(records: SqlRecords) -> None:
    in_state(records)
    with pytest.raises(InvalidRecord):
        records.imports.add_chunk("f1", 1, b"de")


def test_a_withdrawn_file_takes_no_more_pieces_and_leaves_none(records: SqlRecords) -> None:
    in_state(records, ImportState.WITHDRAWN)
    assert records.imports.kept_bytes() == 0
    with pytest.raises(NotFound):
        records.imports.add_chunk("f1", 2, b"f")


def test_ingest_is_given_the_file_that_waited_longest(records: SqlRecords) -> None:
    assert records.imports.next_due() is None
    in_state(records)
    assert records.imports.next_due() is None  # not all of it is there
    records.imports.add(replace(FILE, id="f0", made_at=NOW - timedelta(hours=1)))
    assert records.imports.advance(moved(FILE, ImportState.UPLOADED), ImportState.ARRIVING)
    due = records.imports.next_due()
    assert due is not None
    assert due.id == "f1"
    older = moved(records.imports.get("f0"), ImportState.UPLOADED)
    assert records.imports.advance(older, ImportState.ARRIVING)
    due = records.imports.next_due()
    assert due is not None
    assert due.id == "f0"


def test_an_import_cut_off_half_way_is_due_again(records: SqlRecords) -> None:
    states = ("UPLOADED", "EXAMINED", "CONFIRMED", "IMPORTING")
    file = in_state(records, *(ImportState[name] for name in states))
    assert records.imports.next_due() == file
    assert list(records.imports.chunks("f1")) == [b"abc", b"de"]


def test_somebody_who_withdraws_it_meanwhile_wins(records: SqlRecords) -> None:
    file = in_state(records, ImportState.UPLOADED)
    assert records.imports.advance(moved(file, ImportState.WITHDRAWN), ImportState.UPLOADED)
    assert not records.imports.advance(moved(file, ImportState.EXAMINED), ImportState.UPLOADED)
    assert records.imports.get("f1").state is ImportState.WITHDRAWN


@pytest.mark.parametrize("end", [state for state in ImportState if state.is_over])
def test_a_file_whose_story_is_over_stays_over(records: SqlRecords, end: ImportState) -> None:
    for state in ImportState:
        if state is not end:
            with pytest.raises(InvalidRecord):
                records.imports.advance(moved(FILE, state), end)
    assert not NEXT[end]


def test_old_files_go_but_not_those_about_to_be_imported(records: SqlRecords) -> None:
    in_state(records, ImportState.UPLOADED, ImportState.EXAMINED)
    later = NOW + timedelta(days=31)
    assert records.imports.prune(NOW) == 0
    assert records.imports.prune(later) == 1
    assert records.imports.kept_bytes() == 0
    in_state(records, ImportState.UPLOADED, ImportState.EXAMINED, ImportState.CONFIRMED)
    assert records.imports.prune(later) == 0


def test_an_id_is_taken_once(records: SqlRecords) -> None:
    records.imports.add(FILE)
    with pytest.raises(InvalidRecord):
        records.imports.add(FILE)
    with pytest.raises(NotFound):
        records.imports.get("f2")


def test_what_another_version_wrote_in_another_shape_is_not_guessed(
    records: SqlRecords, records_url: str
) -> None:
    import sqlalchemy

    records.imports.add(FILE)
    engine = sqlalchemy.create_engine(records_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE imports SET wish = '[1]', found = '{\"rows\": \"x\"}'")
    engine.dispose()
    file = records.imports.get("f1")
    assert (file.wish, file.found) == (ImportWish(), None)
