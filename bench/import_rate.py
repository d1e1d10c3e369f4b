"""How fast load curves are read from files, next to `pandas.read_csv` of the same files.

pandas splits cells and reads numbers, and leaves the times as texts. Ours gives
energy at UTC instants, with the length of each interval and the bad lines named.
"""

import argparse
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from bench import report
from ingest.importers.formats.enedis_hdm import FORMAT
from ingest.importers.series import Choices, Report

METERS = 100
ROWS = 365 * 24 * 6
_PARIS = ZoneInfo("Europe/Paris")
_FIRST = datetime(2024, 12, 31, 23, tzinfo=UTC)
_NAMES = (
    "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
    "Grandeur metier;Etape metier;Unite;Pas en minutes"
)
_KIND = "Courbe de charge;01/01/2025;01/01/2026;Energie active;Consommation;Comptage Brut;;"
_HEADING_ROWS = 2


def measure(meters: int = METERS) -> None:
    """Print our rate, its ratio to bare pandas, and the memory of one meter after the other."""
    with tempfile.TemporaryDirectory() as folder:
        files = list(_files(Path(folder), meters))
        ours_s = bare_s = 0.0
        for path in files:  # in turn, so that both meet the same machine
            bare_s += _bare_s(path)
            ours_s += _ours_s(path)
        rows = meters * ROWS
        report.line("pandas.read_csv, times left as texts", f"{rows / bare_s:,.0f} rows/s")
        report.line(
            f"HDM of {meters} meters, to energy at UTC instants",
            f"{rows / ours_s:,.0f} rows/s",
            ratio=bare_s / ours_s,
            reference="bare pandas.read_csv",
        )
        tracemalloc.start()
        for path in files:
            _ours_s(path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        report.line("peak memory, one meter after the other", f"{peak / 1e6:.1f} MB")


def _ours_s(path: Path) -> float:
    told = Report()
    values = 0
    started = time.perf_counter()
    for series in FORMAT.read(path, Choices(zone=_PARIS), told):
        values += len(series.value)
    taken = time.perf_counter() - started
    if values != ROWS or told.problems:
        raise RuntimeError(f"{values} of {ROWS} values read: {told.problems}")
    return taken


def _bare_s(path: Path) -> float:
    started = time.perf_counter()
    frame = pd.read_csv(path, sep=";", skiprows=_HEADING_ROWS)
    taken = time.perf_counter() - started
    if len(frame) != ROWS:
        raise RuntimeError(f"{len(frame)} of {ROWS} rows read")
    return taken


def _files(folder: Path, meters: int) -> Iterator[Path]:
    """Yield a file a meter, as a customer asks for a year's history of a C4 point."""
    starts = (_FIRST + timedelta(minutes=10) * n for n in range(ROWS))
    stamps = [at.astimezone(_PARIS).isoformat() for at in starts]
    for meter in range(meters):
        point = f"{30_001_000_000_000 + meter}"
        rows = (f"{at};{18_000 + (n * 7919 + meter) % 9_000}" for n, at in enumerate(stamps))
        path = folder / f"{point}.csv"
        text = "\n".join([_NAMES, f"{point};{_KIND}", "Horodate;Valeur", *rows, ""])
        path.write_text(text, encoding="utf-8-sig")
        yield path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meters", type=int, default=METERS)
    measure(parser.parse_args().meters)
