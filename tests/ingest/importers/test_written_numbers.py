"""What tells a thousand from one and a bit: every number of the column, not one alone."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.imports import TableWish
from domain.registers import Accumulation
from ingest.importers.series import Choices, Report
from ingest.importers.table_format import table_format
from ingest.importers.written_numbers import DecimalMark


def mark_of(*cells: str) -> tuple[str, bool]:
    seen = DecimalMark()
    for cell in cells:
        seen.see(cell)
    return seen.mark, seen.is_guessed


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (("12,5",), ","),
        (("12.5",), "."),
        (("0,123",), ","),
        (("1234,567",), ","),
        (("1 234,567", "-3"), ","),
        (("1.234,567",), ","),
        (("1,234.567",), "."),
        (("1.234.567",), ","),
        (("1,234,567",), "."),
        (("1,234", "987"), "."),
        (("1.234", "987"), ","),
        (("1,234", "4567"), ","),
        (("1,234", "0"), ","),
        (("12", "345"), "."),
        (("1,5e3",), ","),
        (("x", ""), "."),
    ],
)
def test_a_column_gives_its_decimal_mark_away(cells: tuple[str, ...], mark: str) -> None:
    assert mark_of(*cells)[0] == mark
    assert mark_of(*reversed(cells))[0] == mark


def test_a_column_that_gives_nothing_away_is_read_as_decimals_and_says_so() -> None:
    assert mark_of("1,234", "2,345") == (",", True)
    assert mark_of("1,234", "987") == (".", False)
    assert mark_of("12", "345") == (".", False)


def read(path: Path, name: str = "csv") -> tuple[list[float], Report]:
    wish = TableWish(
        time_headers=("date",),
        value_header="index",
        unit="kWh",
        accumulation=Accumulation.CUMULATIVE,
    )
    report = Report()
    choices = Choices(zone=ZoneInfo("Europe/Paris"))
    runs = table_format(name, wish, None).read(path, choices, report)
    return [float(value) for run in runs for value in run.value], report


def table(folder: Path, *values: str) -> Path:
    path = folder / "index.csv"
    days = (f"2026-{day // 28 + 1:02}-{day % 28 + 1:02};{v}" for day, v in enumerate(values))
    path.write_text("date;index\n" + "\n".join(days), encoding="utf-8")
    return path


def test_a_summer_of_zeros_does_not_hide_the_decimals_of_autumn(tmp_path: Path) -> None:
    values, _ = read(table(tmp_path, *["0"] * 300, "0,123", "1,456"))
    assert values[-2:] == [0.123, 1.456]


def test_thousands_are_told_from_decimals_by_the_numbers_below_a_thousand(tmp_path: Path) -> None:
    assert read(table(tmp_path, "987", "1,234", "2,001"))[0] == [987, 1234, 2001]


def test_what_could_be_thousands_is_said_before_it_is_imported(tmp_path: Path) -> None:
    values, report = read(table(tmp_path, "1,234", "2,001"))
    assert values == [1.234, 2.001]
    assert any("1,234" in remark and "scale of 1000" in remark for remark in report.remarks)


def test_the_numbers_of_a_workbook_are_never_thousands(tmp_path: Path) -> None:
    values, report = read(table(tmp_path, "1.234", "987"), "xlsx")
    assert (values, report.remarks) == ([1.234, 987], [])
