"""Enedis R151: the daily indexes of Linky points (C5), and the highest power of the day.

Its date is the day that ended: the index of the 15th was read at midnight
between the 15th and the 16th, where every other flow dates it the 16th.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from domain.registers import Accumulation
from ingest.importers.formats.enedis_words import measure_of, quality_of
from ingest.importers.in_hand import PointInHand
from ingest.importers.series import Choices, Progress, Report, Series
from ingest.importers.xml_stream import Leaf, leaves, root_of

_GRIDS = {"Classe_Temporelle_Distributeur": "D", "Classe_Temporelle": "F"}


class _R151:
    name = "enedis-r151"
    label = "Enedis R151"

    def recognises(self, head: bytes) -> bool:
        """Tell by the root element."""
        return root_of(head) == "R151"

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield its points' indexes and highest powers, as `FileFormat` has it."""
        in_hand = PointInHand(choices, report)
        fields: dict[str, str] = {}
        for leaf in leaves(path, progress):
            if leaf.name == "Id_PRM":
                yield from in_hand.turn_to(leaf.text)
            elif leaf.name in _GRIDS:
                _add_index(in_hand, leaf, fields, report)
                _forget(fields)
            elif leaf.name == "Puissance_Maximale":
                _add_highest(in_hand, leaf, fields, report)
                _forget(fields)
            else:
                fields[leaf.name] = leaf.text
        yield from in_hand.rest()


def _add_index(in_hand: PointInHand, leaf: Leaf, fields: dict[str, str], report: Report) -> None:
    name = fields.get("Id_Classe_Temporelle") or f"cadran {fields.get('Rang_Cadran', '?')}"
    measure = measure_of(
        "EA",
        "CONS",
        fields.get("Unite_Mesure_Index", ""),
        report,
        accumulation=Accumulation.CUMULATIVE,
        detail=f"{_GRIDS[leaf.name]} {name}",
    )
    quality = quality_of("", report, plausibility=fields.get("Indice_Vraisemblance", ""))
    if measure is not None:
        at = _day_after(_day(fields))
        in_hand.add(leaf.line, measure, at, fields.get("Valeur"), quality=quality)


def _add_highest(in_hand: PointInHand, leaf: Leaf, fields: dict[str, str], report: Report) -> None:
    measure = measure_of("PMA", "CONS", fields.get("Unite_Mesure_Puissance", ""), report)
    if measure is not None:
        in_hand.add(leaf.line, measure, _day(fields), fields.get("Valeur"))


def _day(fields: dict[str, str]) -> str:
    return fields.get("Date_Releve", "")[:10]


def _day_after(day: str) -> str:
    """Return the midnight at which a day ends, or the text untouched when it is no day."""
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return day


def _forget(fields: dict[str, str]) -> None:
    """Let go of what belongs to one value, so that a missing one is not the last one's."""
    for name in ("Id_Classe_Temporelle", "Rang_Cadran", "Valeur", "Indice_Vraisemblance"):
        fields.pop(name, None)


FORMAT = _R151()
