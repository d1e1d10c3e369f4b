"""R151: daily indexes of Linky points, dated by the day that ended."""

from domain.readings import Quality
from domain.registers import Accumulation
from ingest.importers.formats.enedis_r151 import FORMAT
from tests.ingest.importers.formats.reading import LINKY, read, utc


def index(tag: str, name: str, wh: str, iv: str = "0") -> str:
    return (
        f"<{tag}><Id_Classe_Temporelle>{name}</Id_Classe_Temporelle><Rang_Cadran>1</Rang_Cadran>"
        f"<Valeur>{wh}</Valeur><Indice_Vraisemblance>{iv}</Indice_Vraisemblance></{tag}>\n"
    )


def r151(values: str, day: str = "2026-01-20") -> str:
    return (
        "<R151><En_Tete_Flux><Unite_Mesure_Index>Wh</Unite_Mesure_Index>"
        "<Unite_Mesure_Puissance>VA</Unite_Mesure_Puissance></En_Tete_Flux>\n"
        f"<PRM><Id_PRM>{LINKY}</Id_PRM><Donnees_Releve><Date_Releve>{day}</Date_Releve>\n"
        f"{values}</Donnees_Releve></PRM></R151>"
    )


def test_each_class_of_both_grids_is_an_index_at_the_end_of_the_day() -> None:
    values = (
        index("Classe_Temporelle_Distributeur", "HPH", "1000")
        + index("Classe_Temporelle_Distributeur", "HCH", "2000")
        + index("Classe_Temporelle", "BASE", "3000")
    )
    found = read(FORMAT, r151(values))
    midnight = utc("2026-01-21T00:00:00+01:00")
    assert {name: found.rows(name) for name in found.registers} == {
        "EA D HPH": {midnight: 1000},
        "EA D HCH": {midnight: 2000},
        "EA F BASE": {midnight: 3000},
    }
    assert {s.accumulation for s in found.series} == {Accumulation.CUMULATIVE}
    assert set(found.registers.values()) == {"Wh"}


def test_the_highest_power_belongs_to_the_day_itself() -> None:
    found = read(FORMAT, r151("<Puissance_Maximale><Valeur>3817</Valeur></Puissance_Maximale>"))
    assert found.rows("PMA") == {utc("2026-01-20T00:00:00+01:00"): 3817}
    assert found.registers == {"PMA": "VA"}


def test_a_missing_value_is_not_the_one_before_it() -> None:
    values = index("Classe_Temporelle", "HP", "1000") + (
        "<Classe_Temporelle><Id_Classe_Temporelle>HC</Id_Classe_Temporelle></Classe_Temporelle>"
        "<Puissance_Maximale/>"
    )
    found = read(FORMAT, r151(values))
    assert list(found.registers) == ["EA F HP"]
    assert found.report.blanks == 2


def test_the_day_after_october_s_long_day_is_25_hours_later() -> None:
    one = read(FORMAT, r151(index("Classe_Temporelle", "BASE", "1"), "2026-10-24"))
    two = read(FORMAT, r151(index("Classe_Temporelle", "BASE", "1"), "2026-10-25"))
    (before,), (after,) = one.rows("EA F BASE"), two.rows("EA F BASE")
    assert (after - before).total_seconds() == 25 * 3600


def test_a_doubtful_index_is_questionable_and_a_bad_day_is_named() -> None:
    found = read(FORMAT, r151(index("Classe_Temporelle", "BASE", "1", "1")))
    assert found.qualities("EA F BASE") == [Quality.QUESTIONABLE]
    found = read(FORMAT, r151(index("Classe_Temporelle", "BASE", "1"), "2026-02-30"))
    assert found.report.problems == ["line 3: '2026-02-30' is not a date and time"]
