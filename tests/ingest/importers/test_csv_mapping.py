"""A CSV that somebody mapped: nothing invented, nothing lost, nothing twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedFile
from domain.readings import Reading
from domain.registers import Accumulation, Quantity
from ingest.importers.csv_mapping import Column, CsvMapping, examine, read_csv
from ingest.importers.local_times import Stamp

EARLY = datetime.fromisoformat("2026-01-01")
PARIS = ZoneInfo("Europe/Paris")


def column(
    header: str = "Valeur",
    unit: str = "kWh",
    accumulation: Accumulation = Accumulation.DELTA,
    quantity: Quantity = Quantity.ENERGY,
) -> Column:
    return Column(
        header=header, meter_id="m", quantity=quantity, unit=unit, accumulation=accumulation
    )


def mapping(*columns: Column, **more: object) -> CsvMapping:
    values = {"time_headers": ("Horodate",), "zone": PARIS, **more}
    return CsvMapping(columns=columns or (column(),), **values)  # type: ignore[arg-type]


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "file.csv"
    path.write_bytes(text.encode(encoding))
    return path


def imported(path: Path, plan: CsvMapping, *, keep_good: bool = False) -> list[Reading]:
    return [r for batch in read_csv(path, plan, keep_good=keep_good, batch_size=7) for r in batch]


def local_day(first: datetime, minutes: int) -> list[str]:
    """Return the naive local starts of one local day's intervals."""
    start = first.replace(tzinfo=PARIS).astimezone(UTC)
    after = (first + timedelta(days=1)).replace(tzinfo=PARIS).astimezone(UTC)
    count = int((after - start) / timedelta(minutes=minutes))
    stamps = (start + timedelta(minutes=minutes) * n for n in range(count))
    return [f"{stamp.astimezone(PARIS):%d/%m/%Y %H:%M}" for stamp in stamps]


def test_a_french_export_with_mark_and_comma_is_read_as_written(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Compteur école;;\nHorodate;Valeur;Unité\n"
        "20/01/2026 07:00;1 234,5;kWh\n20/01/2026 08:00;0,25;kWh\n",
        "utf-8-sig",
    )
    first, second = imported(path, mapping())
    assert first.taken_at == datetime(2026, 1, 20, 6, tzinfo=UTC)
    assert (first.value, second.value) == (1234.5, 0.25)
    assert (first.register, first.duration_s) == ("energy_delta.file", 3600)
    assert first.source == "file:csv"


def test_two_columns_of_the_wanted_name_are_refused_rather_than_one_of_them_taken(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "Horodate;Valeur;valeur\n20/01/2026 07:00;1;2\n")
    with pytest.raises(RejectedFile, match="two columns are called 'Valeur'"):
        examine(path, mapping())


def test_what_excel_wrote_in_french_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "Date;Énergie été\n2026-07-01 00:00;1,5\n", "cp1252")
    plan = mapping(column("énergie été"), time_headers=("date",), step=timedelta(hours=1))
    assert [r.value for r in imported(path, plan)] == [1.5]


def test_a_load_curve_in_watts_stamped_at_its_end_becomes_energy(tmp_path: Path) -> None:
    path = written(
        tmp_path, "Horodate;Valeur\n2026-01-20T00:30:00+01:00;476\n2026-01-20T01:00:00+01:00;500\n"
    )
    plan = mapping(column(unit="W"), stamp=Stamp.END)
    first, second = imported(path, plan)
    assert first.taken_at == datetime(2026, 1, 19, 23, 0, tzinfo=UTC)
    assert first.value == pytest.approx(0.238)
    assert second.duration_s == 1800


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2026-03-29", 23),
        ("2026-10-25", 25),
        ("2026-01-20", 24),
    ],
)
@pytest.mark.parametrize("minutes", [10, 30, 60])
@pytest.mark.parametrize("descending", [False, True])
def test_a_day_of_naive_local_times_has_its_own_number_of_hours(
    tmp_path: Path, day: str, hours: int, minutes: int, *, descending: bool
) -> None:
    midnight = datetime.fromisoformat(day)
    stamps = local_day(midnight, minutes)
    assert len(stamps) == hours * 60 // minutes
    if descending:
        stamps.reverse()
    path = written(tmp_path, "Horodate,Valeur\n" + "".join(f"{s},1\n" for s in stamps))
    readings = sorted(imported(path, mapping()), key=lambda r: r.taken_at)
    assert len({r.taken_at for r in readings}) == len(stamps)
    assert sum(r.duration_s for r in readings) == hours * 3600
    assert readings[0].taken_at == midnight.replace(tzinfo=PARIS).astimezone(UTC)


