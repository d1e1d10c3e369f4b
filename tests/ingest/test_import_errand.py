"""A file from its first piece to its last reading, through the records alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.accounts import Role, User
from domain.errors import StorageUnavailable
from domain.imports import FileImport, Found, ImportState, ImportWish, TableWish
from domain.meters import Commodity, Meter, Source
from domain.periods import Period
from domain.readings import Reading
from ingest.import_errand import ImportErrand
from ingest.import_room import room_in
from ingest.import_tries import MOST
from settings.model import Settings
from storage.ports import ReadingStore, Records
from tests.ingest.conftest import LIGHTING, portfolio_of

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
GAS = Meter(
    id="gas",
    building_id="school",
    name="Gas",
    commodity=Commodity.NATURAL_GAS,
    cadence=timedelta(days=1),
    source=Source(family="file", device="23000000000017"),
)
TABLE = TableWish(time_headers=("Heure",), value_header="kWh", unit="kWh")
CURVE = b"Heure;kWh\n01/03/2026 00:00;1,5\n01/03/2026 00:30;2\n01/03/2026 01:00;\n"


def gas_days(count: int, first: str = "2026-02-01") -> bytes:
    day = datetime.fromisoformat(first)
    lines = []
    for n in range(count):
        start, end = (f"{day + timedelta(days=n + k):%Y-%m-%dT06:00:00+01:00}" for k in (0, 1))
        lines.append(
            '{"pce":{"id_pce":"23000000000017"},"consommation":{"date_debut_consommation":'
            f'"{start}","date_fin_consommation":"{end}","energie":{10 + n},"volume_brut":1,'
            '"type_qualif_conso":"Mesuré","statut_conso":"Définitive"}}'
        )
    return "\n".join(lines).encode()


@pytest.fixture
def bring_in(records: Records) -> Callable[..., FileImport]:
    """Keeps a file in pieces, as the page does, all of it arrived."""
    records.portfolio.apply_config(portfolio_of(LIGHTING, GAS))

    def arrived(data: bytes, wish: ImportWish | None = None, name: str = "file.csv") -> FileImport:
        file = FileImport(
            id=f"f{len(records.imports.newest(99))}",
            file_name=name,
            size=len(data),
            author="maite",
            made_at=NOW,
            changed_at=NOW,
            wish=wish or ImportWish(),
        )
        records.imports.add(file)
        for position, start in enumerate(range(0, len(data), 50)):
            records.imports.add_chunk(file.id, position, data[start : start + 50])
        uploaded = replace(file, state=ImportState.UPLOADED)
        assert records.imports.advance(uploaded, ImportState.ARRIVING)
        return uploaded

    return arrived


@pytest.fixture
def errand(records: Records, readings: ReadingStore, settings: Settings) -> ImportErrand:
    return ImportErrand(records, readings, settings, clock=lambda: NOW)


def confirm(records: Records, file_id: str, wish: ImportWish | None = None) -> None:
    file = records.imports.get(file_id)
    confirmed = replace(file, state=ImportState.CONFIRMED, wish=wish or file.wish)
    assert records.imports.advance(confirmed, ImportState.EXAMINED)


def found_of(records: Records, file_id: str) -> Found:
    found = records.imports.get(file_id).found
    assert found is not None
    return found


def kept(readings: ReadingStore, meter: str, register: str) -> list[float]:
    span = Period(NOW - timedelta(days=900), NOW)
    return [float(v) for v in readings.read(meter, register, span)["value"]]


def test_nothing_to_do_is_said(errand: ImportErrand) -> None:
    assert not errand.do_one()


def test_a_file_is_examined_then_waits_for_somebody(
    errand: ImportErrand,
    bring_in: Callable[..., FileImport],
    records: Records,
    readings: ReadingStore,
) -> None:
    file = bring_in(gas_days(3), name="été/../adict.json")
    assert errand.do_one()
    assert not errand.do_one()
    assert records.imports.get(file.id).state is ImportState.EXAMINED
    found = found_of(records, file.id)
    assert (found.format, found.values) == ("grdf-adict", 6)
    assert found.series[0].meter_ids == ("gas",)
    assert kept(readings, "gas", "energy_delta.file") == []


def test_a_confirmed_file_is_imported_and_its_pieces_go(
    errand: ImportErrand,
    bring_in: Callable[..., FileImport],
    records: Records,
    readings: ReadingStore,
) -> None:
    file = bring_in(gas_days(3))
    errand.do_one()
    confirm(records, file.id)
    assert errand.do_one()
    done = records.imports.get(file.id)
    assert (done.state, done.readings, done.done_bytes) == (ImportState.DONE, 3, file.size)
    assert kept(readings, "gas", "energy_delta.file") == [10, 11, 12]
    assert records.imports.kept_bytes() == 0
    assert records.dirty.count() == 3 * 24
    assert not errand.do_one()


def test_a_table_is_read_by_what_somebody_said_of_its_columns(
    errand: ImportErrand,
    bring_in: Callable[..., FileImport],
    records: Records,
    readings: ReadingStore,
) -> None:
    file = bring_in(CURVE)
    errand.do_one()
    assert found_of(records, file.id).headers == ("Heure", "kWh")
    wish = ImportWish(meter_id="lighting", table=TABLE)
    again = replace(records.imports.get(file.id), state=ImportState.UPLOADED, wish=wish)
    assert records.imports.advance(again, ImportState.EXAMINED)
    errand.do_one()
    found = found_of(records, file.id)
    assert (found.values, found.blanks) == (2, 1)
    confirm(records, file.id)
    errand.do_one()
    assert kept(readings, "lighting", "energy_delta.file") == [1.5, 2.0]


def test_choices_that_come_to_nothing_leave_the_columns_to_choose_again(
    errand: ImportErrand, bring_in: Callable[..., FileImport], records: Records
) -> None:
    warm = replace(TABLE, unit="degC")
    file = bring_in(CURVE, wish=ImportWish(meter_id="lighting", table=warm))
    errand.do_one()
    found = found_of(records, file.id)
    assert records.imports.get(file.id).state is ImportState.EXAMINED
    assert found.problems == (
        "unit degC is temperature, which a meter of electricity never counts",
    )
    assert (found.format, found.headers) == ("", ("Heure", "kWh"))


def test_an_import_cut_off_half_way_is_done_again(
    errand: ImportErrand,
    bring_in: Callable[..., FileImport],
    records: Records,
    readings: ReadingStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = bring_in(gas_days(3))
    errand.do_one()
    confirm(records, file.id)

    def away(_: object) -> None:
        raise StorageUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(readings, "write", away)
        with pytest.raises(StorageUnavailable):
            errand.do_one()
    assert records.imports.get(file.id).state is ImportState.IMPORTING
    assert errand.do_one()
    assert records.imports.get(file.id).state is ImportState.DONE
    assert kept(readings, "gas", "energy_delta.file") == [10, 11, 12]


def test_bad_lines_keep_a_confirmed_file_out_unless_the_rest_is_wanted(
    errand: ImportErrand,
    bring_in: Callable[..., FileImport],
    records: Records,
    readings: ReadingStore,
) -> None:
    for keep_good, state in ((False, ImportState.FAILED), (True, ImportState.DONE)):
        file = bring_in(gas_days(2) + b"\n{broken")
        errand.do_one()
        assert found_of(records, file.id).bad_lines == 1
        confirm(records, file.id, ImportWish(keep_good=keep_good))
        errand.do_one()
        assert records.imports.get(file.id).state is state
        if not keep_good:
            assert "line 3" in found_of(records, file.id).failure
            assert kept(readings, "gas", "energy_delta.file") == []
    assert kept(readings, "gas", "energy_delta.file") == [10, 11]


def test_a_file_of_no_known_format_says_so_and_waits(
    errand: ImportErrand, bring_in: Callable[..., FileImport], records: Records
) -> None:
    file = bring_in(b"\x89PNG \x00\x01", name="facture.png")
    errand.do_one()
    assert records.imports.get(file.id).state is ImportState.EXAMINED
    assert found_of(records, file.id).format == ""
    confirm(records, file.id)
    errand.do_one()
    assert records.imports.get(file.id).state is ImportState.FAILED
    assert "no format that is known" in found_of(records, file.id).failure


def test_a_file_that_did_not_arrive_whole_is_not_taken_for_whole(
    errand: ImportErrand, bring_in: Callable[..., FileImport], records: Records
) -> None:
    file = bring_in(b"")
    short = replace(file, id="short", size=99, state=ImportState.ARRIVING)
    records.imports.add(short)
    assert records.imports.advance(replace(short, state=ImportState.UPLOADED), ImportState.ARRIVING)
    errand.do_one()
    errand.do_one()
    assert "0 of 99 bytes arrived" in found_of(records, "short").problems[0]


def test_a_file_withdrawn_while_it_is_imported_stops(
    errand: ImportErrand,
    bring_in: Callable[..., FileImport],
    records: Records,
    readings: ReadingStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingest.import_errand._TELL_EVERY_S", 0.0)
    monkeypatch.setattr("ingest.importers.bringing._BATCH", 1)
    file = bring_in(gas_days(5))
    errand.do_one()
    confirm(records, file.id)
    write = readings.write

    def withdrawn_after(batch: list[Reading]) -> None:
        write(batch)
        present = records.imports.get(file.id)
        if present.state is ImportState.IMPORTING:
            gone = replace(present, state=ImportState.WITHDRAWN)
            assert records.imports.advance(gone, ImportState.IMPORTING)

    monkeypatch.setattr(readings, "write", withdrawn_after)
    errand.do_one()
    assert records.imports.get(file.id).state is ImportState.WITHDRAWN
    assert kept(readings, "gas", "energy_delta.file") == [10]
    assert not errand.do_one()


def test_a_fault_of_ours_is_said_once_and_not_for_ever(
    errand: ImportErrand,
    bring_in: Callable[..., FileImport],
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = bring_in(gas_days(1))

    def faulty(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ingest.importers.examination.plan", faulty)
    with pytest.raises(ZeroDivisionError):
        errand.do_one()
    assert records.imports.get(file.id).state is ImportState.FAILED
    assert not errand.do_one()


def test_nothing_is_left_in_the_data_folder(
    errand: ImportErrand,
    bring_in: Callable[..., FileImport],
    settings: Settings,
    records: Records,
) -> None:
    before = sorted(p.name for p in Path(settings.site.data_dir).iterdir())
    bring_in(gas_days(2))
    errand.do_one()
    assert sorted(p.name for p in Path(settings.site.data_dir).iterdir()) == before


def test_what_a_killed_process_unpacked_goes_and_what_a_living_one_reads_stays(
    tmp_path: Path,
) -> None:
    killed = tmp_path / ".import-room-12345678"
    killed.mkdir()
    (killed / "unpacked.csv").write_text("years of it")
    with room_in(tmp_path) as room:
        (room / "file.csv").write_text("1")
        with room_in(tmp_path) as other:
            assert sorted(tmp_path.iterdir()) == sorted([room, other])
            assert (room / "file.csv").exists()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_ends_the_process_each_time_is_given_up(
    bring_in: Callable[..., FileImport],
    records: Records,
    readings: ReadingStore,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = bring_in(gas_days(1))
    begun = []

    def kill(*_: object) -> None:
        begun.append(1)
        raise StorageUnavailable("nobody lives to note the end of this try")

    monkeypatch.setattr(ImportErrand, "_do", kill)
    monkeypatch.setattr("ingest.import_tries._clear", lambda _jobs: None)
    for _ in range(MOST):
        with pytest.raises(StorageUnavailable):
            ImportErrand(records, readings, settings).do_one()
    assert ImportErrand(records, readings, settings).do_one()
    assert records.imports.get(file.id).state is ImportState.FAILED
    assert "again and again" in found_of(records, file.id).failure
    assert not ImportErrand(records, readings, settings).do_one()
    assert len(begun) == MOST


def test_a_file_is_tried_for_as_long_as_a_store_is_away(
    bring_in: Callable[..., FileImport],
    records: Records,
    readings: ReadingStore,
    errand: ImportErrand,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = bring_in(gas_days(1))

    def away(*_: object) -> None:
        raise StorageUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr("ingest.importers.examination.plan", away)
        for _ in range(MOST + 1):
            with pytest.raises(StorageUnavailable):
                errand.do_one()
    assert errand.do_one()
    assert records.imports.get(file.id).state is ImportState.EXAMINED


def test_an_archive_of_a_thousand_points_is_not_all_written_down(
    errand: ImportErrand,
    bring_in: Callable[..., FileImport],
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingest.import_errand._SERIES_SHOWN", 2)
    lines = [gas_days(1).replace(b"000017", f"0{n:05}".encode()) for n in (1, 2, 17)]
    file = bring_in(b"\n".join(lines))
    errand.do_one()
    found = found_of(records, file.id)
    assert len(found.series) == 2
    assert found.series[0].meter_ids == ("gas",)
    assert "it holds 6 registers" in found.remarks[0]


def test_nobody_fills_a_meter_of_a_building_they_may_not_see(
    errand: ImportErrand, bring_in: Callable[..., FileImport], records: Records
) -> None:
    for building, fed in (("elsewhere", ()), ("school", ("gas",))):
        name = f"of {building}"
        user = User(name=name, role=Role.MANAGER, building_ids=(building,))
        records.users.add(user, "a long password")
        file = bring_in(gas_days(1))
        own = replace(file, id=name, author=name, state=ImportState.ARRIVING)
        records.imports.add(own)
        for position, piece in enumerate(records.imports.chunks(file.id)):
            records.imports.add_chunk(name, position, piece)
        assert records.imports.advance(
            replace(own, state=ImportState.UPLOADED), ImportState.ARRIVING
        )
        while errand.do_one():
            pass
        assert found_of(records, name).series[0].meter_ids == fed


@pytest.mark.parametrize(
    "name", ["..", ".", "", "a/b\\..", "\0", "é" * 300, "\ud83d", "CON?.csv", "C:\\relevés\\x.csv"]
)
def test_whatever_a_file_is_called_it_is_read(
    errand: ImportErrand, bring_in: Callable[..., FileImport], records: Records, name: str
) -> None:
    file = bring_in(gas_days(1), name=name)
    errand.do_one()
    assert found_of(records, file.id).format == "grdf-adict"
