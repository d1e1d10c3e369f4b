"""R171: daily indexes of large points, as the guide has it and as files arrive."""

import pytest

from ingest.importers.formats.enedis_r171 import FORMAT
from tests.ingest.importers.formats.reading import LARGE, read, utc


def series(physical: str = "EA", name: str = "HPH", unit: str = "Wh", kind: str = "INDEX") -> str:
    return (
        f"<serieMesuresDatees><prmId>{LARGE}</prmId><type>{kind}</type>"
        f"<grandeurMetier>CONS</grandeurMetier><grandeurPhysique>{physical}</grandeurPhysique>"
        f"<typeCalendrier>D</typeCalendrier><codeClasseTemporelle>{name}</codeClasseTemporelle>"
        f"<unite>{unit}</unite><mesuresDateesListe>\n"
        "<mesureDatee><dateFin>2026-01-20T02:37:56</dateFin><valeur>1320</valeur></mesureDatee>"
        "</mesuresDateesListe></serieMesuresDatees>\n"
    )


def r171(*parts: str) -> str:
    return (
        '<ns2:R171 xmlns:ns2="http://www.enedis.fr/stm/R171"><entete><flux>R171</flux></entete>\n'
        f"<serieMesuresDateesListe>{''.join(parts)}</serieMesuresDateesListe></ns2:R171>"
    )


def test_an_index_is_kept_by_class_at_the_local_time_it_was_read() -> None:
    found = read(FORMAT, r171(series(), series(name="HCH")))
    at = utc("2026-01-20T02:37:56+01:00")
    assert found.rows("EA D HPH") == found.rows("EA D HCH") == {at: 1320}
    assert {s.point for s in found.series} == {LARGE}


NESTED = f"""<R171><serieMesuresDateesListe><serieMesuresDatees><Prm_Id>{LARGE}</Prm_Id>
<grandeurMetier><code>CONS</code><libelle>Consommation</libelle></grandeurMetier>
<grandeurPhysique><code>EA</code><libelle>Energie Active</libelle></grandeurPhysique>
<calendrier><code>D</code></calendrier><classeTemporelle><code>HPH</code></classeTemporelle>
<unite>Wh</unite><mesuresDatees><mesure><dateDebut>2026-01-19T02:37:56</dateDebut>
<dateFin>2026-01-20T02:37:56</dateFin><valeur>1320</valeur></mesure></mesuresDatees>
</serieMesuresDatees></serieMesuresDateesListe></R171>"""


def test_codes_in_the_guide_s_nested_form_are_the_same_rows() -> None:
    plain, nested = read(FORMAT, r171(series())), read(FORMAT, NESTED)
    assert FORMAT.recognises(NESTED.encode())
    assert nested.rows("EA D HPH", LARGE) == plain.rows("EA D HPH", LARGE)


def test_highest_powers_are_kept_and_all_else_is_said() -> None:
    found = read(
        FORMAT,
        r171(
            series("PMA", unit="VA"),
            series("ERC", unit="VARh"),
            series("TF", unit="s"),
            series("DQ", unit="VA"),
            series(kind="CONSO"),
        ),
    )
    assert found.registers == {"PMA D HPH": "VA"}
    assert len(found.report.remarks) == 4


def test_a_date_without_value_is_not_given_the_one_before_it() -> None:
    bare = "<mesureDatee><dateFin>2026-01-21T02:37:56</dateFin></mesureDatee></mesuresDateesListe>"
    found = read(FORMAT, r171(series()).replace("</mesuresDateesListe>", bare))
    assert len(found.rows("EA D HPH")) == 1
    assert found.report.blanks == 1


@pytest.mark.parametrize("value", ["", "abc"])
def test_what_has_no_value_is_blank_or_bad(value: str) -> None:
    found = read(FORMAT, r171(series()).replace("1320", value))
    assert found.series == []
    assert (found.report.blanks, found.report.bad_lines) == ((1, 0) if not value else (0, 1))
