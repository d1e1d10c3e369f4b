"""R63 to R67, in JSON and in CSV."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedFile
from domain.readings import Quality
from domain.registers import Accumulation
from ingest.importers.formats import enedis_r6x_csv, enedis_r6x_json
from tests.ingest.importers.formats.reading import (
    LARGE,
    LINKY,
    LONG_DAY,
    PARIS,
    PLAIN_DAY,
    SHORT_DAY,
    Found,
    instants,
    read,
    utc,
    written_naive,
)

HEADER = {"siDemandeur": "SGE", "codeFlux": "R63", "idDemande": "1", "format": "JSON"}
R63_CSV = (
    "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;"
    "Unité;Horodate;Valeur;Nature;Pas;Indice de vraisemblance;Etat complémentaire"
)
R64_CSV = (
    "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur metier;Etape metier;"
    "Unite;Horodate;Contexte de relève;Type de releve;Motif de relève;Grille;"
    "Identifiant calendrier;Libellé calendrier;Identifiant classe temporelle;"
    "Libellé classe temporelle;Cadran;Valeur;Indice de vraisemblance"
)
Point = dict[str, object]


def of_json(*measurements: object) -> Found:
    return read(enedis_r6x_json.FORMAT, json.dumps({"header": HEADER, "mesures": measurements}))


def measurement(
    points: list[Point],
    *,
    prm: str = LINKY,
    physical: str = "PA",
    unit: str = "W",
    business: str = "CONS",
    **more: object,
) -> Point:
    quantity = {"grandeurMetier": business, "grandeurPhysique": physical, "unite": unit}
    return {
        "idPrm": prm,
        "etapeMetier": "BRUT",
        "periode": {"dateDebut": "2026-01-20", "dateFin": "2026-01-21"},
        "grandeur": [{**quantity, "points": points}],
        **more,
    }


def half_hour(at: str, watts: object = "600", **more: object) -> Point:
    return {"v": watts, "d": at, "p": "PT30M", "n": "B", **more}


def of_csv(rows: list[str], header: str = R63_CSV) -> Found:
    return read(enedis_r6x_csv.FORMAT, "\ufeff" + "\r\n".join([header, *rows]))


def row(at: str, watts: str, *, prm: str = LINKY, nature: str = "B", step: str = "PT30M") -> str:
    return (
        f"{prm};2026-01-20 00:00:00;2026-01-21 00:00:00;PA;CONS;BRUT;W;{at};{watts};"
        f"{nature};{step};0;0"
    )


def test_a_linky_point_s_times_are_ends_and_a_large_one_s_are_starts() -> None:
    five = {"p": "PT5M"}
    found = of_json(
        measurement([half_hour("2026-01-20 00:30:00")]),
        measurement([half_hour("2026-01-20 00:00:00", "1200", **five)], prm=LARGE),
    )
    at = utc("2026-01-20T00:00:00+01:00")
    assert found.rows("EA", LINKY) == {at: 300}
    assert found.rows("EA", LARGE) == {at: 100}
    assert found.durations("EA") == [1800, 300]
    assert found.registers == {"EA": "Wh"}


def test_csv_and_json_of_one_curve_are_the_same_rows() -> None:
    starts = list(instants(PLAIN_DAY, 30))
    stamps = [written_naive(at + timedelta(minutes=30)) for at in starts]
    as_csv = of_csv([row(at, str(n)) for n, at in enumerate(stamps)])
    as_json = of_json(measurement([half_hour(at, str(n)) for n, at in enumerate(stamps)]))
    assert as_csv.rows("EA") == as_json.rows("EA")
    assert list(as_csv.rows("EA")) == starts


def test_a_file_that_a_spreadsheet_wrote_anew_keeps_its_unit_and_its_way() -> None:
    content = "\r\n".join(
        [R63_CSV, row("20/01/2026 00:30", "0,6").replace("CONS;BRUT;W", "PROD;BRUT;kW")]
    )
    found = read(enedis_r6x_csv.FORMAT, content.encode("cp1252"))
    ((at, energy),) = found.rows("EA PROD").items()
    assert (at, energy) == (utc("2026-01-20T00:00:00+01:00"), pytest.approx(0.3))
    assert found.series[0].unit == "kWh"


@pytest.mark.parametrize("step", ["PT5M", "PT10M", "PT15M", "PT30M", "PT60M"])
def test_every_step_makes_energy_of_its_length(step: str) -> None:
    minutes = int(step[2:-1])
    found = of_csv([row("2026-01-20 02:00:00", "60", step=step)])
    assert found.rows("EA") == {utc("2026-01-20T02:00+01:00") - timedelta(minutes=minutes): minutes}


@pytest.mark.parametrize(("day", "count"), [(SHORT_DAY, 46), (LONG_DAY, 50)])
@pytest.mark.parametrize("prm", [LARGE, LINKY])
def test_naive_times_of_the_days_that_change_are_told_by_order(
    day: date, count: int, prm: str
) -> None:
    minutes = 30 if prm == LINKY else 10
    starts = list(instants(day, minutes))
    late = timedelta(minutes=minutes if prm == LINKY else 0)
    step = f"PT{minutes}M"
    rows = [row(written_naive(at + late), "600", prm=prm, step=step) for at in starts]
    for order in (rows, rows[::-1]):
        found = of_csv(order)
        assert sorted(found.rows("EA")) == starts
        assert len(starts) == count * 30 // minutes
        assert found.report.problems == []


def test_points_told_hour_by_hour_are_as_when_one_follows_the_other() -> None:
    ends = [written_naive(at + timedelta(minutes=30)) for at in instants(LONG_DAY, 30)]
    prms = [f"{LINKY[:-1]}{n}" for n in range(3)]
    found = of_csv([row(at, "600", prm=prm) for at in ends for prm in prms])
    for prm in prms:
        assert found.rows("EA", prm) == dict.fromkeys(instants(LONG_DAY, 30), 300)
    assert len(found.series) == len(prms)


@pytest.mark.parametrize("sign", ["\t", ","])
def test_a_table_kept_again_with_tabs_or_commas_is_the_same(sign: str) -> None:
    lines = [R63_CSV, row("2026-01-20 00:30:00", "0,6"), row("2026-01-20 01:00:00", "0,6")]
    cells = [[f'"{c}"' if "," in c else c for c in line.split(";")] for line in lines]
    text = "\n".join(sign.join(line) for line in cells)
    assert enedis_r6x_csv.FORMAT.recognises(text.encode("cp1252"))
    assert list(read(enedis_r6x_csv.FORMAT, text.encode("cp1252")).rows("EA", LINKY).values()) == [
        0.3,
        0.3,
    ]


def test_the_hour_that_march_skips_may_stand_there_blank() -> None:
    found = of_csv([row("2026-03-29 01:30:00", "600"), row("2026-03-29 02:30:00", "")])
    assert (found.report.blanks, found.report.problems) == (1, [])


def test_a_point_without_data_has_an_empty_list_which_is_no_fault() -> None:
    found = read(enedis_r6x_json.FORMAT, json.dumps({"header": HEADER, "mesures": []}))
    assert (found.series, found.report.problems) == ([], [])


def test_an_hour_that_march_skips_is_named_with_its_line() -> None:
    found = of_csv(
        [
            row("2026-03-29 01:30:00", "600"),
            row("2026-03-29 02:30:00", "600"),
            row("2026-03-29 03:30:00", "600"),
        ]
    )
    assert found.report.problems == ["line 3: '2026-03-29 02:30:00' never was: clocks went on"]
    assert len(found.rows("EA")) == 2


def test_the_half_hour_that_ends_as_clocks_jump_is_there_by_either_name() -> None:
    for name in ("02:00:00", "03:00:00"):
        found = of_csv([row(f"2026-03-29 {name}", "600")])
        assert list(found.rows("EA")) == [utc("2026-03-29T01:30:00+01:00")]


@pytest.mark.parametrize(
    ("more", "quality"),
    [
        ({}, Quality.VALID),
        ({"n": "E"}, Quality.ESTIMATED),
        ({"n": "S"}, Quality.VALID),
        ({"tc": "F"}, Quality.ESTIMATED),
        ({"iv": 1}, Quality.QUESTIONABLE),
        ({"iv": None}, Quality.VALID),
        ({"n": "?"}, Quality.QUESTIONABLE),
    ],
)
def test_nature_completion_and_plausibility_make_the_quality(
    more: dict[str, object], quality: Quality
) -> None:
    found = of_json(measurement([half_hour("2026-01-20 00:30:00", "0", **more)]))
    assert found.qualities("EA") == [quality]


def test_blanks_are_unknown_and_bad_points_are_named() -> None:
    found = of_json(
        measurement(
            [
                half_hour("2026-01-20 00:30:00", ""),
                half_hour("2026-01-20 01:00:00", None),
                half_hour("2026-01-20 01:30:00", 0),
                half_hour("2026-01-20 02:00:00", "many"),
                half_hour("hier", "1"),
                half_hour("2026-01-20 03:00:00", "1", p="PT7M"),
                half_hour("2026-01-20 03:30:00", [1]),
                half_hour("2026-01-20 04:00:00", True),
            ]
        )
    )
    assert list(found.rows("EA").values()) == [0]
    assert (found.report.rows, found.report.blanks, found.report.bad_lines) == (8, 2, 5)
    assert "line 1: 'hier' is not a date and time" in found.report.problems


def test_reactive_power_and_voltage_are_left_out_and_said() -> None:
    found = of_json(
        measurement([half_hour("2026-01-20 00:30:00")], physical="PRI", unit="VAr"),
        measurement([half_hour("2026-01-20 00:30:00")], physical="E", unit="V"),
    )
    assert found.series == []
    assert len(found.report.remarks) == 2


def test_r65_energies_are_of_local_days() -> None:
    days = [{"v": "24000", "d": f"2026-10-{day}"} for day in (24, 25, 26)]
    found = of_json(measurement(days, physical="EA", unit="Wh", pas="P1D", modeCalcul="DIFF.INDEX"))
    assert [length / 3600 for length in found.durations("EA P1D")] == [24, 25, 24]
    assert min(found.rows("EA P1D")) == utc("2026-10-24T00:00:00+02:00")
    assert {s.accumulation for s in found.series} == {Accumulation.DELTA}


def test_r66_powers_keep_the_instant_they_were_reached() -> None:
    points: list[Point] = [{"v": "5125", "d": "2026-01-20 08:18:09"}]
    found = of_json(
        measurement(points, physical="PMA", unit="VA", pas="P1D"),
        measurement(points, physical="PMA1", unit="VA", pas="P1D"),
    )
    at = utc("2026-01-20T08:18:09+01:00")
    assert found.rows("PMA") == found.rows("PMA1") == {at: 5125}


def of_context(*classes: Point, physical: str = "EA", unit: str = "Wh", **more: object) -> Point:
    calendars = [{"idCalendrier": "DI000003", "classeTemporelle": list(classes)}]
    quantity = {"grandeurMetier": "CONS", "grandeurPhysique": physical, "unite": unit}
    return {
        "idPrm": LARGE,
        "periode": {"dateDebut": "2026-01-20", "dateFin": "2026-01-21"},
        "contexte": [
            {
                "etapeMetier": "BRUT",
                "contexteReleve": "COL",
                "grandeur": [{**quantity, "calendrier": calendars, **more}],
            }
        ],
    }


def test_r64_indexes_are_kept_by_grid_and_class_and_in_all() -> None:
    at = "2026-01-20T00:00:00+01:00"
    found = of_json(
        of_context(
            {"idClasseTemporelle": "HPH", "valeur": [{"d": at, "v": 1320, "iv": 0}]},
            cadranTotalisateur={"codeCadran": "EA", "valeur": [{"d": at, "v": 9000, "iv": None}]},
        )
    )
    assert found.rows("EA D HPH") == {utc(at): 1320}
    assert found.rows("EA T") == {utc(at): 9000}
    assert {s.accumulation for s in found.series} == {Accumulation.CUMULATIVE}


def test_r64_in_csv_is_the_same() -> None:
    start = f"{LARGE};2026-01-20;2026-01-21;EA;CONS;BRUT;Wh;2026-01-20T00:00:00+01:00;COL;AQ;"
    found = of_csv(
        [
            start + ";Distributeur;DI000003;4 postes;HPH;Heures pleines;01;1320;0",
            start + ";Distributeur;DI000003;4 postes;;;EA;9000;0",
        ],
        R64_CSV,
    )
    at = utc("2026-01-20T00:00:00+01:00")
    assert found.rows("EA D HPH") == {at: 1320}
    assert found.rows("EA T") == {at: 9000}


def bill(quantity: int, created: str, **more: object) -> Point:
    return {
        "dateCreation": created,
        "dbtMesure": "2026-10-01",
        "finMesure": "2026-11-01",
        "quantite": quantity,
        "codeNature": "R",
        "libelleNature": "Réelle",
        "codeStatut": "I",
        "libelleStatut": "Initiale",
        **more,
    }


def test_r67_bills_span_their_dates_and_the_rectified_one_counts() -> None:
    bills = [
        bill(500, "2026-11-10T00:00:00", codeStatut="R", codeNature="E"),
        bill(700, "2026-11-03T00:00:00"),
        bill(900, "2026-11-12T00:00:00", codeStatut="A"),
    ]
    found = of_json(of_context({"idClasseTemporelle": "HPH", "quantite": bills}, unit="kWh"))
    register = "EA FACT D HPH"
    assert found.rows(register) == {utc("2026-10-01T00:00:00+02:00"): 500}
    assert found.durations(register)[-1] == (31 * 24 + 1) * 3600
    assert found.qualities(register)[-1] is Quality.ESTIMATED
    assert found.report.remarks == ["cancelled bills left out"]


def test_a_bill_without_period_is_named() -> None:
    found = of_json(
        of_context({"idClasseTemporelle": "HPH", "quantite": [bill(1, "", finMesure="2026-10-01")]})
    )
    assert found.report.problems == ["line 1: '2026-10-01' to '2026-10-01' is no period"]


def test_several_points_come_one_after_the_other() -> None:
    at = "2026-01-20 00:30:00"
    found = of_csv([row(at, "1", prm="09000000000001"), row(at, "2", prm="09000000000002")])
    assert [s.point for s in found.series] == ["09000000000001", "09000000000002"]


def test_a_short_row_is_named_and_a_header_that_comes_again_is_none() -> None:
    found = of_csv([row("2026-01-20 00:30:00", "600"), "09;x", "", R63_CSV, "a;b"])
    assert found.report.problems == [
        "line 3: it has 2 cells, the header 13",
        "line 6: it has 2 cells, the header 13",
    ]
    assert len(found.rows("EA")) == 1


def test_a_measurement_without_point_is_named_with_its_line() -> None:
    text = '{"mesures": [\n{"idPrm": "", "grandeur": []},\n{"grandeur": []}]}'
    found = read(enedis_r6x_json.FORMAT, text)
    assert found.report.problems == [
        "line 2: a measurement names no point (idPrm)",
        "line 3: a measurement names no point (idPrm)",
    ]


@pytest.mark.parametrize("text", ["", "[]", '{"mesures": [', '{"mesures": [{"idPrm": 1,}]}', "x"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(RejectedFile):
        read(enedis_r6x_json.FORMAT, text)


def test_a_csv_of_another_kind_is_refused() -> None:
    with pytest.raises(RejectedFile, match="line 1: it is no header row"):
        read(enedis_r6x_csv.FORMAT, "date;value\n2026-01-20;1\n")


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 10**7)), min_size=150, max_size=150),
    st.sampled_from([SHORT_DAY, LONG_DAY]),
    st.sampled_from([LARGE, LINKY]),
    st.booleans(),
)
def test_what_was_written_is_the_same_energy_at_every_instant(
    watts: list[int | None], day: date, prm: str, in_csv: bool
) -> None:
    minutes = 10 if prm == LARGE else 30
    late = timedelta(minutes=0 if prm == LARGE else minutes)
    values = dict(zip(instants(day, minutes), watts, strict=False))
    cells = [
        (written_naive((at + late).astimezone(PARIS)), "" if watt is None else str(watt))
        for at, watt in values.items()
    ]
    step = f"PT{minutes}M"
    if in_csv:
        found = of_csv([row(at, cell, prm=prm, step=step) for at, cell in cells])
    else:
        points = [half_hour(at, cell, p=step) for at, cell in cells]
        found = of_json(measurement(points, prm=prm))
    assert found.rows("EA") == {
        at: pytest.approx(watt * minutes / 60) for at, watt in values.items() if watt is not None
    }
