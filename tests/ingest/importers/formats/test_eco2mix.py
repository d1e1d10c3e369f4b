"""éCO2mix: the carbon of the grid's electricity, from either of its downloads."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedFile
from domain.readings import Quality
from domain.registers import Quantity
from ingest.importers.door import recognise
from ingest.importers.formats.eco2mix import FORMAT
from ingest.importers.series import Choices, Report
from tests.ingest.importers.reading import PARIS, read

ODRE = "Périmètre;Nature;Date;Heure;Date et Heure;Consommation (MW);Gaz (MW);Taux de CO2 (g/kWh)\n"
TECHNICAL = "perimetre;nature;date;heure;date_heure;consommation;gaz;taux_co2\n"
RTE = "Périmètre\tNature\tDate\tHeures\tConsommation\tPrévision J-1\tGaz\tTaux de Co2\n"


def kept(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "eCO2mix_RTE_En-cours-TR.xls"
    path.write_bytes(text.encode(encoding))
    return path


def odre(stamp: str, rate: str, nature: str = "Données définitives") -> str:
    return f"France;{nature};{stamp[:10]};{stamp[11:16]};{stamp};52000;310;{rate}\n"


@pytest.mark.parametrize("header", [ODRE, "\ufeff" + TECHNICAL])
def test_only_the_carbon_intensity_is_taken(tmp_path: Path, header: str) -> None:
    path = kept(tmp_path, header + odre("2026-01-20T07:15:00+01:00", "21"))
    assert recognise(path) is FORMAT
    (series,) = FORMAT.read(path, Choices(zone=PARIS), report := Report())
    assert (series.quantity, series.unit) == (Quantity.CARBON_INTENSITY, "g/kWh")
    assert (series.point, series.register) == ("France", "taux_co2")
    assert any("consumption and production" in remark for remark in report.remarks)
    rows, _ = read(FORMAT, path)
    assert rows["France", "taux_co2"] == [("2026-01-20T06:15", 21, 0, Quality.VALID)]


def test_rows_in_no_order_keep_their_own_times(tmp_path: Path) -> None:
    stamps = ["2026-01-20T07:30:00+01:00", "2026-01-20T07:00:00+01:00", "2026-01-20T06:15:00+00:00"]
    rows, report = read(FORMAT, kept(tmp_path, ODRE + "".join(odre(s, "20") for s in stamps)))
    times = [row[0][-5:] for row in rows["France", "taux_co2"]]
    assert (times, report.bad_lines) == (["06:30", "06:00", "06:15"], 0)


def test_the_quarter_hours_left_empty_are_blank_not_zero(tmp_path: Path) -> None:
    text = ODRE + odre("2026-01-20T07:00:00+01:00", "20") + odre("2026-01-20T07:15:00+01:00", "")
    rows, report = read(FORMAT, kept(tmp_path, text + odre("2026-01-20T07:30:00+01:00", "ND")))
    assert len(rows["France", "taux_co2"]) == 1
    assert (report.rows, report.blanks) == (3, 2)


def test_real_time_figures_are_estimates_until_they_are_consolidated(tmp_path: Path) -> None:
    natures = ("Données temps réel", "Données consolidées")
    text = ODRE + "".join(
        odre(f"2026-01-20T07:{15 * n:02}:00+01:00", "20", nature)
        for n, nature in enumerate(natures)
    )
    rows, _ = read(FORMAT, kept(tmp_path, text))
    qualities = [row[3] for row in rows["France", "taux_co2"]]
    assert qualities == [Quality.ESTIMATED, Quality.VALID]


def rte(day: str, hour: str, rate: str) -> str:
    return f"France\tDonnées définitives\t{day}\t{hour}\t52000\t51000\t310\t{rate}\n"


def test_rtes_own_table_is_read_though_it_is_called_xls(tmp_path: Path) -> None:
    text = RTE + rte("2026-01-20", "00:00", "20") + rte("2026-01-20", "00:15", "")
    text += rte("2026-01-20", "00:30", "22")
    text += "RTE ne pourra être tenu responsable de l'usage qui pourrait être fait\n"
    path = kept(tmp_path, text, "latin-1")
    assert recognise(path) is FORMAT
    rows, report = read(FORMAT, path)
    assert [row[:2] for row in rows["France", "taux_co2"]] == [
        ("2026-01-19T23:00", 20),
        ("2026-01-19T23:30", 22),
    ]
    assert (report.rows, report.blanks, report.bad_lines) == (3, 1, 0)


def test_octobers_hour_is_told_apart_by_order_and_marchs_is_left_out(tmp_path: Path) -> None:
    hours = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    text = RTE + "".join(rte("2025-10-26", hour, "20") for hour in hours)
    rows, _ = read(FORMAT, kept(tmp_path, text, "latin-1"))
    assert [row[0][-5:] for row in rows["France", "taux_co2"]] == [
        "23:30", "00:00", "00:30", "01:00", "01:30", "02:00",
    ]  # fmt: skip
    text = RTE + "".join(rte("2026-03-29", hour, "20") for hour in ("01:30", "02:30", "03:00"))
    rows, report = read(FORMAT, kept(tmp_path, text, "latin-1"))
    assert [row[0][-5:] for row in rows["France", "taux_co2"]] == ["00:30", "01:00"]
    assert (report.blanks, report.bad_lines) == (1, 0)


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    text = ODRE + odre("2026-01-20T07:00:00+01:00", "beaucoup") + "France;x\n"
    _, report = read(FORMAT, kept(tmp_path, text + odre("2026-01-20T07:30:00+01:00", "20")))
    assert report.problems == [
        "line 2: 'beaucoup' is not a number",
        "line 3: it has 2 cells, not 8",
    ]


def test_a_regions_table_without_a_rate_is_of_no_use(tmp_path: Path) -> None:
    text = "Périmètre;Nature;Date;Heures;Consommation\nBretagne;Données;2026-01-20;07:00;2000\n"
    path = kept(tmp_path, text)
    assert recognise(path) is None
    with pytest.raises(RejectedFile, match="taux_co2"):
        read(FORMAT, path)


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=200), st.sampled_from([b"", ODRE.encode(), RTE.encode("latin-1")]))
def test_any_bytes_give_series_or_say_why_not(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, head: bytes
) -> None:
    path = tmp_path_factory.mktemp("eco2mix") / "any"
    path.write_bytes(head + raw)
    try:
        for series in FORMAT.read(path, Choices(zone=PARIS), Report()):
            assert len(series.value)
    except RejectedFile as refusal:
        assert refusal.problems  # noqa: PT017 (either outcome is right)
