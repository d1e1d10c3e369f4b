"""The door: every format is told from the others by its content, and anything may come."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import RejectedFile
from domain.imports import ImportWish, TableWish
from domain.meters import Commodity, Meter
from domain.sites import Building, Portfolio
from ingest.importers.bringing import check_fit
from ingest.importers.door import format_named, formats, recognise
from ingest.importers.examination import Examined, Examiner
from settings.model import IngestSettings
from storage.embedded import EmbeddedStore
from tests.ingest.importers import test_opened as opened
from tests.ingest.importers.formats import espi_writer as espi
from tests.ingest.importers.formats import test_eco2mix as eco2mix
from tests.ingest.importers.formats import test_grdf as grdf

EXAMPLES = {
    "grdf-adict": json.dumps(grdf.adict("2026-01-05", "2026-01-06")),
    "grdf-portal-json": json.dumps({grdf.PCE: {"releves": [grdf.portal_reading("2026-01-05")]}}),
    "grdf-portal": ";Date de relevé;Energie consommée (kWh)\n;24/11/2025;11\n",
    "green-button": espi.feed(
        espi.usage_point(),
        espi.meter_reading(),
        espi.reading_type(),
        espi.block([espi.value(5, 1_767_225_600)]),
    ),
    "eco2mix": eco2mix.ODRE + eco2mix.odre("2026-01-20T07:15:00+01:00", "21"),
}
MAIN = Meter(id="main", building_id="hall", name="Main", commodity=Commodity.ELECTRICITY)
HALL = Building(id="hall", name="Hall", floor_area_m2=100)


@pytest.fixture(scope="module")
def examiner(tmp_path_factory: pytest.TempPathFactory) -> Examiner:
    store = EmbeddedStore(tmp_path_factory.mktemp("door") / "readings.sqlite")
    store.prepare()
    portfolio = Portfolio(buildings=(HALL,), meters=(MAIN,))
    return Examiner(
        portfolio, store, IngestSettings(), clock=lambda: datetime(2026, 6, 1, tzinfo=UTC)
    )


def looked_at(examiner: Examiner, folder: Path, data: bytes, **wish: object) -> Examined:
    path = folder / "brought"
    path.write_bytes(data)
    return examiner.examine(path, ImportWish(**wish))  # type: ignore[arg-type]


def test_every_format_has_a_name_of_its_own() -> None:
    names = [form.name for form in formats()]
    assert len(set(names)) == len(names)
    assert set(EXAMPLES) <= set(names)
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)
    assert all(format_named(form.name) is form for form in formats())
    assert format_named("klingon") is None


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_file_is_of_one_format_only(tmp_path: Path, name: str) -> None:
    head = EXAMPLES[name].encode()
    assert [form.name for form in formats() if form.recognises(head)] == [name]
    path = tmp_path / "renamed.pdf"
    path.write_bytes(head)
    form = recognise(path)
    assert form is not None
    assert form.name == name


@pytest.mark.parametrize(
    "text",
    ["", "Date;kWh\n2026-01-20;1\n", "<html/>", "{}", "[]", "\x00" * 100, "Périmètre;Date\n"],
)
def test_what_is_of_no_format_is_of_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any"
    path.write_text(text, encoding="utf-8")
    assert recognise(path) is None


def test_a_table_that_nobody_knows_shows_its_columns(examiner: Examiner, tmp_path: Path) -> None:
    found = looked_at(
        examiner, tmp_path, b"Compteur;x\n\nDate;Heure;kWh\n20/01/2026;07:00;1\n"
    ).found
    assert (found.format, found.headers) == ("", ("Date", "Heure", "kWh"))
    with pytest.raises(RejectedFile, match="'Date', 'Heure', 'kWh'"):
        check_fit(found, "mine.csv", keep_good=False)


OF_MINE = TableWish(time_headers=("Date",), value_header="kWh", unit="kWh")


def test_a_table_whose_day_comes_second_is_refused_with_what_to_say(
    examiner: Examiner, tmp_path: Path
) -> None:
    table = b"Date,kWh\n01/20/2026 07:00,1\n01/20/2026 08:00,2\n"
    found = looked_at(examiner, tmp_path, table, meter_id="main", table=OF_MINE).found
    with pytest.raises(RejectedFile, match="--time-format") as refusal:
        check_fit(found, "mine.csv", keep_good=False)
    assert refusal.value.problems[0] == "line 2: '01/20/2026 07:00' is not a date"


def test_a_workbook_with_another_sheet_is_refused_with_how_to_name_the_one(
    examiner: Examiner, tmp_path: Path
) -> None:
    sheets = [("2026", [["Date", "kWh"], ["20/01/2026", 1], ["21/01/2026", 2]]), ("Notes", [["x"]])]
    book = opened.workbook(*sheets)
    with pytest.raises(RejectedFile, match="--sheet"):
        looked_at(examiner, tmp_path, book, meter_id="main", table=OF_MINE)
    named = replace(OF_MINE, sheet="2026")
    assert looked_at(examiner, tmp_path, book, meter_id="main", table=named).found.values == 2


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0a;b;c\nd;e;f",
        b"a;b\x03\nc;d\n",
        b'{"error": "no_data_found", "error_description": "nothing"}',
        b"<p>a, b, c</p>",
    ],
)
def test_what_is_no_table_has_no_columns(examiner: Examiner, tmp_path: Path, data: bytes) -> None:
    found = looked_at(examiner, tmp_path, data).found
    assert (found.format, found.headers) == ("", ())
    with pytest.raises(RejectedFile, match="lists them"):
        check_fit(found, "photo.png", keep_good=False)


def test_an_empty_file_is_said_to_be_empty(examiner: Examiner, tmp_path: Path) -> None:
    with pytest.raises(RejectedFile, match="is empty"):
        looked_at(examiner, tmp_path, b"")


def test_what_a_file_tells_is_summed_by_local_month(examiner: Examiner, tmp_path: Path) -> None:
    new_year = 1_767_225_600  # midnight UTC: one o'clock in Paris, so both hours are January's
    values = [espi.value(500, new_year - 3600 * n, 3600) for n in (2, 1, 0)]
    data = espi.feed(
        espi.usage_point(), espi.meter_reading(), espi.reading_type(), espi.block(values)
    )
    found = looked_at(examiner, tmp_path, data.encode(), meter_id="main").found
    assert found.series[0].months == (("2025-12", 0.5), ("2026-01", 1.0))
    assert found.series[0].steps_s == (3600,)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_anything_is_examined_or_refused(
    examiner: Examiner, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    good = EXAMPLES[data.draw(st.sampled_from(sorted(EXAMPLES)))].encode()
    at = data.draw(st.integers(0, len(good)))
    raw = good[:at] + data.draw(st.binary(max_size=30)) + good[at + data.draw(st.integers(0, 9)) :]
    form = data.draw(st.sampled_from(["", *EXAMPLES]))
    try:
        found = looked_at(
            examiner, tmp_path_factory.mktemp("any"), raw, format=form, meter_id="main"
        ).found
    except RejectedFile as refusal:
        assert refusal.problems  # noqa: PT017 (either outcome is right)
    else:
        assert found.values <= found.rows * 4
