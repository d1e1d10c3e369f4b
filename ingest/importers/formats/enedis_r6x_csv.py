"""Enedis R63 to R67 in CSV: a row a value, every row saying what it is (M023)."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from domain.errors import RejectedFile
from ingest.importers.csv_layout import folded
from ingest.importers.formats.enedis_measures import Gathering
from ingest.importers.formats.enedis_separators import SEMICOLON, separator_of
from ingest.importers.in_hand import PointInHand
from ingest.importers.series import Choices, Progress, Report, Series

_NAMES = {
    "identifiant prm": "idPrm",
    "grandeur physique": "grandeurPhysique",
    "grandeur metier": "grandeurMetier",
    "unite": "unite",
    "horodate": "d",
    "valeur": "v",
    "nature": "n",
    "pas": "p",
    "type correction": "tc",
    "type de correction": "tc",
    "tc": "tc",
    "indice de vraisemblance": "iv",
    "grille": "grille",
    "identifiant calendrier": "idCalendrier",
    "identifiant classe temporelle": "idClasseTemporelle",
    "cadran": "cadran",
    "date de debut de mesure": "dbtMesure",
    "debut de mesure": "dbtMesure",
    "date de fin de mesure": "finMesure",
    "fin de mesure": "finMesure",
    "quantite": "quantite",
    "code nature": "codeNature",
    "code statut": "codeStatut",
}
_INDEX_ONLY = frozenset(("idClasseTemporelle", "cadran", "grille"))
_PROGRESS_EVERY = 20_000
_LONGEST_HEADER = 1 << 16


class _R6xCsv:
    name = "enedis-r6x-csv"
    label = "Enedis R63–R67, CSV"

    def recognises(self, head: bytes) -> bool:
        """Tell by its one header row, that names point, quantity and time or bill."""
        return bool(separator_of(head, _is_header))

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield what its points measured, as `FileFormat` has it."""
        gathering = Gathering(PointInHand(choices, report), choices, report)
        for line, fields in _rows(path, report, progress):
            yield from gathering.in_hand.turn_to(fields["idPrm"])
            _gather(gathering, line, fields)
        yield from gathering.in_hand.rest()


def _gather(gathering: Gathering, line: int, fields: dict[str, str]) -> None:
    grid = fields.get("idCalendrier") or fields.get("grille", "")
    name = fields.get("idClasseTemporelle", "")
    if "dbtMesure" in fields:
        gathering.billed(line, fields, grid, name, fields)
    elif not _INDEX_ONLY.isdisjoint(fields):
        gathering.index(line, fields, grid if name else "", name, fields)
    else:
        gathering.dated(line, fields["idPrm"], fields, fields)


def _rows(
    path: Path, report: Report, progress: Progress | None
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, fields) of each row of values."""
    headers: list[str] = []
    first, line = "", 0
    try:
        total = path.stat().st_size
        with (
            path.open("rb") as raw,
            io.TextIOWrapper(raw, _encoding(path), errors="replace", newline="") as file,
        ):
            reader = csv.reader(file, delimiter=separator_of(_head(path), _is_header) or SEMICOLON)
            for cells in reader:
                line = reader.line_num
                if not any(cells):
                    continue
                if not headers or cells[0] == first:
                    first, headers = cells[0], _header(line, cells)
                elif len(cells) < len(headers):
                    report.rows += 1
                    report.complain(line, f"it has {len(cells)} cells, the header {len(headers)}")
                else:
                    yield line, dict(zip(headers, map(str.strip, cells), strict=False))
                if progress is not None and line % _PROGRESS_EVERY == 0:
                    progress(raw.tell(), total)
            if progress is not None:
                progress(total, total)
    except csv.Error as error:
        raise RejectedFile([f"line {line + 1}: it is no CSV ({error})"]) from error
    except OSError as error:
        raise RejectedFile([f"{path.name} cannot be read: {error.strerror}"]) from error


def _encoding(path: Path) -> str:
    """Tell by the header row: a spreadsheet in French that kept the file wrote it anew.

    With its accents lost, `Unité` and `Grandeur métier` would be: kW would be taken
    for W, and what is fed in for what is drawn.
    """
    try:
        _head(path).partition(b"\n")[0].decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LONGEST_HEADER)


def _header(line: int, cells: list[str]) -> list[str]:
    if not _is_header(cells):
        raise RejectedFile([f"line {line}: it is no header row of R63 to R67"])
    return _columns(cells)


def _is_header(cells: list[str]) -> bool:
    names = set(_columns(cells))
    return names >= {"idPrm", "grandeurPhysique"} and (
        names >= {"d", "v"} or names >= {"dbtMesure", "finMesure", "quantite"}
    )


def _columns(cells: list[str]) -> list[str]:
    """Return our names of the columns; a column that is not read keeps its own."""
    return [_NAMES.get(folded(cell), cell) for cell in cells]


FORMAT = _R6xCsv()