def test_end_stamps_of_octobers_long_day_are_told_apart_by_order(tmp_path: Path) -> None:
    walls = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00", "03:30"]
    path = written(tmp_path, "Horodate;Valeur\n" + "".join(f"2026-10-25 {w};1\n" for w in walls))
    readings = imported(path, mapping(stamp=Stamp.END))
    starts = [r.taken_at.strftime("%H:%M") for r in readings]
    assert starts == ["23:00", "23:30", "00:00", "00:30", "01:00", "01:30", "02:00"]


def test_an_hour_that_never_was_is_named(tmp_path: Path) -> None:
    path = written(
        tmp_path, "Horodate;Valeur\n2026-03-29 01:30;1\n2026-03-29 02:30;1\n2026-03-29 03:30;1\n"
    )
    with pytest.raises(RejectedFile, match=r"line 3: '2026-03-29 02:30' never was") as refusal:
        imported(path, mapping())
    assert len(refusal.value.problems) == 1
    assert len(imported(path, mapping(), keep_good=True)) == 2


def test_midnight_written_as_24_00_is_the_next_day(tmp_path: Path) -> None:
    path = written(tmp_path, "Jour;Heure;Valeur\n31/12/2025;23:00;1\n31/12/2025;24:00;2\n")
    plan = mapping(time_headers=("Jour", "Heure"), stamp=Stamp.END)
    assert [r.taken_at.hour for r in imported(path, plan)] == [21, 22]


def test_blank_is_not_zero(tmp_path: Path) -> None:
    path = written(
        tmp_path, "Horodate;Valeur\n2026-01-20 00:00;1\n2026-01-20 01:00;\n2026-01-20 02:00;0\n"
    )
    found = examine(path, mapping())
    assert (found.rows, found.readings, found.blanks, found.bad_lines) == (3, 2, 1, 0)
    assert [r.value for r in imported(path, mapping())] == [1, 0]


def test_a_gap_does_not_stretch_the_interval_before_it(tmp_path: Path) -> None:
    hours = [0, 1, 2, 3, 9, 10]
    path = written(
        tmp_path, "Horodate;Valeur\n" + "".join(f"2026-01-20 {h:02}:00;1\n" for h in hours)
    )
    assert {r.duration_s for r in imported(path, mapping())} == {3600}


def test_a_step_that_changes_inside_a_file_is_followed(tmp_path: Path) -> None:
    hourly = [f"2026-01-20 {h:02}:00" for h in range(12)]
    half_hourly = [f"2026-01-20 {h:02}:{m:02}" for h in range(12, 24) for m in (0, 30)]
    text = "".join(f"{stamp};1\n" for stamp in hourly + half_hourly)
    readings = imported(written(tmp_path, "Horodate;Valeur\n" + text), mapping())
    assert sum(r.duration_s for r in readings) == 24 * 3600


def test_days_last_from_midnight_to_midnight(tmp_path: Path) -> None:
    days = "".join(f"2026-10-{day};10\n" for day in range(22, 29))
    readings = imported(written(tmp_path, "Horodate;Valeur\n" + days), mapping())
    assert [r.duration_s / 3600 for r in readings[:5]] == [24, 24, 24, 25, 24]


def test_an_index_is_kept_at_its_own_instant(tmp_path: Path) -> None:
    path = written(tmp_path, "Horodate,Index\n2026-01-20 00:00,1500000\n")
    (reading,) = imported(
        path, mapping(column("Index", "Wh", Accumulation.CUMULATIVE), stamp=Stamp.END)
    )
    assert (reading.register, reading.value, reading.duration_s) == ("energy.file", 1500.0, 0)
    assert reading.taken_at == datetime(2026, 1, 19, 23, tzinfo=UTC)


def test_two_columns_fill_two_registers_in_their_own_units(tmp_path: Path) -> None:
    path = written(tmp_path, "Horodate\tEau\tExtérieur\n2026-01-20 00:00\t845213\t50\n")
    readings = imported(
        path,
        mapping(
            column("eau", "L", Accumulation.CUMULATIVE, Quantity.VOLUME),
            column("exterieur", "degF", Accumulation.INSTANTANEOUS, Quantity.TEMPERATURE),
        ),
    )
    assert [r.register for r in readings] == ["volume.file", "temperature.file"]
    assert [r.value for r in readings] == [pytest.approx(845.213), pytest.approx(10)]


def test_a_mistyped_column_is_answered_with_the_nearest(tmp_path: Path) -> None:
    path = written(tmp_path, "Horodate;Valeur\n2026-01-20 00:00;1\n")
    with pytest.raises(RejectedFile, match="no column 'Valeurs'; did you mean 'Valeur'"):
        examine(path, mapping(column("Valeurs")))


