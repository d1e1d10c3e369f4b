"""Enedis R4Q, R4H, R4M: curves of C1 to C4 points, 10 or 5 minutes stamped at their start."""

from collections.abc import Iterator
from pathlib import Path

from ingest.importers.formats.enedis_words import measure_of, minutes_in_s, quality_of
from ingest.importers.in_hand import PointInHand
from ingest.importers.local_times import Stamp
from ingest.importers.series import Choices, Progress, Report, Series
from ingest.importers.xml_stream import leaves, root_of

_USUAL_STEP_S = 600.0


class _R4x:
    name = "enedis-r4x"
    label = "Enedis R4Q, R4H, R4M"

    def recognises(self, head: bytes) -> bool:
        """Tell by the root element."""
        return root_of(head) == "Courbe"

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield its curves of active energy, as `FileFormat` has it."""
        stamp = Stamp(choices.stamp or Stamp.START)
        in_hand = PointInHand(choices, report)
        fields: dict[str, str] = {}
        for leaf in leaves(path, progress):
            if leaf.name == "Identifiant_PRM":
                yield from in_hand.turn_to(leaf.text)
            elif leaf.name == "Donnees_Courbe":
                fields.clear()
            elif leaf.name != "Donnees_Point_Mesure":
                fields[leaf.name] = leaf.text
            elif measure := measure_of(
                fields.get("Grandeur_Physique", ""),
                fields.get("Grandeur_Metier", ""),
                fields.get("Unite_Mesure", "kW"),
                report,
            ):
                yield from in_hand.turn_to(in_hand.point)
                in_hand.add(
                    leaf.line,
                    measure,
                    leaf.attributes.get("Horodatage", ""),
                    leaf.attributes.get("Valeur_Point"),
                    stamp=stamp,
                    step_s=minutes_in_s(fields.get("Granularite", ""), _USUAL_STEP_S),
                    quality=quality_of(leaf.attributes.get("Statut_Point", ""), report),
                )
        yield from in_hand.rest()


FORMAT = _R4x()
