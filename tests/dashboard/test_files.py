"""Files brought through a page, as a browser without scripts does it; ingest works between."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from dashboard.text.catalogues import LANGUAGES
from dashboard.text.words import words_for
from dashboard.viewmodels.file_found import found_view
from domain.imports import CHUNK_BYTES, FileImport, Found, FoundSeries, ImportState
from domain.periods import Period
from domain.registers import Accumulation, Quantity
from ingest.import_errand import ImportErrand
from settings.model import IngestSettings
from tests.dashboard.house import House, Visitor, open_house

PAGE = "/manage/data/files"
CURVE = b"Heure;kWh\n01/03/2026 00:00;1,5\n01/03/2026 00:30;2\n01/03/2026 01:00;\n"
COLUMNS = {"time_header": "Heure", "value_header": "kWh", "unit": "kWh", "accumulation": "delta"}
ONE_MB = IngestSettings(upload_max_mb=1)
MARCH = Period(datetime(2026, 2, 27, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


def _send(
    visitor: Visitor, data: bytes, name: str = "courbe.csv", **fields: str
) -> requests.Response:
    form = {"csrf_token": visitor.csrf_on(PAGE)} | fields
    return visitor.post(PAGE, form, files={"file": (name, data)})


def _file(house: House) -> FileImport:
    return house.records.imports.newest(1)[0]


def _work(house: House) -> FileImport:
    """Let ingest do all that is asked of files."""
    errand = ImportErrand(house.records, house.readings, house.settings)
    while errand.do_one():
        pass
    return _file(house)


def _confirm(visitor: Visitor, file: FileImport, **fields: Any) -> requests.Response:
    address = f"{PAGE}/{file.id}"
    form = {"csrf_token": visitor.csrf_on(address), "act": "import"} | fields
    return visitor.post(f"{address}/confirm", form)


@pytest.fixture
def read(house: House) -> Callable[..., tuple[Visitor, FileImport]]:
    """Send a curve, and have it read with its columns and its meter."""

    def sent(name: str = "manager", data: bytes = CURVE) -> tuple[Visitor, FileImport]:
        visitor = house.signed_in(name)
        assert _send(visitor, data).status_code == 303
        file = _work(house)
        answer = _confirm(visitor, file, act="again", meter="jf-elec", **COLUMNS)
        assert answer.status_code == 303
        return visitor, _work(house)

    return sent


def test_a_file_goes_from_a_browser_to_a_meter_and_is_seen_before_it_is_kept(
    house: House, read: Callable[..., tuple[Visitor, FileImport]]
) -> None:
    manager, file = read()
    assert file.state is ImportState.EXAMINED
    page = manager.get(f"{PAGE}/{file.id}").text
    assert "2 valeurs du 1 mars 2026" in page.replace("\u00a0", " ")
    assert "1 case vide" in page
    assert "École Jules-Ferry, Compteur général" in page
    assert house.readings.read("jf-elec", "energy_delta.file", MARCH).empty
    assert _confirm(manager, file, meter="jf-elec").status_code == 303
    waiting = manager.get(f"{PAGE}/{file.id}")
    assert "<progress" in waiting.text
    assert waiting.headers["refresh"] == "1"
    assert _work(house).state is ImportState.DONE
    done = manager.get(f"{PAGE}/{file.id}")
    assert "2 mesures sont gardées" in done.text
    assert "refresh" not in done.headers
    kept = house.readings.read("jf-elec", "energy_delta.file", MARCH)
    assert list(kept["value"]) == [1.5, 2.0]
    assert "importé" in manager.get(PAGE).text


def test_a_file_larger_than_a_piece_arrives_whole(house: House) -> None:
    data = CURVE + b"\n" * (2 * CHUNK_BYTES)
    assert _send(house.signed_in("manager"), data, name="../../étrange\x07.csv").status_code == 303
    file = _file(house)
    assert (file.state, file.size, file.author) == (ImportState.UPLOADED, len(data), "manager")
    pieces = list(house.records.imports.chunks(file.id))
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= CHUNK_BYTES
    page = house.signed_in("manager").get(f"{PAGE}/{file.id}")
    assert "\x07" not in page.text


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "empty.csv", "Ce fichier est vide"),
        (b"", "", "Choisissez d’abord un fichier"),
        (bytes(1_000_001), "large.csv", "dépasse 1,0 Mo"),
        (bytes(2_500_000), "larger.csv", "dépasse 1,0 Mo"),
    ],
)
def test_what_cannot_be_taken_is_said_at_the_field_and_not_kept(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str, sentence: str
) -> None:
    with open_house(tmp_path_factory.mktemp("small"), ingest=ONE_MB) as house:
        answer = _send(house.signed_in("manager"), data, name)
        assert answer.status_code == 422
        assert sentence in answer.text.replace("\u00a0", " ")
        assert house.records.imports.newest(9) == ()


def test_files_that_wait_do_not_fill_the_disk(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_house(tmp_path_factory.mktemp("small"), ingest=ONE_MB) as house:
        manager = house.signed_in("manager")
        answers = [_send(manager, bytes(900_000)).status_code for _ in range(6)]
        assert answers == [303, 303, 303, 303, 422, 422]
        assert house.records.imports.kept_bytes() <= 4_000_000


def test_a_choice_that_changes_what_is_read_is_seen_before_it_is_imported(
    house: House, read: Callable[..., tuple[Visitor, FileImport]]
) -> None:
    manager, file = read()
    assert _confirm(manager, file, meter="jf-elec", stamp="end").status_code == 303
    assert _file(house).state is ImportState.UPLOADED
    file = _work(house)
    assert (file.state, file.wish.stamp) == (ImportState.EXAMINED, "end")
    assert file.wish.table.value_header == "kWh", "the columns chosen before stay"
    _confirm(manager, file, meter="jf-elec", act="columns")
    assert _work(house).found.headers == ("Heure", "kWh")  # type: ignore[union-attr]


def test_bad_lines_are_numbered_and_left_out_only_when_somebody_says_so(
    house: House, read: Callable[..., tuple[Visitor, FileImport]]
) -> None:
    manager, file = read(data=CURVE + b"01/03/2026 02:00;abc\n")
    assert "ligne 5" in unescape(manager.get(f"{PAGE}/{file.id}").text)
    refused = _confirm(manager, file, meter="jf-elec")
    assert refused.status_code == 422
    assert "corrigez le fichier" in refused.text
    assert _confirm(manager, file, meter="jf-elec", keep_good="yes").status_code == 303
    assert (_work(house).state, _file(house).readings) == (ImportState.DONE, 2)


def test_columns_that_are_not_said_are_asked_for(house: House) -> None:
    manager = house.signed_in("manager")
    _send(manager, CURVE)
    file = _work(house)
    answer = _confirm(manager, file, act="again")
    assert answer.status_code == 422
    for name in ("meter", "time_header", "value_header", "unit"):
        assert f'id="{name}-error"' in answer.text or f'id="{name}"' in answer.text
    assert answer.text.count("À choisir.") == 3
    assert _file(house).state is ImportState.EXAMINED


def test_a_wrong_choice_is_said_and_chosen_again(house: House) -> None:
    manager = house.signed_in("manager")
    _send(manager, CURVE)
    file = _work(house)
    _confirm(manager, file, act="again", meter="jf-elec", **COLUMNS | {"unit": "degC"})
    page = manager.get(f"{PAGE}/{_work(house).id}").text
    assert "Ces choix ne vont pas avec ce fichier" in page
    assert 'value="jf-elec" selected' in page, "what was chosen is not asked for again"
    assert 'value="degC" selected' in page
    _confirm(manager, _file(house), act="again", meter="jf-elec", **COLUMNS)
    assert _confirm(manager, _work(house), meter="jf-elec").status_code == 303
    assert _work(house).state is ImportState.DONE


def test_what_was_brought_leads_to_where_it_is_seen(
    house: House, read: Callable[..., tuple[Visitor, FileImport]]
) -> None:
    manager, file = read()
    page = manager.get(f"{PAGE}/{file.id}").text
    assert "/manage/buildings/jules-ferry?commodity=electricity" in page
    assert "Tableau CSV" in page


def test_what_would_not_be_kept_is_told_before_it_is_imported(
    house: House, read: Callable[..., tuple[Visitor, FileImport]]
) -> None:
    manager, _ = read()
    assert _confirm(manager, _file(house), meter="jf-elec").status_code == 303
    _work(house)
    days = b"Heure;kWh\n01/03/2026;30\n02/03/2026;31\n"
    noon = b"Heure;kWh\n02/03/2026 12:00;1\n02/03/2026 12:30;1\n"
    for data, left_out, why, kept in (
        (days, "dont 1 laissée de côté", "des intervalles plus courts", 1),
        (noon, "dont 2 laissées de côté", "des intervalles plus longs", 0),
    ):
        _, file = read(data=data)
        page = manager.get(f"{PAGE}/{file.id}").text
        assert left_out in page
        assert why in page
        assert ("Rien n’en serait gardé" in page) is (kept == 0)
        assert _confirm(manager, file, meter="jf-elec").status_code == 303
        assert _work(house).readings == kept
        assert left_out in manager.get(f"{PAGE}/{file.id}").text


def test_why_points_feed_nobody_is_not_said_again_for_each_of_them() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)

    def point(name: str, note: str) -> FoundSeries:
        return FoundSeries(
            point=name,
            register="EA",
            quantity=Quantity.ENERGY,
            unit="Wh",
            accumulation=Accumulation.DELTA,
            first=at,
            last=at,
            values=1,
            note=note,
        )

    found = Found(
        format="enedis-hdm",
        series=(
            *(point(name, f"main takes one point, and point {name} is it") for name in "123"),
            point("4", "not among the points asked for"),
        ),
    )
    rows = found_view(found, {}, ZoneInfo("Europe/Paris"), words_for("fr")).rows
    assert [row.note.text for row in rows if row.note] == [
        "main ne prend qu’un point, et c’est 1",
        "de même",
        "de même",
        "pas parmi les points demandés",
    ]


def test_a_file_of_no_format_says_so_and_can_only_be_withdrawn(house: House) -> None:
    manager = house.signed_in("manager")
    _send(manager, b"\xff\xd8" + bytes(500), name="<b>photo</b>.jpg")
    file = _work(house)
    page = manager.get(f"{PAGE}/{file.id}").text
    assert "aucun format connu" in page
    assert "Zaindu lit les fichiers d’Enedis" in page
    assert "<b>photo" not in page
    assert "/confirm" not in page
    form = {"csrf_token": manager.csrf_on(PAGE)}
    assert manager.post(f"{PAGE}/{file.id}/withdraw", form).status_code == 303
    assert _file(house).state is ImportState.WITHDRAWN
    assert "rien n’en est gardé" in manager.get(f"{PAGE}/{file.id}").text
    assert house.records.imports.kept_bytes() == 0
    again = manager.post(f"{PAGE}/{file.id}/withdraw", form)
    assert again.headers["location"].endswith("?moved=1")


def test_a_manager_of_one_school_brings_files_to_its_meters_only(
    house: House, read: Callable[..., tuple[Visitor, FileImport]]
) -> None:
    keeper, file = read("school-manager")
    page = keeper.get(f"{PAGE}/{file.id}").text
    offered = re.findall(
        r'<option value="([^"]*)"', page.split('id="meter"')[1].split("</select")[0]
    )
    assert offered == ["", "jf-elec", "jf-lighting", "jf-gas", "jf-water"]
    assert _confirm(keeper, file, meter="hdv-elec").status_code == 422
    assert _file(house).state is ImportState.EXAMINED
    assert _confirm(keeper, file, meter="jf-elec").status_code == 303


def test_a_file_is_seen_by_who_brought_it_and_by_who_sees_all_buildings(
    house: House, read: Callable[..., tuple[Visitor, FileImport]]
) -> None:
    _, file = read()
    keeper = house.signed_in("school-manager")
    assert keeper.get(f"{PAGE}/{file.id}").status_code == 404
    assert "courbe.csv" not in keeper.get(PAGE).text
    form = {"csrf_token": keeper.csrf_on(PAGE), "meter": "jf-elec", "act": "import"}
    for act in ("confirm", "withdraw"):
        assert keeper.post(f"{PAGE}/{file.id}/{act}", form).status_code == 404
    assert house.signed_in("admin").get(f"{PAGE}/{file.id}").status_code == 200
    assert _file(house).state is ImportState.EXAMINED


def test_no_file_is_taken_without_the_session_s_token(house: House) -> None:
    manager = house.signed_in("manager")
    stolen = house.signed_in("admin").csrf_on(PAGE)
    for token in ("", "nonsense", stolen):
        answer = manager.post(PAGE, {"csrf_token": token}, files={"file": ("a.csv", CURVE)})
        assert answer.status_code == 403
    assert house.records.imports.newest(9) == ()


def test_a_file_that_nobody_reads_is_not_called_under_way(house: House) -> None:
    manager = house.signed_in("manager")
    _send(manager, CURVE)
    page = manager.get(f"{PAGE}/{_file(house).id}")
    assert "lit le fichier" in page.text
    long_ago = replace(_file(house), changed_at=datetime.now(UTC) - timedelta(minutes=9))
    house.records.imports.advance(long_ago, ImportState.UPLOADED)
    assert "est-il en marche" in manager.get(f"{PAGE}/{_file(house).id}").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_a_file_is_said_in_every_language(
    house: House, read: Callable[..., tuple[Visitor, FileImport]], language: str
) -> None:
    user = house.records.users.get("manager")
    assert user is not None
    house.records.users.update(replace(user, language=language))
    manager, file = read()
    address = f"{PAGE}/{file.id}"
    assert manager.get(f"{address}?moved=1").status_code == 200
    _confirm(manager, file, meter="jf-elec")
    for state, number in (
        (ImportState.IMPORTING, 1),
        (ImportState.IMPORTING, 2),
        (ImportState.FAILED, 1),
    ):
        present = _file(house)
        moved = replace(present, state=state, readings=number, changed_at=datetime.now(UTC))
        assert house.records.imports.advance(moved, present.state)
        assert manager.get(address).status_code == 200
    assert manager.get(PAGE).status_code == 200
