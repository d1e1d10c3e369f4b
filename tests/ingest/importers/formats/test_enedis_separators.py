"""The sign between cells: whatever a spreadsheet put there, the lines say the same."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.importers.formats.enedis_separators import separator_of, with_semicolons

CELL = st.text(st.characters(exclude_characters=';\r\n\0"', codec="latin-1"), max_size=8)


@pytest.mark.parametrize("sign", ["\t", ","])
@given(st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=5))
def test_lines_kept_with_another_sign_say_the_same_one_by_one(
    sign: str, rows: list[list[str]]
) -> None:
    kept = io.StringIO()
    csv.writer(kept, delimiter=sign, lineterminator="\n").writerows(rows)
    theirs = "".join(";".join(row) + "\n" for row in rows)
    assert with_semicolons(kept.getvalue().encode("latin-1"), sign).decode("latin-1") == theirs


def test_a_cell_that_no_table_holds_is_left_to_whoever_reads_its_line() -> None:
    line = b'"' + b"9" * 200_000 + b'",1\n'
    assert with_semicolons(line, ",") == line


def test_the_sign_is_the_one_that_makes_the_first_row_the_header() -> None:
    def is_header(cells: list[str]) -> bool:
        return cells == ["Identifiant PRM", "Unité, kW"]

    assert separator_of('\n"Identifiant PRM",  "Unité, kW"\n'.encode(), is_header) == ""
    assert separator_of('\n"Identifiant PRM","Unité, kW"\n'.encode("cp1252"), is_header) == ","
    assert separator_of(b"", is_header) == ""
