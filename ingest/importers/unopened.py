"""What is brought and never opened, told by its first bytes, with what to bring instead."""

import zipfile

from domain.errors import RejectedFile

_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!")
_PDF = b"%PDF"
_OTHER_SHEETS = frozenset(("content.xml", "xl/workbook.bin"))
"""In the spreadsheets of LibreOffice, and in Excel's binary ones."""


def refuse_unopened(start: bytes, name: str, *, is_alone: bool) -> None:
    """Refuse a file of a kind that is not opened.

    Args:
        start: Its first bytes.
        name: What to call it.
        is_alone: It was brought by itself: in an archive, a notice is left out instead.

    Raises:
        RejectedFile: It is of such a kind.
    """
    if start.startswith(_OLD_OR_LOCKED):
        raise RejectedFile(
            [
                f"{name} is of the old Excel, or locked with a password: save it as .xlsx or CSV "
                "without one, and bring that"
            ]
        )
    if is_alone and start.startswith(_OTHER_ARCHIVES):
        raise RejectedFile(
            [f"{name} is an archive of another kind: bring a .zip, or the files in it"]
        )
    if is_alone and start.startswith(_PDF):
        raise RejectedFile(
            [f"{name} is a PDF, which only people read: ask for the same as CSV, XLSX, XML or JSON"]
        )


def refuse_other_sheets(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a spreadsheet that is a ZIP archive and no `.xlsx`.

    Raises:
        RejectedFile: It is one.
    """
    if not _OTHER_SHEETS.isdisjoint(archive.namelist()):
        raise RejectedFile(
            [f"{name} is a spreadsheet of another kind: save it as .xlsx or CSV, and bring that"]
        )
