"""What a file comes packed in: opened as far as meters need it, and no further."""

import gzip
import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import RejectedFile
from ingest.importers import expanding
from ingest.importers.opened import opened

TEXT = b"Heure;kWh\n2026-01-20 00:00;1\n"


def kept(folder: Path, data: bytes, name: str = "brought") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def zipped(**files: bytes) -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return box.getvalue()


def inside(path: Path) -> list[tuple[str, bytes]]:
    with opened(path) as members:
        return [(member.name, member.path.read_bytes()) for member in members]


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    box = io.BytesIO()
    book.save(box)
    return box.getvalue()


def test_a_plain_file_is_itself(tmp_path: Path) -> None:
    assert inside(kept(tmp_path, TEXT)) == [("", TEXT)]


def test_a_compressed_file_is_what_was_compressed(tmp_path: Path) -> None:
    assert inside(kept(tmp_path, gzip.compress(TEXT))) == [("", TEXT)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_text_of_windows_is_the_same_text_line_for_line(tmp_path: Path, encoding: str) -> None:
    text = "Début;kWh\r\n2026-01-20 00:00;1\r\n"
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    wide = (mark + text).encode(encoding)
    assert inside(kept(tmp_path, wide)) == [("", text.encode())]
    assert inside(kept(tmp_path, zipped(a_csv=wide, b_csv=TEXT))) == [
        ("a.csv", text.encode()),
        ("b.csv", TEXT),
    ]


def test_xml_of_windows_is_left_to_its_parser_which_it_tells_its_encoding(tmp_path: Path) -> None:
    wide = '<?xml version="1.0" encoding="UTF-16"?>\n<R50/>'.encode("utf-16")
    assert inside(kept(tmp_path, wide)) == [("", wide)]


def test_a_text_of_windows_that_breaks_off_is_refused_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(RejectedFile, match="save it as UTF-8"):
        inside(kept(tmp_path, "Heure;kWh\n".encode("utf-16") + b"\x00"))


def test_an_archive_whose_names_are_not_in_the_encoding_they_say_is_refused(
    tmp_path: Path,
) -> None:
    data = zipped(été_csv=TEXT).replace("é".encode(), b"\xe9\xe9")
    with pytest.raises(RejectedFile, match="broken archive"):
        inside(kept(tmp_path, data))


def test_each_file_of_an_archive_is_its_own(tmp_path: Path) -> None:
    data = zipped(a_csv=TEXT, courbes__b_csv=TEXT + b"x", **{"__MACOSX__._a_csv": b"?"})
    found = inside(kept(tmp_path, data))
    assert found == [("a.csv", TEXT), ("courbes/b.csv", TEXT + b"x")]


def test_an_archive_of_archives_is_opened_once_more_and_not_for_ever(tmp_path: Path) -> None:
    once = zipped(inner_zip=zipped(a_csv=TEXT))
    assert inside(kept(tmp_path, once)) == [("inner.zip › a.csv", TEXT)]
    with pytest.raises(RejectedFile, match="archive in an archive"):
        inside(kept(tmp_path, zipped(outer_zip=once)))


def test_shares_of_an_archive_add_up_to_the_whole(tmp_path: Path) -> None:
    data = zipped(a_csv=TEXT, b_zip=zipped(c_csv=TEXT, d_csv=TEXT * 5))
    with opened(kept(tmp_path, data)) as members:
        at = 0.0
        for member in members:
            assert member.begins == pytest.approx(at)
            at += member.share
    assert at == pytest.approx(1.0)


def test_a_bomb_is_put_out_before_it_fills_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expanding, "_SMALL", 1 << 20)
    zeros = bytes(8 << 20)
    for bomb in (gzip.compress(zeros), zipped(a_csv=zeros)):
        path = kept(tmp_path, bomb)
        with pytest.raises(RejectedFile, match="MB when unpacked"):
            inside(path)


def test_a_workbook_that_would_burst_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expanding, "EXPANDED_MAX_BYTES", 1000)
    with pytest.raises(RejectedFile, match="MB when unpacked"):
        inside(kept(tmp_path, workbook(("A", [["x"]]))))


def test_an_encrypted_file_asks_to_be_decrypted(tmp_path: Path) -> None:
    data = bytearray(zipped(a_csv=TEXT))
    for signature in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.index(signature) + (6 if signature[2] == 3 else 8)
        data[at] |= 1
    with pytest.raises(RejectedFile, match=r"a\.csv is encrypted"):
        inside(kept(tmp_path, bytes(data)))


