"""Answers of Enedis Data Connect, kept as files: load curves, days, highest powers.

Until 2026 each answer is a `meter_reading`, since then a `mesure` as in the files
of measurements. Curves stamp the end of their intervals in both, without offset.
"""

from collections.abc import Iterator
from pathlib import Path

from ingest.importers.formats.enedis_measures import Fields, Gathering, objects, text
from ingest.importers.in_hand import PointInHand
from ingest.importers.json_elements import elements
from ingest.importers.local_times import Stamp
from ingest.importers.series import Choices, Progress, Report, Series

_VOLT_AMPERES = ("VA", "KVA")
_MAXIMA = ("max", "maximum")


class _DataConnect:
    name = "enedis-data-connect"
    label = "Enedis Data Connect"

    def recognises(self, head: bytes) -> bool:
        """Tell by an answer's outermost name."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        is_old = b'"interval_reading"' in head and (
            b'"meter_reading"' in head or b'"reading_type"' in head
        )
        is_new = b'"idPrm"' in head and (b'"points"' in head or b'"classeTemporelle"' in head)
        return start in (b"{", b"[") and b'"mesures"' not in head and (is_old or is_new)

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield what the answers hold, as `FileFormat` has it."""
        stamp = Stamp(choices.stamp or Stamp.END)
        gathering = Gathering(PointInHand(choices, report), choices, report, stamp)
        for line, answer in elements(path, "mesures", progress):
            if answer.get("idPrm"):
                yield from gathering.measurement(line, answer)
                continue
            readings = list(_readings(answer))
            if not readings:
                report.complain(line, f"an answer without measurements: {str(answer)[:80]}")
            for reading in readings:
                point = text(reading.get("usage_point_id"))
                yield from gathering.in_hand.turn_to(point)
                for quantity, dated in _as_today(reading):
                    gathering.dated(line, point, quantity, dated)
                    yield from gathering.in_hand.turn_to(point)
        yield from gathering.in_hand.rest()


def _readings(answer: Fields) -> Iterator[Fields]:
    """Yield the readings of an answer of before 2026.

    The first versions put them into a list of usage points; who passes answers on may
    have taken the outermost name away.
    """
    for outer in (answer, *objects(answer.get("usage_point"))):
        if "interval_reading" in outer:
            yield outer
        yield from objects(outer.get("meter_reading"))


def _as_today(reading: Fields) -> Iterator[tuple[Fields, Fields]]:
    """Yield (quantity, dated value) in the names of 2026."""
    kind = next(objects(reading.get("reading_type")), {})
    unit = text(kind.get("unit"))
    is_highest = unit.upper() in _VOLT_AMPERES or text(kind.get("aggregate")) in _MAXIMA
    quantity = {"grandeurPhysique": "PMA" if is_highest else "EA", "unite": unit}
    for value in objects(reading.get("interval_reading")):
        yield (
            quantity,
            {
                "v": value.get("value"),
                "d": value.get("date"),
                "p": value.get("interval_length") or kind.get("interval_length"),
                "n": value.get("measure_type"),
            },
        )


FORMAT = _DataConnect()
