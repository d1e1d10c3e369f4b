"""GRDF's customer portal, as JSON: what PyGazpar and other readers of the account keep."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from domain.errors import RejectedFile
from ingest.importers.formats.grdf_days import (
    GasPeriod,
    check_length,
    gas_morning,
    morning_of,
    quality_of,
    series_of,
)
from ingest.importers.json_documents import number, text, whole
from ingest.importers.series import Choices, Progress, Report, Series


class GrdfPortalJson:
    """A document of PCEs, each with its `releves`."""

    name = "grdf-portal-json"
    label = "GRDF portal (JSON)"

    def recognises(self, head: bytes) -> bool:
        """Tell by the names that only the portal uses."""
        has_release = b'"releves"' in head and b'"journeeGaziere"' in head
        return has_release or (b'"energieConsomme"' in head and b'"volumeBrutConsomme"' in head)

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield energy, volume and index of each PCE."""
        del choices  # gas mornings are French
        found = False
        for point, readings in _points(whole(path)):
            found = True
            periods: list[GasPeriod] = []
            for position, reading in enumerate(readings, start=1):
                report.rows += 1
                try:
                    period = _period(position, reading, report)
                except (ValueError, OverflowError) as error:
                    report.complain(position, f"(reading {position} of {point}) {error}")
                    continue
                if period is None:
                    report.blanks += 1
                else:
                    periods.append(period)
            yield from series_of(point, periods, report)
        if not found:
            raise RejectedFile([f"{path.name} holds no list of readings (releves)"])
        if progress is not None:
            size = path.stat().st_size
            progress(size, size)


def _points(document: object) -> Iterator[tuple[str, list[object]]]:
    """Yield each PCE with its readings, whether or not the document says `pce` above them."""
    if not isinstance(document, dict):
        return
    above = [("", document), *((str(key), value) for key, value in document.items())]
    for key, value in above:
        if isinstance(value, dict) and isinstance(value.get("releves"), list):
            point = text(value, "idPce") or ("" if key == "pce" else key)
            yield point.strip(), value["releves"]


def _period(position: int, reading: object, report: Report) -> GasPeriod | None:
    """Return the period of one reading; None when nothing was measured in it."""
    if not isinstance(reading, dict):
        raise ValueError("it is no JSON object")
    quality = quality_of(text(reading, "qualificationReleve"), report)
    energy, volume = number(reading, "energieConsomme"), number(reading, "volumeBrutConsomme")
    if quality is None or (energy is None and volume is None):
        return None
    start, end = _span(reading)
    check_length(start, end)
    return GasPeriod(
        line=position,
        start=start,
        end=end,
        energy_kwh=energy,
        volume_m3=volume,
        index_start_m3=number(reading, "indexDebut"),
        index_end_m3=number(reading, "indexFin"),
        quality=quality,
        provisional=text(reading, "status").casefold().startswith("provisoire"),
    )


def _span(reading: Mapping[str, object]) -> tuple[datetime, datetime]:
    """Return the two gas mornings; the day's own name rules where it is told."""
    day = text(reading, "journeeGaziere")
    if day:
        first = date.fromisoformat(day)
        return gas_morning(first), gas_morning(first + timedelta(days=1))
    return (
        morning_of(text(reading, "dateDebutReleve")),
        morning_of(text(reading, "dateFinReleve")),
    )


FORMAT = GrdfPortalJson()
