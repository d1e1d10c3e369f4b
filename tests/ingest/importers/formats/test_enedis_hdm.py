"""HDM: blocks of a heading and values, units left out, steps that change."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.errors import RejectedFile
from domain.registers import Accumulation, Quantity
from ingest.importers.formats import enedis_hdm
from ingest.importers.formats.enedis_hdm import FORMAT
from ingest.importers.formats.hdm_lines import read_lines
from ingest.importers.series import Report
from tests.ingest.importers.formats.reading import (
    LARGE,
    LINKY,
    LONG_DAY,
    PLAIN_DAY,
    SHORT_DAY,
    instants,
    read,
    utc,
    written,
)

NAMES = (
    "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
    "Grandeur metier;Etape metier;Unite;Pas en minutes"
)
EAS = ";".join([*(f"EAS F{n}" for n in range(1, 11)), *(f"EAS D{n}" for n in range(1, 5)), "EAS T"])


def block(
    rows: Iterable[str],
    *,
    point: str = LINKY,
    kind: str = "Courbe de charge",
    physical: str = "Energie active",
    business: str = "Consommation",
    unit: str = "W",
    step: str = "",
    columns: str = "Horodate;Valeur",
) -> str:
    values = f"{point};{kind};20/01/2026;21/01/2026;{physical};{business};Comptage Brut"
    return "\n".join([NAMES, f"{values};{unit};{step}", columns, *rows, ""])


def ends(starts: Iterable[datetime], minutes: int, watts: str = "600") -> list[str]:
    return [f"{written(at + timedelta(minutes=minutes))};{watts}" for at in starts]


def test_a_linky_curve_stamps_the_end_and_is_energy_of_the_half_hour() -> None:
    starts = list(instants(PLAIN_DAY, 30))
    found = read(FORMAT, "\ufeff" + block(ends(starts, 30)))
    assert found.rows("EA", LINKY) == dict.fromkeys(starts, 300)
    assert found.registers == {"EA": "Wh"}
    assert found.report.remarks == ["load curves: times taken as the end of their intervals"]


def test_a_large_point_s_curve_stamps_the_start_and_is_in_watts_though_no_unit_says_so() -> None:
    starts = list(instants(PLAIN_DAY, 10))
    found = read(FORMAT, block([f"{written(at)};18000" for at in starts], point=LARGE, unit=""))
    assert found.rows("EA", LARGE) == dict.fromkeys(starts, 3000)
    assert found.report.remarks == ["load curves: times taken as the start of their intervals"]


def test_somebody_s_word_on_stamps_is_followed_and_doubted_aloud() -> None:
    starts = list(instants(PLAIN_DAY, 30))
    found = read(FORMAT, block(ends(starts, 30)), stamp="start")
    assert min(found.rows("EA")) == starts[0] + timedelta(minutes=30)
    assert f"{LINKY}: its first and last times look like the end of intervals" in (
        found.report.remarks
    )


@pytest.mark.parametrize(("day", "count"), [(SHORT_DAY, 46), (LONG_DAY, 50)])
def test_the_days_that_change_are_whole(day: date, count: int) -> None:
    starts = list(instants(day, 30))
    found = read(FORMAT, block(ends(starts, 30)))
    assert list(found.rows("EA")) == starts
    assert len(starts) == count
    assert sum(found.durations("EA")) == count * 1800


@pytest.mark.parametrize("point", [LARGE, LINKY])
@pytest.mark.parametrize("day", [SHORT_DAY, LONG_DAY])
def test_naive_times_are_read_by_their_order(day: date, point: str) -> None:
    minutes = 10
    starts = list(instants(day, minutes))
    late = timedelta(minutes=minutes if point == LINKY else 0)
    rows = [f"{written(at + late)[:19]};600" for at in starts]
    found = read(FORMAT, block(rows, point=point))
    assert list(found.rows("EA")) == starts


def test_a_step_that_changes_inside_a_block_is_followed() -> None:
    hours = list(instants(PLAIN_DAY, 60))
    halves = list(instants(PLAIN_DAY + timedelta(days=1), 30))
    found = read(FORMAT, block(ends(hours, 60) + ends(halves, 30)))
    assert found.rows("EA") == {**dict.fromkeys(hours, 600), **dict.fromkeys(halves, 300)}
    assert f"{LINKY}: its step changes (30, 60 min)" in found.report.remarks


def test_a_step_that_changes_across_a_gap_is_the_one_that_follows() -> None:
    hours = list(instants(PLAIN_DAY, 60))
    halves = list(instants(PLAIN_DAY + timedelta(days=2), 30))
    found = read(FORMAT, block(ends(hours, 60) + ends(halves, 30)))
    assert found.durations("EA") == [3600] * len(hours) + [1800] * len(halves)


def test_a_large_number_recorded_by_a_linky_stamps_the_end() -> None:
    starts = list(instants(PLAIN_DAY, 30))
    found = read(FORMAT, block(ends(starts, 30), point=LARGE))
    assert list(found.rows("EA")) == starts


def test_a_gap_does_not_stretch_the_interval_beside_it() -> None:
    starts = list(instants(PLAIN_DAY, 30))
    del starts[10:11], starts[20:24]
    found = read(FORMAT, block(ends(starts, 30)))
    assert found.rows("EA") == dict.fromkeys(starts, 300)


def test_a_midnight_that_is_left_out_leaves_the_hour_after_it_an_hour() -> None:
    starts = list(instants(PLAIN_DAY, 60, days=2))
    del starts[23]
    found = read(FORMAT, block(ends(starts, 60)))
    assert set(found.durations("EA")) == {3600}


def test_a_blank_is_unknown_and_not_zero() -> None:
    starts = list(instants(PLAIN_DAY, 30))
    rows = ends(starts[:10], 30) + ends(starts[10:20], 30, "") + ends(starts[20:], 30, "0")
    found = read(FORMAT, block(rows))
    assert sorted(found.rows("EA")) == starts[:10] + starts[20:]
    assert (found.report.rows, found.report.blanks, found.report.bad_lines) == (48, 10, 0)


def test_bad_lines_are_named_with_their_numbers_and_the_others_read() -> None:
    starts = list(instants(PLAIN_DAY, 30))
    rows = ends(starts, 30)
    rows[3], rows[10], rows[20] = "hier;600", rows[10][:25] + ";beaucoup", "quoi"
    rows.insert(30, "")
    found = read(FORMAT, block(rows))
    assert found.report.problems == [
        "line 7: 'hier' is not a date and time",
        "line 14: 'beaucoup' is not a number",
        "line 24: 'quoi' is no time and value",
    ]
    assert sorted(found.rows("EA")) == starts[:3] + starts[4:10] + starts[11:20] + starts[21:]
    assert found.report.rows == 48


def test_an_odd_line_among_usual_ones_is_read_all_the_same() -> None:
    starts = list(instants(PLAIN_DAY, 30))
    rows = ends(starts, 30)
    rows[1] = f'"{rows[1][:25]}";" 600,0 "'
    rows[2] = rows[2].replace("+01:00", ".000+01:00") + ";R;"
    rows[3] = f"{starts[4]:%Y-%m-%dT%H:%M:%S}Z;600"
    found = read(FORMAT, block(rows))
    assert found.report.problems == []
    assert found.rows("EA") == dict.fromkeys(starts, 300)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("value", ["600", "600.0", "600,00", "+600", "6e2"])
def test_line_ends_and_decimal_marks_change_nothing(ending: str, value: str) -> None:
    starts = list(instants(PLAIN_DAY, 30))
    text = block(ends(starts, 30, value)).replace("\n", ending).rstrip()
    assert read(FORMAT, text).rows("EA") == dict.fromkeys(starts, 300)


def test_rows_that_a_spreadsheet_made_equally_long_are_the_same_curve() -> None:
    starts = list(instants(PLAIN_DAY, 30))
    lines = block(ends(starts, 30)).rstrip().split("\n")
    whole = "\n".join(line + ";" * (8 - line.count(";")) for line in lines)
    found = read(FORMAT, whole)
    assert found.rows("EA", LINKY) == dict.fromkeys(starts, 300)
    assert found.registers == {"EA": "Wh"}


@pytest.mark.parametrize("sign", ["\t", ","])
@pytest.mark.parametrize("value", ["600", "600,0"])
def test_a_curve_kept_again_with_tabs_or_commas_is_the_same(sign: str, value: str) -> None:
    starts = list(instants(PLAIN_DAY, 30))
    lines = block(ends(starts, 30, value), kind="Courbe de charge").split("\n")
    cells = [[f'"{c}"' if "," in c else c for c in line.split(";")] for line in lines]
    found = read(FORMAT, "\n".join(sign.join(row) for row in cells))
    assert FORMAT.recognises(sign.join(cells[0]).encode())
    assert found.rows("EA", LINKY) == dict.fromkeys(starts, 300)


def test_a_heading_that_excel_kept_in_its_own_encoding_tells_days_from_a_curve() -> None:
    rows = [f"2026-01-{day}T00:00:00+01:00;9000" for day in (20, 21)]
    text = block(rows, kind="Énergie quotidienne", unit="Wh").replace("donnees", "données")
    assert FORMAT.recognises(text.encode("cp1252"))
    assert read(FORMAT, text.encode("cp1252")).registers == {"EA P1D": "Wh"}


def test_days_whose_column_names_its_unit_say_which_way_they_went() -> None:
    names = "Identifiant PRM;Type de donnees;Date de debut;Date de fin"
    kind = f"{LINKY};Injection quotidienne;20/01/2026;21/01/2026"
    text = "\n".join([names, kind, "", "Date;Valeur (en kWh)", "2026-01-20;12,5", ""])
    found = read(FORMAT, text)
    assert found.registers == {"EA PROD P1D": "kWh"}
    assert found.rows("EA PROD P1D") == {utc("2026-01-19T23:00Z"): 12.5}


def test_the_hour_that_march_skips_may_stand_there_blank() -> None:
    hours = [f"2026-03-29 {n // 2:02}:{n % 2 * 30:02}:00" for n in range(1, 48)]
    found = read(FORMAT, block([f"{at};{'' if ' 02:' in at else '600'}" for at in hours]))
    assert (found.report.blanks, found.report.problems) == (2, [])
    assert list(found.rows("EA")) == list(instants(SHORT_DAY, 30))[:45]


def test_a_number_no_meter_counts_to_is_named() -> None:
    starts = list(instants(PLAIN_DAY, 30))
    rows = ends(starts, 30)
    rows[0], rows[1] = rows[0][:26] + "9" * 16, rows[1][:26] + "0" * 17 + "600"
    found = read(FORMAT, block(rows))
    assert found.report.problems == ["line 4: '9999999999999999' is too large"]
    assert found.rows("EA") == dict.fromkeys(starts[1:], 300)


def test_only_a_line_that_begins_so_begins_a_block() -> None:
    starts = list(instants(PLAIN_DAY, 30))
    rows = [*ends(starts, 30), "fin;Identifiant PRM"]
    found = read(FORMAT, block(rows))
    assert found.report.problems == ["line 52: 'Identifiant PRM' is not a number"]
    assert len(found.rows("EA")) == 48


def test_lines_that_come_again_are_harmless() -> None:
    starts = list(instants(PLAIN_DAY, 30))
    rows = [row for row in ends(starts, 30) for _ in range(4)]
    found = read(FORMAT, block(rows))
    assert found.rows("EA") == dict.fromkeys(starts, 300)
    assert f"{LINKY}: 144 times come again; the last counts" in found.report.remarks


def test_a_file_that_overlaps_another_gives_the_same_rows() -> None:
    starts = list(instants(PLAIN_DAY, 30, days=3))
    whole = read(FORMAT, block(ends(starts, 30))).rows("EA")
    part = read(FORMAT, block(ends(starts[40:90], 30))).rows("EA")
    assert part.items() <= whole.items()


def test_the_newest_first_is_read_as_well() -> None:
    starts = list(instants(LONG_DAY, 30))
    rows = [row[:19] + row[25:] for row in reversed(ends(starts, 30))]
    found = read(FORMAT, block(rows))
    assert sorted(found.rows("EA")) == starts
    assert set(found.rows("EA").values()) == {300}


def test_blocks_of_several_points_and_segments_follow_one_another() -> None:
    starts = list(instants(PLAIN_DAY, 10))
    large = block([f"{written(at)};600" for at in starts], point=LARGE, unit="")
    found = read(FORMAT, large + "\n" + block(ends(starts, 10)))
    assert found.rows("EA", LARGE) == found.rows("EA", LINKY) == dict.fromkeys(starts, 100)


def test_what_is_fed_in_has_its_own_register() -> None:
    found = read(FORMAT, block(ends(instants(PLAIN_DAY, 30), 30), business="Production"))
    assert list(found.registers) == ["EA PROD"]


def test_reactive_energy_is_left_out_and_said() -> None:
    rows = ends(instants(PLAIN_DAY, 30), 30)
    found = read(FORMAT, block(rows, physical="Energie réactive inductive", unit="VAr"))
    assert found.series == []
    assert "energie reactive inductive in VAr left out" in found.report.remarks[0]


def test_one_interval_alone_needs_its_step() -> None:
    (row, *_) = ends(instants(PLAIN_DAY, 30), 30)
    found = read(FORMAT, block([row]))
    assert found.report.problems == [
        "line 4: one interval alone does not tell how long it lasts (Pas en minutes)"
    ]
    assert read(FORMAT, block([row], step="30")).durations("EA") == [1800]


INDEXES = block(
    [
        "2026-01-19T23:00:00+01:00;Arrêté quotidien;1000;200;;;;;;;;;900;300;;;1200",
        "2026-01-20T23:00:00+01:00;Arrêté quotidien;;;;;;;;;;;;;;;",
        "2026-01-21T23:00:00+01:00;Arrêté quotidien;1010;201;;;;;;;;;905;306;;;1211",
        "Periode;Identifiant calendrier fournisseur;Libelle calendrier fournisseur",
        "Du 2026-01-01T00:00:00+01:00 au;FC000165;Base;BASE;Base;EAS F1",
    ],
    kind="Index",
    unit="",
    columns=f"Horodate;Type de releve;{EAS}",
)


def test_indexes_are_kept_by_class_and_in_all() -> None:
    found = read(FORMAT, INDEXES)
    assert found.registers == dict.fromkeys(
        ["EA F F1", "EA F F2", "EA D D1", "EA D D2", "EA T"], "Wh"
    )
    assert found.rows("EA T") == {
        utc("2026-01-19T23:00:00+01:00"): 1200,
        utc("2026-01-21T23:00:00+01:00"): 1211,
    }
    assert {s.accumulation for s in found.series} == {Accumulation.CUMULATIVE}
    assert (found.report.blanks, found.report.bad_lines) == (1, 0)


def test_a_bad_row_of_indexes_is_named_once_and_nothing_of_it_kept() -> None:
    text = INDEXES.replace(";1010;201;", ";1010;many;").replace(";1000;200", ";1000")
    text = text.replace("2026-01-20T23", "2026-01-20T25").replace("25:00:00+01:00;", "25;")
    found = read(FORMAT, text)
    assert found.report.problems == [
        "line 4: it has 16 cells, the header 17",
        "line 5: '2026-01-20T25' is not a date",
        "line 6: 'many' is not a number",
    ]
    assert found.series == []


def test_highest_powers_keep_the_minute_they_were_reached() -> None:
    text = block(
        ["2026-01-20T08:18:09+01:00;5125", "2026-01-21T00:00:00+01:00;"],
        kind="Puissance maximale quotidienne",
        physical="Puissance maximale atteinte",
        unit="",
    )
    found = read(FORMAT, text)
    assert found.rows("PMA") == {utc("2026-01-20T08:18:09+01:00"): 5125}
    assert found.series[0].quantity is Quantity.APPARENT_POWER
    assert found.report.remarks == []


@pytest.mark.parametrize("kind", ["Consommation quotidienne", "Consommation", "Energie"])
def test_the_portal_s_days_last_from_midnight_to_midnight(kind: str) -> None:
    days = [LONG_DAY + timedelta(days=n) for n in range(-1, 3)]
    text = block([f"{day}T00:00:00+01:00;24000" for day in days], kind=kind, unit="Wh")
    found = read(FORMAT, text)
    assert [length / 3600 for length in found.durations("EA P1D")] == [24, 25, 24, 24]
    assert list(found.rows("EA P1D")) == [next(instants(day, 60)) for day in days]
    assert set(found.rows("EA P1D").values()) == {24000}


def test_a_day_that_winter_s_hour_dates_the_evening_before_is_the_day_it_means() -> None:
    rows = [f"2026-07-{day:02}T23:00:00+01:00;24000" for day in (9, 10)]
    found = read(FORMAT, block(rows, kind="Consommation quotidienne", unit=""))
    assert found.registers == {"EA P1D": "Wh"}
    assert found.rows("EA P1D") == {
        utc("2026-07-10T00:00:00+02:00"): 24000,
        utc("2026-07-11T00:00:00+02:00"): 24000,
    }


def test_months_are_left_out_and_said() -> None:
    text = block(["2026-01-01T00:00:00+01:00;900"], kind="Consommation mensuelle", unit="kWh")
    found = read(FORMAT, text)
    assert found.series == []
    assert len(found.report.remarks) == 1


@pytest.mark.parametrize(
    "text", [f"{NAMES}\nx;y\nDate;Valeur\n", "bonjour\n" + NAMES, "x" * 100_000]
)
def test_what_is_no_block_is_refused_with_the_line(text: str) -> None:
    with pytest.raises(RejectedFile, match=r"^line \d"):
        read(FORMAT, text)


def test_a_heading_without_values_gives_nothing() -> None:
    assert read(FORMAT, NAMES + "\n").series == []
    assert read(FORMAT, block([])).series == []


def test_a_point_s_three_years_come_in_parts_no_longer_than_a_year() -> None:
    starts = list(instants(date(2024, 1, 1), 30, days=1100))
    found = read(FORMAT, block(ends(starts, 30)))
    assert [len(s.value) for s in found.series] == [52_560, len(starts) - 52_560]
    assert list(found.rows("EA")) == starts


@pytest.mark.parametrize("size", [7, 64, 1000])
def test_however_the_file_is_cut_into_pieces_it_reads_the_same(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    starts = list(instants(PLAIN_DAY, 30))
    text = block(ends(starts, 30)) + block(["hier;1", *ends(starts, 30)], point=LARGE)
    whole = read(FORMAT, "\ufeff" + text)
    monkeypatch.setattr(enedis_hdm, "_CHUNK", size)
    cut = read(FORMAT, "\ufeff" + text)
    assert cut.report == whole.report
    assert cut.rows("EA") == whole.rows("EA")


curves = st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=50, max_size=50)


@settings(deadline=None, max_examples=60)
@given(
    curves,
    st.sampled_from([SHORT_DAY, LONG_DAY]),
    st.sampled_from([LARGE, LINKY]),
    st.sampled_from(["", ",", "."]),
    st.booleans(),
)
def test_what_was_written_is_the_same_energy_at_every_instant(
    tenths: list[int | None], day: date, point: str, mark: str, naive: bool
) -> None:
    minutes = 10 if point == LARGE else 30
    late = timedelta(minutes=0 if point == LARGE else minutes)
    rows, expected = [], {}
    for at, value in zip(instants(day, minutes), tenths * 3, strict=False):
        cell = "" if value is None else f"{value // 10}{mark}{value % 10}"
        stamp = written(at + late)
        rows.append(f"{stamp[:19] if naive else stamp};{cell}")
        if value is not None:
            watts = value if not mark else value / 10
            expected[at] = pytest.approx(watts * minutes / 60)
    assert read(FORMAT, block(rows, point=point)).rows("EA") == expected


cells = st.sampled_from(
    [
        "2026-01-20T00:00:00+01:00", "2026-01-20T00:00:00", "2026-13-20T00:00:00+01:00",
        "2026-02-29T00:00:00+01:00", "2024-02-29T23:59:59-09:30", "20/01/2026 24:00", "",
        "12", "-3,5", "1.5", "1,5,2", ".5", "5.", "1 000", "9" * 20, "0000000000000001", "nan",
    ]
) | st.text(max_size=6)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(cells, cells).map(";".join), min_size=1, max_size=6))
@example(["2024-02-29T23:59:59-09:30;1.5", "2026-01-20T00:00:00+01:00;"])
def test_lines_in_bulk_are_read_as_one_by_one(lines: list[str]) -> None:
    lines = [line.replace("\n", "").replace("\r", "") for line in lines]
    usual = b"2026-01-20T00:00:00+01:00;1\n"
    in_bulk, one_by_one = Report(), Report()
    raw = [line.encode("utf-8", "replace") for line in lines]
    fast = read_lines(usual + b"\n".join(raw), 1, in_bulk)
    # One more cell makes every line an odd one, that is read by itself.
    slow = read_lines(usual + b"".join(line + b";\n" for line in raw), 1, one_by_one)
    assert in_bulk == one_by_one
    np.testing.assert_array_equal(fast.value, slow.value)
    np.testing.assert_array_equal(fast.line, slow.line)
    np.testing.assert_array_equal(fast.stamps.wall_us, slow.stamps.wall_us)
    np.testing.assert_array_equal(fast.stamps.offset_us, slow.stamps.offset_us)
