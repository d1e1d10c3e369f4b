"""Enedis R63 to R67 in JSON: curves, indexes, daily energies, highest powers, bills (M023)."""

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.importers.formats.enedis_measures import Gathering
from ingest.importers.in_hand import PointInHand
from ingest.importers.json_elements import elements
from ingest.importers.series import Choices, Progress, Report, Series

_LIST = "mesures"
_FLOW = re.compile(rb'"(?:idPrm"|codeFlux"\s*:\s*"R6[3-7])')


class _R6xJson:
    name = "enedis-r6x-json"
    label = "Enedis R63–R67, JSON"

    def recognises(self, head: bytes) -> bool:
        """Tell by the list of measurements and what it is about."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        return start in (b"{", b"[") and b'"mesures"' in head and bool(_FLOW.search(head))

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield what its points measured, as `FileFormat` has it."""
        gathering = Gathering(PointInHand(choices, report), choices, report)
        for line, element in elements(path, _LIST, progress):
            if not element.get("idPrm"):
                report.complain(line, "a measurement names no point (idPrm)")
                continue
            yield from gathering.measurement(line, element)
        yield from gathering.in_hand.rest()


FORMAT = _R6xJson()
