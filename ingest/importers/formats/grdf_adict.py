"""GRDF ADICT: published and informative consumptions, one JSON document a line.

Each line is one period of one PCE. Energies are kWh PCS; a day is a gas day, from
6 h to 6 h. Several answers in one file, or an array of such documents, are read too.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from domain.errors import RejectedFile
from domain.readings import Quality
from ingest.importers.formats.grdf_days import (
    GasPeriod,
    check_length,
    gas_morning,
    morning_of,
    quality_of,
    series_of,
)
from ingest.importers.json_documents import documents, number, table, text
from ingest.importers.series import Choices, Progress, Report, Series

_DONE = "0000000000"
"""What ADICT answers when all went well, in a last document without a consumption."""


class GrdfAdict:
    """Answers of `donnees_consos_informatives` and `donnees_consos_publiees`."""

    name = "grdf-adict"
    label = "GRDF ADICT"

    def recognises(self, head: bytes) -> bool:
        """Tell by the names that only ADICT uses."""
        return b'"id_pce"' in head and b'"consommation"' in head

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield energy, volume and index of each PCE."""
        del choices  # its times say their offset, and a gas day is French
        point: str | None = None
        periods: list[GasPeriod] = []
        for line, document in documents(path, report, progress):
            consumption = table(document, "consommation")
            if not consumption:
                _hear(document, report)
                continue
            report.rows += 1
            pce = text(table(document, "pce"), "id_pce").strip()
            if point is not None and pce != point:
                yield from series_of(point, periods, report)
                periods = []
            point = pce
            try:
                period = _period(line, document, consumption, report)
            except (ValueError, OverflowError) as error:
                report.complain(line, str(error))
                continue
            if period is None:
                report.blanks += 1
            else:
                periods.append(period)
        if point is None:
            raise RejectedFile([*report.problems, "no document holds a consumption"])
        yield from series_of(point, periods, report)


def _hear(document: Mapping[str, object], report: Report) -> None:
    """Note what ADICT says of the whole answer, when it is not that all went well."""
    code = text(document, "code_statut_traitement")
    if code and code != _DONE:
        message = text(document, "message_retour_traitement")
        report.remark(f"GRDF answered {code}: {message[:200]}")


def _period(
    line: int,
    document: Mapping[str, object],
    consumption: Mapping[str, object],
    report: Report,
) -> GasPeriod | None:
    """Return the period of one document; None when nothing was measured in it."""
    quality = quality_of(text(consumption, "type_qualif_conso"), report)
    energy, volume = number(consumption, "energie"), number(consumption, "volume_brut")
    if quality is None or (energy is None and volume is None):
        return None
    start, end = _span(consumption)
    check_length(start, end)
    return GasPeriod(
        line=line,
        start=start,
        end=end,
        energy_kwh=energy,
        volume_m3=volume,
        index_start_m3=_index(document, "releve_debut", "index_brut_debut"),
        index_end_m3=_index(document, "releve_fin", "index_brut_fin"),
        quality=quality,
        provisional=quality is Quality.VALID
        and text(consumption, "statut_conso").casefold().startswith("provisoire"),
        injected=text(consumption, "sens_flux_gaz").casefold().startswith("inject"),
    )


def _span(consumption: Mapping[str, object]) -> tuple[datetime, datetime]:
    """Return the two gas mornings; a document that names only its gas day lasts that day."""
    start = text(consumption, "date_debut_consommation")
    end = text(consumption, "date_fin_consommation")
    day = text(consumption, "journee_gaziere")
    if start and end:
        return morning_of(start), morning_of(end)
    if not day:
        raise ValueError("it says neither its dates nor its gas day")
    first = date.fromisoformat(day)
    return gas_morning(first), gas_morning(first + timedelta(days=1))


def _index(document: Mapping[str, object], reading: str, index: str) -> float | None:
    return number(table(table(document, reading), index), "valeur_index")


FORMAT = GrdfAdict()
