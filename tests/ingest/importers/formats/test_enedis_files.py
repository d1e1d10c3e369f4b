"""What holds for every Enedis format: told by content, safe with any bytes and any bomb."""

import importlib
import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.errors import RejectedFile
from domain.registers import register_name
from domain.units import quantity_of
from ingest.importers import json_elements, xml_stream
from ingest.importers.formats import enedis_hdm
from ingest.importers.series import Choices, FileFormat, Report
from tests.ingest.importers.formats import (
    test_enedis_data_connect as data_connect,
)
from tests.ingest.importers.formats import test_enedis_hdm as hdm
from tests.ingest.importers.formats import test_enedis_portal as portal
from tests.ingest.importers.formats import test_enedis_r4x as r4x
from tests.ingest.importers.formats import test_enedis_r6x as r6x
from tests.ingest.importers.formats import test_enedis_r50 as r50
from tests.ingest.importers.formats import test_enedis_r151 as r151
from tests.ingest.importers.formats import test_enedis_r171 as r171
from tests.ingest.importers.formats.reading import LINKY, PARIS, PLAIN_DAY, instants, read

AT = "2026-01-20T00:30:00+01:00"
EXAMPLES: dict[str, str] = {
    "enedis_r50": r50.r50(r50.prm(r50.pdc(AT, "477"))),
    "enedis_r4x": r4x.r4x(r4x.curve(r4x.point(AT, "27"))),
    "enedis_r151": r151.r151(r151.index("Classe_Temporelle", "BASE", "1000")),
    "enedis_r171": r171.r171(r171.series()),
    "enedis_r6x_json": json.dumps(
        {"header": r6x.HEADER, "mesures": [r6x.measurement([r6x.half_hour(AT)])]}
    ),
    "enedis_r6x_csv": "\ufeff" + r6x.R63_CSV + "\n" + r6x.row("2026-01-20 00:30:00", "1") + "\n",
    "enedis_hdm": "\ufeff" + hdm.block(hdm.ends(instants(PLAIN_DAY, 30), 30)),
    "enedis_data_connect": json.dumps(
        data_connect.answer(data_connect.CURVE, data_connect.interval("2026-01-20 00:30:00"))
    ),
    "enedis_portal": portal.days("20/01/2026;6.329"),
}
XML = ("enedis_r50", "enedis_r4x", "enedis_r151", "enedis_r171")


def format_of(module: str) -> FileFormat:
    found: FileFormat = importlib.import_module(f"ingest.importers.formats.{module}").FORMAT
    return found


@pytest.mark.parametrize("module", EXAMPLES)
def test_a_file_is_recognised_by_its_own_format_alone(module: str) -> None:
    head = EXAMPLES[module].encode()
    assert [one for one in EXAMPLES if format_of(one).recognises(head)] == [module]


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff\xfe",
        b"Horodate;Valeur\n2026-01-20 00:00;1\n",
        b"Identifiant PRM;Nom\n09;ecole\n",
        b'{"pce":{"id_pce":"23000000000000"},"consommation":{"energie":8}}',
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>',
        b"<html><body>R50</body></html>",
        b"<!-- <R50> --><other/>",
    ],
)
def test_a_file_of_another_kind_is_left_to_others(head: bytes) -> None:
    assert not [one for one in EXAMPLES if format_of(one).recognises(head)]


@pytest.mark.parametrize("module", EXAMPLES)
def test_what_is_read_is_what_the_store_can_name_and_keep(module: str) -> None:
    found = read(format_of(module), EXAMPLES[module])
    assert found.series
    assert (found.report.bad_lines, found.report.problems) == (0, [])
    for one in found.series:
        register_name(one.quantity, one.accumulation, one.register)
        assert quantity_of(one.unit) is one.quantity
        assert np.isfinite(one.value).all()
        assert format_of(module).name == module.replace("_", "-")


BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">]>
"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY out SYSTEM "file:///etc/hostname">]>"""
PARAMETER = """<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd">"""


@pytest.mark.parametrize("module", XML)
@pytest.mark.parametrize("prolog", [BOMB, OUTSIDE, PARAMETER])
def test_a_file_that_hides_a_bomb_is_refused_kindly(module: str, prolog: str) -> None:
    body = EXAMPLES[module].split("?>", 1)[-1]
    bomb = prolog + body.replace(">1", ">&lol2;")
    assert format_of(module).recognises(bomb.encode())
    with pytest.raises(RejectedFile, match="declares a document type"):
        read(format_of(module), bomb)


