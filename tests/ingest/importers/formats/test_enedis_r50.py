"""R50: half-hours of Linky points, stamped at their end."""

from datetime import timedelta

import pytest

from domain.errors import RejectedFile
from domain.readings import Quality
from domain.registers import Accumulation, Quantity
from ingest.importers.formats.enedis_r50 import FORMAT
from tests.ingest.importers.formats.reading import (
    LINKY,
    LONG_DAY,
    PLAIN_DAY,
    SHORT_DAY,
    instants,
    read,
    utc,
    written,
)


def pdc(at: str, watts: str, iv: str = "0") -> str:
    return f"<PDC><H>{at}</H><V>{watts}</V><IV>{iv}</IV></PDC>\n"


def prm(values: str, point: str = LINKY, day: str = "2026-01-20") -> str:
    return (
        f"<PRM><Id_PRM>{point}</Id_PRM><Donnees_Releve><Date_Releve>{day}</Date_Releve>\n"
        f"{values}</Donnees_Releve></PRM>\n"
    )


def r50(*blocks: str, step: str = "30", root: str = "R50") -> str:
    name = root.split()[0]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root}><En_Tete_Flux><Identifiant_Flux>R50'
        f"</Identifiant_Flux><Pas_Publication>{step}</Pas_Publication></En_Tete_Flux>\n"
        f"{''.join(blocks)}</{name}>"
    )


def test_a_mean_power_becomes_the_energy_of_the_half_hour_before_its_stamp() -> None:
    found = read(FORMAT, r50(prm(pdc("2026-01-20T00:30:00+01:00", "477"))))
    (series,) = found.series
    assert found.rows("EA") == {utc("2026-01-20T00:00:00+01:00"): 477 * 0.5}
    assert (series.point, series.unit, series.quantity) == (LINKY, "Wh", Quantity.ENERGY)
    assert series.accumulation is Accumulation.DELTA
    assert found.durations("EA") == [1800]


@pytest.mark.parametrize(("day", "count"), [(SHORT_DAY, 46), (LONG_DAY, 50), (PLAIN_DAY, 48)])
def test_the_days_that_change_have_46_and_50_half_hours(day: object, count: int) -> None:
    starts = list(instants(day, 30))  # type: ignore[arg-type]
    found = read(
        FORMAT, r50(prm("".join(pdc(written(at + timedelta(minutes=30)), "100") for at in starts)))
    )
    assert len(starts) == count
    assert list(found.rows("EA")) == starts
    assert sum(found.durations("EA")) == count * 1800


def test_several_points_and_days_each_have_their_own_series() -> None:
    one = prm(pdc("2026-01-20T00:30:00+01:00", "1"), "09000000000001")
    same_again = prm(pdc("2026-01-21T00:30:00+01:00", "2"), "09000000000001", "2026-01-21")
    other = prm(pdc("2026-01-20T00:30:00+01:00", "3"), "09000000000002")
    found = read(FORMAT, r50(one, same_again, other))
    assert [(s.point, len(s.value)) for s in found.series] == [
        ("09000000000001", 2),
        ("09000000000002", 1),
    ]


def test_a_blank_is_unknown_and_not_zero() -> None:
    values = pdc("2026-01-20T00:30:00+01:00", "") + pdc("2026-01-20T01:00:00+01:00", "0")
    values += "<PDC><H>2026-01-20T01:30:00+01:00</H></PDC>"
    found = read(FORMAT, r50(prm(values)))
    assert list(found.rows("EA").values()) == [0]
    assert (found.report.rows, found.report.blanks, found.report.bad_lines) == (3, 2, 0)


def test_an_implausible_value_is_kept_as_questionable() -> None:
    found = read(FORMAT, r50(prm(pdc("2026-01-20T00:30:00+01:00", "5", iv="1"))))
    assert found.qualities("EA") == [Quality.QUESTIONABLE]


def test_a_bad_element_is_named_with_its_line_and_the_rest_is_read() -> None:
    values = (
        pdc("2026-01-20T00:30:00+01:00", "1")
        + pdc("hier", "2")
        + pdc("2026-01-20T01:30:00+01:00", "beaucoup")
        + pdc("2026-01-20T02:00:00+01:00", "4")
    )
    found = read(FORMAT, r50(prm(values)))
    assert list(found.rows("EA").values()) == [0.5, 2]
    assert sorted(found.report.problems) == [
        "line 4: 'hier' is not a date and time",
        "line 5: 'beaucoup' is not a number",
    ]
    assert (found.report.bad_lines, found.report.rows) == (2, 4)


def test_a_namespace_changes_nothing() -> None:
    text = r50(prm(pdc("2026-01-20T00:30:00+01:00", "477")), root='R50 xmlns="urn:enedis:r50"')
    prefixed = text.replace("<", "<n:").replace("<n:/", "</n:").replace("<n:?", "<?")
    prefixed = prefixed.replace("xmlns=", "xmlns:n=")
    for version in (text, prefixed):
        assert FORMAT.recognises(version.encode())
        assert list(read(FORMAT, version).rows("EA").values()) == [238.5]


def test_a_comma_and_a_mark_are_understood() -> None:
    text = "\ufeff" + r50(prm(pdc("2026-01-20T00:30:00+01:00", "476,5")))
    assert FORMAT.recognises(text.encode())
    assert list(read(FORMAT, text).rows("EA").values()) == [238.25]


def test_a_file_in_wide_characters_is_read_as_well() -> None:
    text = r50(prm(pdc("2026-01-20T00:30:00+01:00", "476"))).replace("UTF-8", "UTF-16")
    assert FORMAT.recognises(text.encode("utf-16"))
    assert list(read(FORMAT, text.encode("utf-16")).rows("EA").values()) == [238]


def test_a_file_nested_without_end_is_refused() -> None:
    with pytest.raises(RejectedFile, match="nested too deep"):
        read(FORMAT, "<R50>" + "<a>" * 200)


def test_the_step_is_the_files() -> None:
    found = read(FORMAT, r50(prm(pdc("2026-01-20T00:15:00+01:00", "400")), step="15"))
    assert found.rows("EA") == {utc("2026-01-20T00:00:00+01:00"): 100}


def test_somebody_may_say_that_stamps_are_starts() -> None:
    found = read(FORMAT, r50(prm(pdc("2026-01-20T00:30:00+01:00", "1"))), stamp="start")
    assert list(found.rows("EA")) == [utc("2026-01-20T00:30:00+01:00")]


def test_a_file_that_breaks_off_is_refused_with_the_line() -> None:
    with pytest.raises(RejectedFile, match=r"line 3: it is no whole XML"):
        read(FORMAT, r50(prm(pdc("2026-01-20T00:30:00+01:00", "1")))[:-40])
