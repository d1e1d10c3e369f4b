"""Enedis R171: the daily indexes of C1 to C4 points, by class of the distributor's grid.

The guide and the files that arrive differ in capitals, in plain or nested codes
(`<grandeurPhysique><code>EA</code>`) and in what a dated value is called: names
are compared without capitals and underscores, and by what they stand in.
"""

from collections.abc import Iterator
from pathlib import Path

from domain.registers import Accumulation
from ingest.importers.formats.enedis_words import grid_class, measure_of
from ingest.importers.in_hand import PointInHand
from ingest.importers.series import Choices, Progress, Report, Series
from ingest.importers.xml_stream import Leaf, leaves, root_of

_FIELDS = {
    "prmid": "point",
    "idprm": "point",
    "pointid": "point",
    "type": "type",
    "grandeurmetier": "business",
    "grandeurphysique": "physical",
    "typecalendrier": "calendar",
    "calendrier": "calendar",
    "codeclassetemporelle": "class",
    "classetemporelle": "class",
    "unite": "unit",
    "datefin": "at",
    "date": "at",
    "horodate": "at",
    "valeur": "value",
}
_VALUES = frozenset(("mesuredatee", "mesure"))
_SERIES = frozenset(("seriemesuresdatees",))


class _R171:
    name = "enedis-r171"
    label = "Enedis R171"

    def recognises(self, head: bytes) -> bool:
        """Tell by the root element."""
        return root_of(head).upper() == "R171"

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield its points' indexes and highest powers, as `FileFormat` has it."""
        in_hand = PointInHand(choices, report)
        fields: dict[str, str] = {}
        for leaf in leaves(path, progress):
            name = _plain(leaf.name)
            if name in _VALUES:
                yield from in_hand.turn_to(fields.get("point", ""))
                _add(in_hand, leaf, fields, report)
                fields.pop("at", None)
                fields.pop("value", None)
            elif name in _SERIES:
                fields.clear()
            else:
                field = _FIELDS.get(_plain(leaf.parent) if name == "code" else name)
                if field and leaf.text:
                    fields[field] = leaf.text
        yield from in_hand.rest()


def _add(in_hand: PointInHand, leaf: Leaf, fields: dict[str, str], report: Report) -> None:
    kind = fields.get("type", "INDEX").upper()
    if kind != "INDEX":
        report.remark(f"values of type {kind[:20]!r} left out: only indexes are read from R171")
        return
    measure = measure_of(
        fields.get("physical", ""),
        fields.get("business", ""),
        fields.get("unit", "Wh"),
        report,
        accumulation=Accumulation.CUMULATIVE,
        detail=grid_class(fields.get("calendar", ""), fields.get("class", "")),
    )
    if measure is not None:
        in_hand.add(leaf.line, measure, fields.get("at", ""), fields.get("value"))


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()


FORMAT = _R171()
