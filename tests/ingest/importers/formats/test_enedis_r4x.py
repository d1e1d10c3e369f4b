"""R4Q, R4H, R4M: the curves of large points, stamped at their start."""

import pytest

from domain.readings import Quality
from ingest.importers.formats.enedis_r4x import FORMAT
from tests.ingest.importers.formats.reading import LARGE, LONG_DAY, instants, read, utc, written


def point(at: str, kw: str, status: str = "R") -> str:
    return (
        f'<Donnees_Point_Mesure Horodatage ="{at}" Valeur_Point ="{kw}" '
        f'Statut_Point ="{status}"></Donnees_Point_Mesure>\n'
    )


def curve(points: str, *, physical: str = "EA", unit: str = "kW", step: str = "10") -> str:
    return (
        f"<Donnees_Courbe><Granularite>{step}</Granularite><Unite_Mesure>{unit}</Unite_Mesure>"
        f"<Grandeur_Metier>CONS</Grandeur_Metier><Grandeur_Physique>{physical}</Grandeur_Physique>"
        f"\n{points}</Donnees_Courbe>\n"
    )


def r4x(*curves: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Courbe><Entete><Identifiant_Flux>R4x'
        "</Identifiant_Flux><Frequence_Publication>Q</Frequence_Publication></Entete>\n"
        f"<Corps><Identifiant_PRM>{LARGE}</Identifiant_PRM>\n{''.join(curves)}</Corps></Courbe>"
    )


def test_ten_minutes_of_a_mean_power_are_a_sixth_of_it_from_their_stamp_on() -> None:
    found = read(FORMAT, r4x(curve(point("2026-01-20T00:00:00+01:00", "27"))))
    assert found.rows("EA") == {utc("2026-01-20T00:00:00+01:00"): 4.5}
    assert found.registers == {"EA": "kWh"}
    assert found.durations("EA") == [600]


def test_a_curve_that_went_to_five_minutes_keeps_both_steps() -> None:
    found = read(
        FORMAT,
        r4x(
            curve(point("2026-01-20T00:00:00+01:00", "12")),
            curve(point("2026-01-21T00:00:00+01:00", "12"), step="5"),
        ),
    )
    assert list(found.rows("EA").values()) == [2, 1]
    assert found.durations("EA") == [600, 300]


def test_what_a_curve_does_not_say_is_not_what_the_one_before_said() -> None:
    bare = f"<Donnees_Courbe>{point('2026-01-20T01:00:00+01:00', '12')}</Donnees_Courbe>"
    found = read(FORMAT, r4x(curve(point("2026-01-20T00:00:00+01:00", "1"), step="5"), bare))
    assert found.durations("EA") == [300, 600]


@pytest.mark.parametrize("status", ["S", "T", "F", "G"])
def test_zero_in_an_outage_is_true(status: str) -> None:
    found = read(FORMAT, r4x(curve(point("2026-01-20T00:00:00+01:00", "0", status))))
    assert list(found.rows("EA").values()) == [0]
    assert found.qualities("EA") == [Quality.VALID]


@pytest.mark.parametrize(
    ("status", "quality"),
    [
        *((one, Quality.VALID) for one in "RD"),
        *((one, Quality.ESTIMATED) for one in "HPECK"),
        ("Z", Quality.QUESTIONABLE),
        ("", Quality.VALID),
    ],
)
def test_what_is_rebuilt_or_estimated_says_so(status: str, quality: Quality) -> None:
    found = read(FORMAT, r4x(curve(point("2026-01-20T00:00:00+01:00", "3", status))))
    assert found.qualities("EA") == [quality]
    assert bool(found.report.remarks) == (status == "Z")


def test_reactive_energy_and_voltage_are_left_out_and_said() -> None:
    found = read(
        FORMAT,
        r4x(
            curve(point("2026-01-20T00:00:00+01:00", "6")),
            curve(point("2026-01-20T00:00:00+01:00", "2"), physical="ERC", unit="kWr"),
            curve(point("2026-01-20T00:00:00+01:00", "2"), physical="ERI", unit="kWr"),
            curve(point("2026-01-20T00:00:00+01:00", "235"), physical="E", unit="V"),
        ),
    )
    assert list(found.registers) == ["EA"]
    assert [remark.split(" left out")[0] for remark in found.report.remarks] == [
        "ERC in kWr",
        "ERI in kWr",
        "E in V",
    ]


def test_the_hour_that_october_repeats_is_told_by_its_offset() -> None:
    starts = list(instants(LONG_DAY, 10))
    found = read(FORMAT, r4x(curve("".join(point(written(at), "6") for at in starts))))
    assert list(found.rows("EA")) == starts
    assert len(starts) == 150


def test_a_point_without_value_is_a_blank() -> None:
    bare = '<Donnees_Point_Mesure Horodatage="2026-01-20T00:00:00+01:00"/>'
    found = read(FORMAT, r4x(curve(bare)))
    assert (found.series, found.report.blanks) == ([], 1)


def test_a_bad_point_is_named_with_its_line() -> None:
    points = point("2026-01-20T00:00:00+01:00", "6") + point("2026-01-20T00:10:00+01:00", "six")
    found = read(FORMAT, r4x(curve(points)))
    assert found.report.problems == ["line 5: 'six' is not a number"]