def test_nothing_is_imported_from_a_file_with_a_bad_line(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Horodate;Valeur\n2026-01-20 00:00;1\nhier;2\n2026-01-20 01:00;beaucoup\n"
        "2026-01-20 02:00\n2026-01-20 02:00;3\n2026-01-20 02:00;3\n2026-01-20 03:00;4\n",
    )
    with pytest.raises(RejectedFile) as refusal:
        next(read_csv(path, mapping()))
    assert refusal.value.problems == (
        "line 3: 'hier' is not a date",
        "line 4: 'beaucoup' is not a number",
        "line 5: it has 1 cells, the header 2",
        "line 6: '2026-01-20 02:00' comes again",
        "line 7: '2026-01-20 02:00' comes again",
    )
    assert [r.value for r in imported(path, mapping(), keep_good=True)] == [1, 4]


def test_a_file_that_is_not_there_is_refused_kindly(tmp_path: Path) -> None:
    with pytest.raises(RejectedFile, match="cannot be read"):
        examine(tmp_path / "none.csv", mapping())


def test_one_interval_alone_does_not_tell_its_length(tmp_path: Path) -> None:
    path = written(tmp_path, "Horodate;Valeur\n2026-01-20 00:00;1\n")
    for keep_good in (False, True):
        with pytest.raises(RejectedFile, match="give the step"):
            imported(path, mapping(), keep_good=keep_good)
    assert imported(path, mapping(step=timedelta(hours=1)))[0].duration_s == 3600


@pytest.mark.parametrize("unit", ["m3", "beers"])
def test_a_unit_that_does_not_fit_is_refused_at_once(unit: str) -> None:
    with pytest.raises(ValueError, match="is not measured in"):
        column(unit=unit)


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    rows = "".join(f"{EARLY + timedelta(hours=n):%Y-%m-%d %H:%M};1\n" for n in range(2000))
    path = written(tmp_path, "Horodate;Valeur\n" + rows)
    told: list[tuple[int, int]] = []
    examine(path, mapping(zone=ZoneInfo("UTC")), lambda done, total: told.append((done, total)))
    assert told[-1] == (path.stat().st_size, path.stat().st_size)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 10**7), min_size=2, max_size=40),
    st.sampled_from([";", ",", "\t", "|"]),
    st.sampled_from([",", "."]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_however_it_is_written_the_sum_is_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    thousandths: list[int],
    separator: str,
    decimal: str,
    encoding: str,
) -> None:
    def cell(number: int) -> str:
        text = f"{number / 1000:.3f}".replace(".", decimal)
        return f'"{text}"' if separator == decimal else text

    rows = [
        f"{EARLY + timedelta(hours=n):%Y-%m-%d %H:%M}{separator}{cell(number)}"
        for n, number in enumerate(thousandths)
    ]
    path = written(
        tmp_path_factory.mktemp("csv"),
        "\r\n".join([f"Horodate{separator}Énergie", *rows]),
        encoding,
    )
    readings = imported(path, mapping(column("energie")))
    assert sum(r.value for r in readings) == pytest.approx(sum(thousandths) / 1000)


cells = st.sampled_from(
    [
        "2026-01-20 00:00", "2026-10-25 02:30", "29/03/2026 02:30", "0001-01-01 00:00",
        "9999-12-31 24:00", "31/12/2026 24:00", "2026-01-20T00:00:00+01:00", "1e400", "-", "",
        "1,5", "1.5", "1.234.567,8", '"', "\x00", "NaN", "١", "Total",
    ]
) | st.text(max_size=12)  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(st.lists(cells, max_size=4), max_size=12),
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from(["utf-8", "utf-16", "latin-1"]),
    st.sampled_from([Stamp.START, Stamp.END]),
)
def test_any_file_gives_readings_or_says_why_not(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    separator: str,
    encoding: str,
    stamp: Stamp,
) -> None:
    path = tmp_path_factory.mktemp("csv") / "any.csv"
    lines = [["Horodate", "Valeur"], *rows]
    text = "\n".join(separator.join(line) for line in lines)
    path.write_bytes(text.encode(encoding, "replace"))
    try:
        readings = imported(path, mapping(stamp=stamp), keep_good=True)
    except RejectedFile as refusal:
        assert refusal.problems  # noqa: PT017 (either outcome is right)
    else:
        times = [reading.taken_at for reading in readings]
        assert len(set(times)) == len(times)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_readings_or_say_why_not(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.mktemp("csv") / "any.csv"
    path.write_bytes(b"Horodate;Valeur\n2026-01-20 00:00;1\n2026-01-20 01:00;1\n" + raw)
    assert len(imported(path, mapping(), keep_good=True)) >= 2


@pytest.mark.parametrize("scale", [0.0, float("nan"), float("inf"), 1e300])
def test_a_scale_that_is_none_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        Column(
            header="Valeur",
            meter_id="m",
            quantity=Quantity.ENERGY,
            unit="kWh",
            accumulation=Accumulation.DELTA,
            scale=scale,
        )


def test_a_lone_row_without_a_number_gives_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "Horodate;Valeur\n2026-01-20 00:00;\n")
    assert imported(path, mapping()) == []
