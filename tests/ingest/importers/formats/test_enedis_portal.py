"""Enedis's customer portal: days, half-hours and indexes under a heading that names the point."""

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from domain.errors import RejectedFile
from domain.registers import Accumulation
from ingest.importers.door import recognise
from ingest.importers.formats.enedis_portal import FORMAT
from ingest.importers.formats.enedis_r6x_csv import FORMAT as R63
from ingest.importers.opened import opened
from tests.ingest.importers.formats import test_enedis_r6x as r6x
from tests.ingest.importers.formats.reading import (
    LINKY,
    LONG_DAY,
    PARIS,
    PLAIN_DAY,
    SHORT_DAY,
    instants,
    read,
    utc,
)

HALF_HOUR = timedelta(minutes=30)


def heading(counted: str, point: str = LINKY) -> str:
    """The lines above a table; a workbook's become such lines too."""
    return (
        "\n\n;Un titre;;Un autre\n"
        f";Point Référence Mesure (PRM) : ;{point};Type de comptage : ;{counted}\n"
        ";NA;Données indisponibles;Date de fin :;31/12/2026\n\n"
    )


def days(*rows: str, counted: str = "Consommation Quotidienne", unit: str = "kWh") -> str:
    lines = [f";Date;Valeur (en {unit})", *(f";{row}" for row in rows)]
    return heading(counted) + "\n".join(lines) + "\n"


def half_hours(*rows: str, counted: str = "Consommation horaire") -> str:
    lines = [";;Plage horaire", ";;Début;Fin;Valeur (en kW)", *(f";;{row}" for row in rows)]
    return heading(counted) + "\n".join(lines) + "\n"


def indexes(*rows: str, counted: str = "Consommation") -> str:
    names = "Date du télé-relevé;Index totalisateur (en kWh);Heures Creuses (en kWh)"
    return heading(counted) + "\n".join([f";{names}", *(f";{row}" for row in rows)]) + "\n"


def reckoned_back(starts: Iterable[datetime], kw: str = "1,200") -> Iterator[str]:
    """Write half-hours as the portal does: its beginnings know nothing of clocks that change."""
    for at in starts:
        end = (at + HALF_HOUR).astimezone(PARIS).replace(tzinfo=None)
        yield f"{end - HALF_HOUR:%d/%m/%Y %H:%M:%S};{end:%d/%m/%Y %H:%M:%S};{kw}"


def test_each_day_is_the_energy_of_a_local_day() -> None:
    found = read(FORMAT, days("28/03/2026;6.329", "29/03/2026;7", "25/10/2026;4,5"))
    assert found.rows("EA P1D", LINKY) == {
        utc("2026-03-27T23:00Z"): 6.329,
        utc("2026-03-28T23:00Z"): 7,
        utc("2026-10-24T22:00Z"): 4.5,
    }
    assert found.durations("EA P1D") == [24 * 3600, 23 * 3600, 25 * 3600]
    assert found.registers == {"EA P1D": "kWh"}
    assert (found.report.rows, found.report.blanks, found.report.remarks) == (3, 0, [])


def test_a_day_without_data_is_unknown() -> None:
    found = read(FORMAT, days("28/03/2026;NA", "29/03/2026;", "30/03/2026;0"))
    assert list(found.rows("EA P1D").values()) == [0]
    assert (found.report.rows, found.report.blanks, found.report.bad_lines) == (3, 2, 0)


def test_what_is_fed_in_is_kept_apart_from_what_is_drawn() -> None:
    found = read(FORMAT, days("28/03/2026;33,53", counted="Production Quotidienne"))
    assert found.registers == {"EA PROD P1D": "kWh"}


def test_days_under_kilowatts_are_kilowatt_hours_and_that_is_said() -> None:
    found = read(FORMAT, days("15/07/2026;25,247", unit="kW"))
    assert (found.registers, list(found.rows("EA P1D").values())) == ({"EA P1D": "kWh"}, [25.247])
    assert found.report.remarks == ["the portal wrote 'Valeur (en kW)' above days: they are in kWh"]


@pytest.mark.parametrize(
    ("day", "count"), [(PLAIN_DAY, 48), (SHORT_DAY, 46), (LONG_DAY, 50)], ids=str
)
def test_half_hours_are_told_by_their_ends_on_the_days_that_change_too(
    day: date, count: int
) -> None:
    starts = list(instants(day, 30))
    found = read(FORMAT, half_hours(*reckoned_back(starts)))
    assert found.rows("EA", LINKY) == dict.fromkeys(starts, 0.6)
    assert (len(starts), found.durations("EA")) == (count, [1800] * count)
    assert found.report.bad_lines == 0


