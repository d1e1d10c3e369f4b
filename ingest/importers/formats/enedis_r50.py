"""Enedis R50: the load curve of Linky points (C5), means of half-hours stamped at their end."""

from collections.abc import Iterator
from pathlib import Path

from domain.registers import Accumulation
from ingest.importers.columns import Measure
from ingest.importers.formats.enedis_words import minutes_in_s, quality_of
from ingest.importers.in_hand import PointInHand
from ingest.importers.local_times import Stamp
from ingest.importers.series import Choices, Progress, Report, Series
from ingest.importers.xml_stream import leaves, root_of

_CURVE = Measure(register="EA", unit="W", accumulation=Accumulation.DELTA)
_USUAL_STEP_S = 1800.0


class _R50:
    name = "enedis-r50"
    label = "Enedis R50"

    def recognises(self, head: bytes) -> bool:
        """Tell by the root element."""
        return root_of(head) == "R50"

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield its points' curves, as `FileFormat` has it."""
        stamp = Stamp(choices.stamp or Stamp.END)
        in_hand = PointInHand(choices, report)
        step_s = _USUAL_STEP_S
        fields: dict[str, str] = {}
        for leaf in leaves(path, progress):
            fields[leaf.name] = leaf.text
            if leaf.name == "Pas_Publication":
                step_s = minutes_in_s(leaf.text, _USUAL_STEP_S)
            elif leaf.name == "Id_PRM":
                yield from in_hand.turn_to(leaf.text)
            elif leaf.name == "PDC":
                in_hand.add(
                    leaf.line,
                    _CURVE,
                    fields.get("H", ""),
                    fields.get("V"),
                    stamp=stamp,
                    step_s=step_s,
                    quality=quality_of("", report, plausibility=fields.get("IV", "")),
                )
                fields.clear()
        yield from in_hand.rest()


FORMAT = _R50()