@pytest.mark.parametrize("module", EXAMPLES)
def test_a_file_that_is_not_there_is_refused_kindly(module: str, tmp_path: Path) -> None:
    with pytest.raises(RejectedFile, match="nowhere cannot be read"):
        list(format_of(module).read(tmp_path / "nowhere", Choices(zone=PARIS), Report()))


@pytest.mark.parametrize("module", EXAMPLES)
def test_somebody_is_told_how_far_it_has_come(module: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(EXAMPLES[module].encode())
    told: list[tuple[int, int]] = []
    list(
        format_of(module).read(
            path, Choices(zone=PARIS), Report(), lambda done, of: told.append((done, of))
        )
    )
    assert told[-1] == (path.stat().st_size, path.stat().st_size)


def tried(module: str, raw: bytes) -> None:
    """Read any bytes: series or a refusal that says why, nothing else."""
    try:
        read(format_of(module), raw)
    except RejectedFile as refusal:
        assert all(refusal.problems)  # noqa: PT017 (either outcome is right)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(list(EXAMPLES)), st.binary(max_size=200))
def test_any_bytes_give_series_or_a_refusal(module: str, raw: bytes) -> None:
    format_of(module).recognises(raw)
    tried(module, raw)


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(list(EXAMPLES)),
    st.floats(0, 1),
    st.integers(0, 12),
    st.one_of(
        st.binary(max_size=12),
        st.sampled_from(
            [b"\x00", b"-", b"9999-12-31", b"0001-01-01", b"1e999", b";", b'"', b"<", b"&x;", b"[",
             b"}", b"null", b"[[]]", b"\xc3", b"PT1M", b"99999999999999999999", b"\r\n", b"NaN"]
        ),
    ),
)  # fmt: skip
@example("enedis_r6x_json", 0.9, 3, b"\x00")
def test_a_file_with_anything_in_it_gives_series_or_a_refusal(
    module: str, share: float, gone: int, put: bytes
) -> None:
    raw = EXAMPLES[module].encode()
    at = int(share * len(raw))
    tried(module, raw[:at] + put + raw[at + gone :])


def peak_bytes(module: str, path: Path) -> int:
    tracemalloc.start()
    for _ in format_of(module).read(path, Choices(zone=PARIS), Report()):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def r50_points(points: int) -> Iterator[str]:
    day = "".join(r50.pdc(AT, "1") for _ in range(48))
    yield "<R50>"
    for n in range(points):
        yield r50.prm(day, f"{n:014}")
    yield "</R50>"


def json_points(points: int) -> Iterator[str]:
    values = [r6x.half_hour("2026-01-20 00:30:00") for _ in range(48)]
    yield '{"header": {}, "mesures": ['
    for n in range(points):
        yield ("," if n else "") + json.dumps(r6x.measurement(values, prm=f"{n:014}"))
    yield "]}"


def hdm_points(points: int) -> Iterator[str]:
    rows = hdm.ends(instants(PLAIN_DAY, 30), 30)
    for n in range(points):
        yield hdm.block(rows, point=f"{n:014}")


@pytest.mark.parametrize(
    ("module", "points_of"),
    [("enedis_r50", r50_points), ("enedis_r6x_json", json_points), ("enedis_hdm", hdm_points)],
)
def test_ten_times_the_points_need_no_more_memory(
    module: str,
    points_of: Callable[[int], Iterator[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for part in (json_elements, xml_stream, enedis_hdm):
        monkeypatch.setattr(part, "_CHUNK", 4096)
    peaks = []
    for points in (3, 30):
        path = tmp_path / f"{points}"
        path.write_text("".join(points_of(points)))
        peaks.append(peak_bytes(module, path))
    assert peaks[1] < 1.3 * peaks[0]


def test_points_named_by_nobody_are_still_points() -> None:
    found = read(format_of("enedis_r50"), r50.r50(r50.pdc(AT, "1")))
    assert [one.point for one in found.series] == [""]
    assert LINKY not in {one.point for one in found.series}
