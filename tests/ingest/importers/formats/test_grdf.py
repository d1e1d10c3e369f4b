"""GRDF: gas days, energies by higher calorific value, what is provisional and what is not."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedFile
from domain.readings import Quality
from ingest.importers.door import recognise
from ingest.importers.formats.grdf_adict import FORMAT as ADICT
from ingest.importers.formats.grdf_portal_json import FORMAT as PORTAL_JSON
from ingest.importers.formats.grdf_portal_table import FORMAT as PORTAL
from ingest.importers.series import Choices, Report
from tests.ingest.importers.reading import PARIS, read

PCE = "23000000000017"
VALID, ESTIMATED, DOUBTFUL = Quality.VALID, Quality.ESTIMATED, Quality.QUESTIONABLE


def morning(day: str) -> str:
    at = datetime.fromisoformat(f"{day}T06:00:00").replace(tzinfo=PARIS)
    return at.isoformat()


def adict(
    first: str,
    last: str,
    energy: object = 57,
    *,
    volume: object = 5,
    qualified: str = "Mesuré",
    status: str = "Définitive",
    flow: str = "Consommation",
    pce: str = PCE,
    index: object = None,
) -> dict[str, object]:
    """One document as ADICT writes it, from a gas morning to another."""
    return {
        "pce": {"id_pce": pce},
        "releve_fin": {"index_brut_fin": {"valeur_index": index, "horodate_Index": morning(last)}},
        "consommation": {
            "date_debut_consommation": morning(first),
            "date_fin_consommation": morning(last),
            "volume_brut": volume,
            "coeff_calcul": {"coeff_conversion": 11.31},
            "energie": energy,
            "type_qualif_conso": qualified,
            "sens_flux_gaz": flow,
            "statut_conso": status,
            "journee_gaziere": first,
        },
    }


def kept(folder: Path, *documents: object, name: str = "adict.json") -> Path:
    path = folder / name
    path.write_text("\n".join(json.dumps(d, ensure_ascii=False) for d in documents))
    return path


def test_adict_is_known_by_its_content(tmp_path: Path) -> None:
    assert recognise(kept(tmp_path, adict("2026-01-05", "2026-01-06"), name="a.txt")) is ADICT


def test_a_gas_day_lasts_from_six_to_six_local_time(tmp_path: Path) -> None:
    rows, report = read(ADICT, kept(tmp_path, adict("2026-01-05", "2026-01-06", 57, index=1325)))
    assert rows == {
        (PCE, "energie"): [("2026-01-05T05:00", 57, 86_400, VALID)],
        (PCE, "volume_brut"): [("2026-01-05T05:00", 5, 86_400, VALID)],
        (PCE, "index_brut"): [("2026-01-06T05:00", 1325, 0, VALID)],
    }
    assert (report.rows, report.bad_lines, report.remarks) == (1, 0, [])


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [("2026-03-28", "2026-03-29", 23), ("2026-10-24", "2026-10-25", 25)],
)
def test_a_gas_day_over_a_clock_change_has_its_own_length(
    tmp_path: Path, first: str, last: str, hours: int
) -> None:
    rows, _ = read(ADICT, kept(tmp_path, adict(first, last)))
    assert rows[PCE, "energie"][0][2] == hours * 3600


@pytest.mark.parametrize(
    ("qualified", "status", "of_energy", "of_volume"),
    [
        ("Mesuré", "Définitive", VALID, VALID),
        ("Mesuré", "Provisoire", ESTIMATED, VALID),
        ("Estimé", "Définitive", ESTIMATED, ESTIMATED),
        ("Corrigé", "Définitive", ESTIMATED, ESTIMATED),
        ("Deviné", "Définitive", ESTIMATED, ESTIMATED),
    ],
)
def test_quality_follows_what_grdf_says_of_a_day(
    tmp_path: Path, qualified: str, status: str, of_energy: Quality, of_volume: Quality
) -> None:
    path = kept(
        tmp_path, adict("2026-01-05", "2026-01-06", qualified=qualified, status=status, index=9)
    )
    rows, report = read(ADICT, path)
    assert rows[PCE, "energie"][0][3] == of_energy
    assert rows[PCE, "volume_brut"][0][3] == of_volume
    assert any("'Deviné'" in remark for remark in report.remarks) is (qualified == "Deviné")
    assert any("provisional" in remark for remark in report.remarks) is (status == "Provisoire")


@pytest.mark.parametrize("finals", [(0, 1), (1, 0)])
def test_the_final_energy_wins_whatever_the_order(tmp_path: Path, finals: tuple[int, int]) -> None:
    pair = (
        adict("2026-01-05", "2026-01-06", 55, status="Provisoire"),
        adict("2026-01-05", "2026-01-06", 57),
    )
    rows, _ = read(ADICT, kept(tmp_path, *(pair[n] for n in finals)))
    assert rows[PCE, "energie"] == [("2026-01-05T05:00", 57, 86_400, VALID)]


def test_days_are_not_counted_again_by_the_published_month(tmp_path: Path) -> None:
    first = date(2026, 1, 1)
    days = [
        adict(f"{first + timedelta(days=n)}", f"{first + timedelta(days=n + 1)}", 10)
        for n in range(31)
    ]
    months = [adict("2025-12-01", "2026-01-01", 400), adict("2026-01-01", "2026-02-01", 310)]
    rows, report = read(ADICT, kept(tmp_path, *months, *days))
    energies = rows[PCE, "energie"]
    assert sum(value for _, value, *_ in energies) == 400 + 310
    assert len(energies) == 1 + 31
    assert any("1 longer periods overlap" in remark for remark in report.remarks)


def test_a_day_without_data_is_blank_not_zero(tmp_path: Path) -> None:
    path = kept(
        tmp_path,
        adict("2026-01-05", "2026-01-06", None, volume=None, qualified="Absence de Données"),
        adict("2026-01-06", "2026-01-07", 0, volume=0),
    )
    rows, report = read(ADICT, path)
    assert report.blanks == 1
    assert [value for _, value, *_ in rows[PCE, "energie"]] == [0]


def test_biogas_given_to_the_network_is_told_apart(tmp_path: Path) -> None:
    rows, _ = read(
        ADICT,
        kept(
            tmp_path,
            adict("2026-01-05", "2026-01-06", 57),
            adict("2026-01-05", "2026-01-06", 900, flow="Injection"),
        ),
    )
    assert rows[PCE, "energie"][0][1] == 57
    assert rows[PCE, "energie injectée"][0][1] == 900


def test_two_meters_in_one_file_stay_apart(tmp_path: Path) -> None:
    other = "GI000123"
    rows, _ = read(
        ADICT,
        kept(
            tmp_path,
            adict("2026-01-05", "2026-01-06", 57),
            adict("2026-01-05", "2026-01-06", 12, pce=other),
        ),
    )
    assert rows[PCE, "energie"][0][1] == 57
    assert rows[other, "energie"][0][1] == 12


def test_a_bad_document_is_named_by_its_line_and_its_neighbours_are_kept(tmp_path: Path) -> None:
    path = kept(
        tmp_path,
        adict("2026-01-05", "2026-01-06"),
        adict("2026-01-06", "2026-01-07", "beaucoup"),
        adict("2026-01-08", "2026-01-07"),
        adict("2026-01-07", "2026-01-08"),
    )
    path.write_text(path.read_text() + "\n{cut")
    rows, report = read(ADICT, path)
    assert len(rows[PCE, "energie"]) == 2
    assert [problem[:7] for problem in report.problems] == ["line 2:", "line 3:", "line 5:"]


def test_an_array_of_documents_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "array.json"
    documents = [adict("2026-01-05", "2026-01-06"), adict("2026-01-06", "2026-01-07")]
    path.write_text(json.dumps(documents, indent=1))
    assert recognise(path) is ADICT
    rows, _ = read(ADICT, path)
    assert len(rows[PCE, "energie"]) == 2


def test_what_grdf_answers_instead_of_data_is_repeated(tmp_path: Path) -> None:
    refusal = {"code_statut_traitement": "1000008", "message_retour_traitement": "Droit absent"}
    _, report = read(ADICT, kept(tmp_path, adict("2026-01-05", "2026-01-06"), refusal))
    assert report.remarks == ["GRDF answered 1000008: Droit absent"]
    with pytest.raises(RejectedFile, match="no document holds a consumption"):
        read(ADICT, kept(tmp_path, refusal))


def portal_reading(day: str | None, **more: object) -> dict[str, object]:
    return {
        "dateDebutReleve": "2026-01-05T06:00:00+00:00",
        "dateFinReleve": "2026-02-05T06:00:00+00:00",
        "journeeGaziere": day,
        "indexDebut": 100,
        "indexFin": 105,
        "volumeBrutConsomme": 5,
        "energieConsomme": 57,
        "qualificationReleve": "Mesuré",
        "status": None,
        **more,
    }


@pytest.mark.parametrize("wrapped", [False, True])
def test_the_portals_json_gives_the_same_as_adict(tmp_path: Path, *, wrapped: bool) -> None:
    readings = [
        portal_reading("2026-01-05"),
        portal_reading("2026-01-06", indexDebut=105, indexFin=110),
    ]
    document: dict[str, object] = {("pce" if wrapped else PCE): {"idPce": PCE, "releves": readings}}
    path = kept(tmp_path, document)
    assert recognise(path) is PORTAL_JSON
    rows, _ = read(PORTAL_JSON, path)
    assert rows[PCE, "energie"] == [
        ("2026-01-05T05:00", 57, 86_400, VALID),
        ("2026-01-06T05:00", 57, 86_400, VALID),
    ]
    assert [row[:2] for row in rows[PCE, "index_brut"]] == [
        ("2026-01-05T05:00", 100),
        ("2026-01-06T05:00", 105),
        ("2026-01-07T05:00", 110),
    ]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 23), ("2026-10-24", 25)])
def test_a_day_of_the_portal_over_a_clock_change_has_its_own_length(
    tmp_path: Path, day: str, hours: int
) -> None:
    rows, _ = read(PORTAL_JSON, kept(tmp_path, {PCE: {"releves": [portal_reading(day)]}}))
    assert rows[PCE, "energie"][0][2] == hours * 3600


def test_six_oclock_that_the_portal_calls_utc_is_six_oclock_in_france(tmp_path: Path) -> None:
    summer = portal_reading(
        None,
        dateDebutReleve="2026-06-05T06:00:00+00:00",
        dateFinReleve="2026-07-05T06:00:00+00:00",
    )
    rows, _ = read(PORTAL_JSON, kept(tmp_path, {PCE: {"releves": [portal_reading(None), summer]}}))
    assert [row[0] for row in rows[PCE, "energie"]] == ["2026-01-05T05:00", "2026-06-05T04:00"]


def table(folder: Path, *rows: str, head: str = "") -> Path:
    path = folder / "export.csv"
    above = f";Données informatives et détaillées\n;;N° PCE :;{PCE}\n\n"
    head = head or ";Date de relevé;Volume consommé (m3);Energie consommée (kWh)\n"
    path.write_text(above + head + "".join(f";{row}\n" for row in rows), encoding="utf-8")
    return path


def test_the_portals_table_of_days_is_read(tmp_path: Path) -> None:
    head = (
        ";Date de relevé;Index de début de période (m3);Index de fin de période (m3);"
        "Volume consommé (m3);Energie consommée (kWh);Coefficient de conversion;"
        "Température locale (°C);Qualification du relevé\n"
    )
    path = table(
        tmp_path,
        "24/11/2025;100;112;12;133,5;;;Mesuré",
        "25/11/2025;112;119;7;76;;;Estimé",
        "26/11/2025;;;;;;;Absence de données",
        head=head,
    )
    assert recognise(path) is PORTAL
    rows, report = read(PORTAL, path)
    assert rows[PCE, "energie"] == [
        ("2025-11-24T05:00", 133.5, 86_400, VALID),
        ("2025-11-25T05:00", 76, 86_400, ESTIMATED),
    ]
    assert [row[:2] for row in rows[PCE, "index_brut"]] == [
        ("2025-11-24T05:00", 100),
        ("2025-11-25T05:00", 112),
        ("2025-11-26T05:00", 119),
    ]
    assert report.blanks == 1


def test_a_week_of_the_table_lasts_to_the_morning_after_its_last_day(tmp_path: Path) -> None:
    rows, _ = read(PORTAL, table(tmp_path, "Du 24/11/2025 au 30/11/2025;62;696"))
    assert rows[PCE, "energie"] == [("2025-11-24T05:00", 696, 7 * 86_400, VALID)]


def test_the_week_that_the_new_year_cuts_is_counted_in_its_two_parts(tmp_path: Path) -> None:
    weeks = ["Du 29/12/2025 au 04/01/2026;57;634", "Du 01/01/2026 au 04/01/2026;42;473"]
    rows, report = read(PORTAL, table(tmp_path, *weeks))
    assert [row[:3] for row in rows[PCE, "energie"]] == [
        ("2025-12-29T05:00", 634, 3 * 86_400),
        ("2026-01-01T05:00", 473, 4 * 86_400),
    ]
    assert report.remarks == []


def test_a_table_whose_point_was_left_out_has_none(tmp_path: Path) -> None:
    path = table(tmp_path, "24/11/2025;1;11")
    above = path.read_text(encoding="utf-8").replace(PCE, "\n;;Libellé du logement :;")
    path.write_text(above, encoding="utf-8")
    assert list(read(PORTAL, path)[0]) == [("", "energie"), ("", "volume_brut")]


def test_an_account_of_several_points_names_the_point_of_each_row(tmp_path: Path) -> None:
    school, hall = "GI153082", "23000000000024"
    head = "N° PCE;Date de relevé;Energie consommée (kWh)\n"
    rows = [
        f"{school};24/11/2025;133",
        f"{hall};24/11/2025;20",
        f"{school};25/11/2025;120",
        f"{hall};25/11/2025;",
    ]
    path = tmp_path / "sites.csv"
    path.write_text(head + "\n".join(rows), encoding="utf-8")
    assert recognise(path) is PORTAL
    found, report = read(PORTAL, path)
    assert {key: [row[1] for row in of] for key, of in found.items()} == {
        (school, "energie"): [133, 120],
        (hall, "energie"): [20],
    }
    assert (report.rows, report.blanks, report.bad_lines) == (4, 1, 0)


def test_the_first_and_the_last_month_may_be_cut_and_are_not_believed(tmp_path: Path) -> None:
    months = ["Novembre 2025 ;75;845", "Décembre 2025 ;345;3808", "Janvier 2026 ;10;110"]
    rows, report = read(PORTAL, table(tmp_path, *months))
    assert [row[3] for row in rows[PCE, "energie"]] == [DOUBTFUL, VALID, DOUBTFUL]
    assert rows[PCE, "energie"][1][:3] == ("2025-12-01T05:00", 3808, 31 * 86_400)
    assert any("first and the last month" in remark for remark in report.remarks)


def test_a_row_that_is_no_day_is_named_by_its_line(tmp_path: Path) -> None:
    _, report = read(PORTAL, table(tmp_path, "24/11/2025;1;11", "hier;1;11", "25/11/2025;1;x"))
    assert report.problems == [
        "line 6: 'hier' is not a date",
        "line 7: 'x' is not a number",
    ]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["pce", "consommation", "releves", "energie", "id_pce", "journeeGaziere"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.binary(max_size=300), anything.map(lambda v: json.dumps(v).encode())))
def test_any_bytes_give_series_or_say_why_not(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.mktemp("grdf") / "any"
    path.write_bytes(raw)
    head = "Date de relevé;Energie consommée (kWh)\n24/11/2025;1\n".encode()
    for form, data in ((ADICT, raw), (PORTAL_JSON, raw), (PORTAL, raw), (PORTAL, head + raw)):
        path.write_bytes(data)
        form.recognises(data)
        try:
            for series in form.read(path, Choices(zone=PARIS), Report()):
                assert len(series.value)
        except RejectedFile as refusal:
            assert refusal.problems  # noqa: PT017 (either outcome is right)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.integers(0, 5000), min_size=1, max_size=60),
    st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    st.randoms(use_true_random=False),
)
def test_the_days_sum_to_what_was_written_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, used_kwh: list[int], first: date, chance: object
) -> None:
    days = [
        adict(f"{first + timedelta(days=n)}", f"{first + timedelta(days=n + 1)}", kwh)
        for n, kwh in enumerate(used_kwh)
    ]
    chance.shuffle(days)  # type: ignore[attr-defined]
    rows, _ = read(ADICT, kept(tmp_path_factory.mktemp("grdf"), *days))
    energies = rows[PCE, "energie"]
    assert [value for _, value, *_ in energies] == used_kwh
    start = datetime.fromisoformat(morning(f"{first}"))
    end = datetime.fromisoformat(morning(f"{first + timedelta(days=len(used_kwh))}"))
    assert sum(length for *_, length, _ in energies) == (end - start).total_seconds()