def test_the_half_hours_that_march_skips_are_blank_and_not_wrong() -> None:
    skipped = [
        "29/03/2026 01:30:00;29/03/2026 02:00:00;NA",
        "29/03/2026 02:00:00;29/03/2026 02:30:00;NA",
    ]
    rows = list(reckoned_back(instants(SHORT_DAY, 30)))
    found = read(FORMAT, half_hours(*rows[:3], *skipped, *rows[3:]))
    assert list(found.rows("EA")) == list(instants(SHORT_DAY, 30))
    assert (found.report.blanks, found.report.bad_lines) == (2, 0)


def test_half_hours_are_the_same_rows_as_those_of_r63() -> None:
    starts = list(instants(LONG_DAY, 30))
    ends = [f"{(at + HALF_HOUR).astimezone(PARIS):%Y-%m-%d %H:%M:%S}" for at in starts]
    other = read(R63, "\n".join([r6x.R63_CSV, *(r6x.row(end, "1200") for end in ends)]))
    mine = read(FORMAT, half_hours(*reckoned_back(starts)))
    assert mine.rows("EA").keys() == other.rows("EA").keys()
    assert (mine.series[0].point, mine.series[0].quantity, mine.series[0].accumulation) == (
        other.series[0].point,
        other.series[0].quantity,
        other.series[0].accumulation,
    )


def test_an_index_stands_at_the_midnight_its_day_begins_with() -> None:
    found = read(FORMAT, indexes("20/01/2026;10432;4000", "21/01/2026;10449;4006"))
    assert found.rows("EA T") == {utc("2026-01-19T23:00Z"): 10432, utc("2026-01-20T23:00Z"): 10449}
    assert {one.accumulation for one in found.series} == {Accumulation.CUMULATIVE}


def test_a_table_that_says_neither_drawn_nor_fed_in_is_refused_rather_than_guessed() -> None:
    with pytest.raises(RejectedFile, match="Type de comptage"):
        read(FORMAT, days("28/03/2026;5", counted=""))


def test_a_table_whose_point_was_taken_away_has_none() -> None:
    text = days("28/03/2026;5").replace(f"{LINKY};Type", "\n;Type")
    assert FORMAT.recognises(text.encode())
    assert read(FORMAT, text).series[0].point == ""


def test_bad_lines_are_named_by_their_number() -> None:
    rows = [
        "20/01/2026 00:00:00;20/01/2026 00:30:00;un",
        "20/01/2026 00:30:00;20/01/2026 00:47:00;1",
        "20/13/2026 00:30:00;20/01/2026 01:00:00;1",
        "20/01/2026 01:00:00;20/01/2026 01:30:00",
    ]
    found = read(FORMAT, half_hours(*rows))
    assert [problem.partition(":")[0] for problem in found.report.problems] == [
        f"line {n}" for n in (9, 10, 11, 12)
    ]
    assert found.report.rows == 4


def sheet(book: openpyxl.Workbook, title: str, counted: str, kwh: object) -> Worksheet:
    """Write a sheet of days as the portal does, its cells merged, its figures texts."""
    made = book.create_sheet(title)
    made["E6"] = "Un titre sur deux colonnes"
    made.merge_cells("E6:F6")
    made["B8"], made["C8"] = "Point Référence Mesure (PRM) : ", LINKY
    made["E8"], made["F8"] = "Type de comptage : ", counted
    made["B14"], made["C14"] = "Date", "Valeur (en kWh)"
    made["B15"], made["C15"] = "20/01/2026", kwh
    made["B16"], made["C16"] = datetime.fromisoformat("2026-01-21"), 8.25
    return made


def test_a_workbook_has_a_sheet_for_what_is_drawn_and_one_for_what_is_fed_in(
    tmp_path: Path,
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["B6"] = "Une page qui parle d'énergie, en kWh, et n'a pas de tableau."
    sheet(book, "Export Consommation Quotidienne", "Consommation Quotidienne", "25,247")
    sheet(book, "Export Production Quotidienne", "Production Quotidienne", "1.361")
    box = io.BytesIO()
    book.save(box)
    path = tmp_path / "anything.pdf"
    path.write_bytes(box.getvalue())
    with opened(path) as members:
        known = [(recognise(one.path), one.path.read_text(encoding="utf-8")) for one in members]
    assert [form for form, _ in known] == [None, FORMAT, FORMAT]
    found = [read(FORMAT, text) for _, text in known[1:]]
    assert list(found[0].rows("EA P1D", LINKY).values()) == [25.247, 8.25]
    assert list(found[1].rows("EA PROD P1D", LINKY).values()) == [1.361, 8.25]


def test_a_sheet_kept_as_csv_with_commas_is_the_same_table() -> None:
    rows = list(reckoned_back(instants(PLAIN_DAY, 30)))
    quoted = "\n".join(
        ",".join(f'"{cell}"' if "," in cell else cell for cell in line.split(";"))
        for line in half_hours(*rows).split("\n")
    )
    for content in (quoted, quoted.encode("cp1252"), "\ufeff" + quoted):
        found = read(FORMAT, content)
        assert found.rows("EA", LINKY) == read(FORMAT, half_hours(*rows)).rows("EA", LINKY)