def test_a_broken_archive_is_refused_kindly(tmp_path: Path) -> None:
    for data in (zipped(a_csv=TEXT)[:60], gzip.compress(TEXT)[:-10], b"\x1f\x8bxx"):
        with pytest.raises(RejectedFile, match=r"broken|cannot be opened"):
            inside(kept(tmp_path, data))


def test_a_file_of_the_old_excel_is_told_to_be_saved_anew(tmp_path: Path) -> None:
    with pytest.raises(RejectedFile, match=r"save it as \.xlsx"):
        inside(kept(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)))


@pytest.mark.parametrize(
    ("data", "cure"),
    [
        (b"%PDF-1.7\n", "ask for the same as CSV"),
        (b"Rar!\x1a\x07", r"bring a \.zip"),
        (b"7z\xbc\xaf\x27\x1c", r"bring a \.zip"),
        (zipped(mimetype=b"application/vnd.oasis", content_xml=b"<a/>"), r"save it as \.xlsx"),
        (zipped(xl__workbook_bin=b"\0"), r"save it as \.xlsx"),
    ],
    ids=["PDF", "RAR", "7z", "LibreOffice", "binary Excel"],
)
def test_what_is_not_opened_is_refused_with_what_to_bring_instead(
    tmp_path: Path, data: bytes, cure: str
) -> None:
    with pytest.raises(RejectedFile, match=cure):
        inside(kept(tmp_path, data))


def test_a_notice_beside_the_data_of_an_archive_holds_nothing_up(tmp_path: Path) -> None:
    data = zipped(notice_pdf=b"%PDF-1.7\n", curve_csv=TEXT)
    assert [name for name, _ in inside(kept(tmp_path, data))] == ["notice.pdf", "curve.csv"]


def test_a_file_that_is_not_there_is_refused_kindly(tmp_path: Path) -> None:
    with pytest.raises(RejectedFile, match="cannot be opened"):
        inside(tmp_path / "none.zip")


def test_nothing_unpacked_stays_on_disk(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    path = kept(tmp_path, zipped(a_csv=TEXT))
    with opened(path, room) as members:
        next(members)
        assert list(room.iterdir())
    assert not list(room.iterdir())


def test_each_sheet_becomes_a_table_whose_lines_are_its_rows(tmp_path: Path) -> None:
    data = workbook(
        (
            "Janvier",
            [["Compteur"], [], ["Date", "Heure", "kWh"], [date(2026, 1, 20), time(7), 1.5]],
        ),
        ("Février", [[datetime(2026, 2, 1, 7, 29, 59, 999000), "1 234,5", 3.0, None, "a;b"]]),  # noqa: DTZ001
    )
    (first, january), (second, february) = inside(kept(tmp_path, data))
    assert (first, second) == ("Janvier", "Février")
    assert january.decode().splitlines() == [
        "Compteur",
        "",
        "Date;Heure;kWh",
        "2026-01-20 00:00:00;07:00:00;1.5",
    ]
    assert february.decode() == '2026-02-01 07:30:00;1234.5;3;;"a;b"\n'


def test_hidden_sheets_and_faults_of_formulas_are_blank(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book["Sheet"].append(["#N/A", "=1+1", 5])
    book.create_sheet("secret").sheet_state = "hidden"
    box = io.BytesIO()
    book.save(box)
    assert inside(kept(tmp_path, box.getvalue())) == [("Sheet", b";;5\n")]


def test_a_workbook_with_entities_is_refused(tmp_path: Path) -> None:
    data = io.BytesIO(workbook(("A", [["x"]])))
    box = io.BytesIO()
    with zipfile.ZipFile(data) as source, zipfile.ZipFile(box, "w") as target:
        for info in source.infolist():
            part = source.read(info)
            if info.filename.endswith("sheet1.xml"):
                part = b'<!DOCTYPE x [<!ENTITY a "aa">]>' + part
            target.writestr(info.filename, part)
    with pytest.raises(RejectedFile, match="workbook that cannot be read"):
        inside(kept(tmp_path, box.getvalue()))


PACKED = (gzip.compress(TEXT), zipped(a_csv=TEXT), workbook(("A", [["x", 1.5]])))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_bytes_are_opened_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    good = data.draw(st.sampled_from(PACKED))
    at = data.draw(st.integers(0, len(good)))
    cut = data.draw(st.integers(0, 40))
    raw = good[:at] + data.draw(st.binary(max_size=30)) + good[at + cut :]
    path = kept(tmp_path_factory.mktemp("any"), raw)
    try:
        inside(path)
    except RejectedFile as refusal:
        assert refusal.problems  # noqa: PT017 (either outcome is right)
