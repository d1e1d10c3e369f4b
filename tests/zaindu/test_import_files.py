"""`zaindu import` with the trade's files: found, shown, brought, once."""

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from domain.periods import Period
from settings.loading import load_settings
from storage.embedded import EmbeddedStore
from tests.zaindu.command_line import ROOT, Answer, CommandLine

PCE = "23000000000017"
SPAN = Period(datetime(2020, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The demo's configuration, whose gas meter and a roof are filled from files."""
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    text = text.replace(
        'source = { family = "zigbee2mqtt", device = "gaz-jules-ferry" }',
        f'source = {{ family = "file", device = "{PCE}" }}',
    )
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def gas(
    folder: Path, *energies: object, name: str = "adict.json", first: str = "2026-01-05"
) -> Path:
    day = date.fromisoformat(first)
    lines = []
    for n, energy in enumerate(energies):
        start, end = (f"{day + timedelta(days=n + k)}T06:00:00+01:00" for k in (0, 1))
        consumption = {
            "date_debut_consommation": start,
            "date_fin_consommation": end,
            "energie": energy,
            "type_qualif_conso": "Mesuré",
            "statut_conso": "Définitive",
        }
        lines.append(json.dumps({"pce": {"id_pce": PCE}, "consommation": consumption}))
    path = folder / name
    path.write_text("\n".join(lines))
    return path


def kept(config: Path, meter: str = "jf-gas", register: str = "energy_delta.file") -> list[float]:
    store = EmbeddedStore(load_settings(config).storage.embedded.file)
    store.prepare()
    found = [float(v) for v in store.read(meter, register, SPAN)["value"]]
    store.close()
    return found


def run(zaindu: CommandLine, config: Path, *arguments: object) -> Answer:
    return zaindu("import", *map(str, arguments), "--config", str(config))


def test_the_meter_is_found_by_the_point_that_the_file_names(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    answer = run(zaindu, config, gas(tmp_path, 57, 61))
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("2 readings of jf-gas are kept")
    assert kept(config) == [57, 61]
    assert run(zaindu, config, gas(tmp_path, 57, 61)).returncode == 0
    assert kept(config) == [57, 61]


def test_the_preview_says_what_is_in_it_and_keeps_nothing(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    answer = run(zaindu, config, gas(tmp_path, 57, None, 61, first="2026-01-30"), "--dry-run")
    assert answer.returncode == 0
    assert "adict.json: GRDF ADICT" in answer.stdout
    assert "3 values: 2 readings of jf-gas, 1 blank" in answer.stdout
    assert "from 2026-01-30 05:00 to 2026-02-02 05:00 UTC" in answer.stdout
    assert "2026-01-30 06:00  2026-02-02 06:00" in answer.stdout
    assert "24 h" in answer.stdout
    months = [line.split() for line in answer.stdout.splitlines() if line.startswith("2026-0")]
    assert months == [["2026-01", "57.0"], ["2026-02", "61.0"]]
    assert kept(config) == []


@pytest.mark.parametrize("columns", ["80", "200"])
def test_no_point_and_no_date_is_cut_however_narrow_the_terminal(
    zaindu: CommandLine, config: Path, tmp_path: Path, columns: str
) -> None:
    command = ("import", "--config", str(config), str(gas(tmp_path, 57, 61)), "--dry-run")
    shown = zaindu(*command, env={"COLUMNS": columns}).stdout
    assert "…" not in shown
    for whole in (PCE, "2026-01-05 06:00", "2026-01-07 06:00", "energie", "jf-gas", "24 h"):
        assert whole in shown
    assert all(len(line.rstrip()) <= int(columns) for line in shown.splitlines() if "06:00" in line)


def test_a_file_of_nobody_is_shown_with_what_to_type(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    text = config.read_text(encoding="utf-8").replace(PCE, "11111111111111")
    config.write_text(text, encoding="utf-8")
    answer = run(zaindu, config, gas(tmp_path, 57))
    assert answer.returncode == 1
    assert "--meter" in answer.stderr
    assert f'device = "{PCE}"' in answer.stderr
    assert "energie" in answer.stdout
    assert run(zaindu, config, gas(tmp_path, 57), "--meter", "jf-gas").returncode == 0
    assert kept(config) == [57]


def test_a_point_without_data_does_not_hold_up_the_others(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    void = tmp_path / "void.csv"
    void.write_text("N° PCE;Date de relevé;Energie consommée (kWh)\n", encoding="utf-8")
    answer = run(zaindu, config, void, gas(tmp_path, 57, 61))
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("void.csv holds no reading\n2 readings of jf-gas are kept")
    alone = run(zaindu, config, void)
    assert (alone.returncode, "void.csv holds no reading" in alone.stderr) == (1, True)


def test_several_files_are_brought_or_none_of_them(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    good = gas(tmp_path, 57, name="a.json")
    bad = gas(tmp_path, "x", 61, name="b.json", first="2026-02-05")
    refused = run(zaindu, config, good, bad)
    assert (refused.returncode, kept(config)) == (1, [])
    assert "line 1: energie 'x' is not a number" in refused.stderr
    assert run(zaindu, config, good, bad, "--keep-good").returncode == 0
    assert kept(config) == [57, 61]


def test_an_archive_is_brought_file_by_file_and_strangers_are_named(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    path = tmp_path / "courrier.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lisez-moi.txt", "Bonjour")
        archive.write(gas(tmp_path, 57, name="a.json"), "janvier.json")
        archive.write(gas(tmp_path, 61, first="2026-02-05"), "février.json")
    answer = run(zaindu, config, path)
    assert answer.returncode == 0
    assert "lisez-moi.txt is of no known format: left out" in answer.stdout
    assert kept(config) == [57, 61]


def workbook(folder: Path) -> Path:
    book = openpyxl.Workbook()
    first = book["Sheet"]
    first.title = "2025"
    first.append(["Compteur", "x"])
    second = book.create_sheet("2026")
    for row in (
        ["Relevé du compteur"],
        ["Date", "Heure", "Index"],
        ["20/01/2026", "07:00", "1 234,5"],
        [datetime(2026, 1, 21), None, 1240.25],  # noqa: DTZ001 (a cell has no zone)
    ):
        second.append(row)
    second["B4"] = datetime(2026, 1, 21, 7).time()  # noqa: DTZ001
    box = io.BytesIO()
    book.save(box)
    path = folder / "relevés.xlsx"
    path.write_bytes(box.getvalue())
    return path


TABLE = ("--time-column", "Date", "--value-column", "Index", "--unit", "kWh")


def test_a_workbook_of_yours_is_read_by_its_columns_and_sheet(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    path = workbook(tmp_path)
    command = (path, "--meter", "jf-elec", *TABLE, "--accumulation", "cumulative")
    unsaid = run(zaindu, config, *command)
    assert unsaid.returncode == 1
    assert "2025: there is no column 'Date'" in unsaid.stderr
    wrong = run(zaindu, config, *command, "--sheet", "2027")
    assert "has no sheet '2027'" in wrong.stderr
    assert run(zaindu, config, *command, "--sheet", "2026").returncode == 0
    assert kept(config, "jf-elec", "energy.file") == [1234.5, 1240.25]


def test_a_table_without_its_columns_asks_for_them(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("Heure;Bâtiment A\n2026-01-20 00:00;1\n")
    nothing = run(zaindu, config, path, "--meter", "jf-elec")
    assert nothing.returncode == 1
    assert "'Heure', 'Bâtiment A'" in nothing.stderr
    assert "--time-column" in nothing.stderr
    tried = run(zaindu, config, path, "--dry-run")
    assert tried.returncode == 0
    assert "mine.csv is of no format that is known" in tried.stdout
    assert "'Heure', 'Bâtiment A'" in tried.stdout
    half = run(zaindu, config, path, "--meter", "jf-elec", "--time-column", "Heure")
    assert half.returncode == 2
    assert "needs --value-column, --unit, --accumulation as well" in half.stderr


@pytest.mark.parametrize(
    ("option", "code", "hint"),
    [
        (("--format", "grdf-adit"), 2, "did you mean 'grdf-adict'?"),
        (("--format", "green-button"), 1, "no whole XML"),
        (("--point", "999"), 1, "not among the points asked for"),
        (("--meter", "jf-elec"), 1, "a point of natural_gas, and the meter counts electricity"),
        (("--meter", "jf-gaz"), 2, "did you mean 'jf-gas'?"),
        (("--register", "volume"), 1, "no register 'volume'"),
        (("--zone", "Mars/Olympus"), 2, "is not a time zone"),
    ],
)
def test_what_does_not_fit_the_file_is_said(
    zaindu: CommandLine, config: Path, tmp_path: Path, option: tuple[str, str], code: int, hint: str
) -> None:
    answer = run(zaindu, config, gas(tmp_path, 57), *option)
    assert hint in answer.stderr
    assert (answer.returncode, kept(config)) == (code, [])


def test_values_from_the_future_are_no_readings(
    zaindu: CommandLine, config: Path, tmp_path: Path
) -> None:
    answer = run(zaindu, config, gas(tmp_path, 57, first="2099-01-05"))
    assert answer.returncode == 1
    assert "dated in the future" in answer.stderr
    assert kept(config) == []
