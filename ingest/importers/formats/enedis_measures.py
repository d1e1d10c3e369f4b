"""One `mesure` of Enedis's measurement files (M023) and of Data Connect since 2026.

R63 load curves, R65 daily energies and R66 highest powers list dated points by
quantity; R64 indexes and R67 billed quantities list them by context of reading,
calendar and class. Which one it is shows in what it holds, not in its header.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.registers import Accumulation
from ingest.importers.formats.enedis_words import (
    grid_class,
    measure_of,
    quality_of,
    stamp_of_curve,
    step_s_of,
)
from ingest.importers.in_hand import PointInHand
from ingest.importers.local_times import Stamp
from ingest.importers.series import Choices, Report, Series

_CANCELLED = "A"
Fields = Mapping[str, object]


def objects(value: object) -> Iterator[Fields]:
    """Yield the objects of a list, or the one object; nothing of anything else."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item


def text(value: object) -> str:
    """Return a text or a number as text; nothing of anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


@dataclass(frozen=True, slots=True)
class Gathering:
    """Where the values of measurements go."""

    in_hand: PointInHand
    choices: Choices
    report: Report
    curve_stamp: Stamp | None = None
    """What every curve stamps; None: what the segment of its point does."""

    def measurement(self, line: int, fields: Fields) -> Iterator[Series]:
        """Gather one measurement that starts at that line; yield what is full by then."""
        point = text(fields.get("idPrm"))
        yield from self.in_hand.turn_to(point)
        for quantity in objects(fields.get("grandeur")):
            for dated in objects(quantity.get("points")):
                self.dated(line, point, quantity, dated, text(fields.get("pas")))
                yield from self.in_hand.turn_to(point)
            self._classes(line, quantity)
        for context in objects(fields.get("contexte")):
            for quantity in objects(context.get("grandeur")):
                self._classes(line, quantity)
                yield from self.in_hand.turn_to(point)

    def dated(
        self, line: int, point: str, quantity: Fields, dated: Fields, usual_step: str = ""
    ) -> None:
        """Gather one point of a curve, a day's energy or a day's highest power."""
        step = text(dated.get("p")) or usual_step
        is_curve = step.upper().startswith("PT")
        measure = measure_of(
            text(quantity.get("grandeurPhysique")),
            text(quantity.get("grandeurMetier")),
            text(quantity.get("unite")),
            self.report,
            detail="" if is_curve else "P1D",
            of_days=not is_curve,
        )
        if measure is None:
            return
        step_s = 0.0
        if is_curve:
            try:
                step_s = step_s_of(step)
            except ValueError as error:
                self._complain(line, str(error))
                return
        elif measure.is_mean_power:
            self._complain(line, f"a mean power at {text(dated.get('d'))!r} lacks its step")
            return
        self.in_hand.add(
            line,
            measure,
            text(dated.get("d")),
            dated.get("v"),
            stamp=self.curve_stamp or stamp_of_curve(point, step_s, self.choices),
            step_s=step_s,
            quality=quality_of(
                text(dated.get("n")),
                self.report,
                plausibility=text(dated.get("iv")),
                completion=text(dated.get("tc")),
            ),
        )

    def index(self, line: int, quantity: Fields, calendar: str, name: str, dated: Fields) -> None:
        """Gather one index of a class, or of the whole when there is no class."""
        measure = measure_of(
            text(quantity.get("grandeurPhysique")),
            text(quantity.get("grandeurMetier")),
            text(quantity.get("unite")),
            self.report,
            accumulation=Accumulation.CUMULATIVE,
            detail=grid_class(calendar, name),
        )
        quality = quality_of("", self.report, plausibility=text(dated.get("iv")))
        if measure is not None:
            at, value = text(dated.get("d")), dated.get("v")
            self.in_hand.add(line, measure, at, value, quality=quality)

    def billed(self, line: int, quantity: Fields, calendar: str, name: str, bill: Fields) -> None:
        """Gather one quantity as it was billed, from a date to another."""
        if text(bill.get("codeStatut")).upper() == _CANCELLED:
            self.report.remark("cancelled bills left out")
            return
        measure = measure_of(
            text(quantity.get("grandeurPhysique")),
            text(quantity.get("grandeurMetier")),
            text(quantity.get("unite")) or "kWh",
            self.report,
            detail=f"FACT {grid_class(calendar, name)}",
        )
        if measure is None:
            return
        first, last = text(bill.get("dbtMesure"))[:10], text(bill.get("finMesure"))[:10]
        try:
            step_s = _between_s(first, last, self.choices.zone)
        except (ValueError, OverflowError):
            self._complain(line, f"{first[:20]!r} to {last[:20]!r} is no period")
            return
        quality = quality_of(text(bill.get("codeNature")), self.report)
        self.in_hand.add(line, measure, first, bill.get("quantite"), step_s=step_s, quality=quality)

    def _classes(self, line: int, quantity: Fields) -> None:
        for calendar in objects(quantity.get("calendrier")):
            grid = text(calendar.get("idCalendrier")) or text(calendar.get("codeGrille"))
            for one in objects(calendar.get("classeTemporelle")):
                name = text(one.get("idClasseTemporelle")) or text(one.get("codeCadran"))
                for dated in objects(one.get("valeur")):
                    self.index(line, quantity, grid, name, dated)
                bills = sorted(
                    objects(one.get("quantite")), key=lambda bill: text(bill.get("dateCreation"))
                )
                for bill in bills:
                    self.billed(line, quantity, grid, name, bill)
        for whole in objects(quantity.get("cadranTotalisateur")):
            for dated in objects(whole.get("valeur")):
                self.index(line, quantity, "", "", dated)

    def _complain(self, line: int, reason: str) -> None:
        self.report.rows += 1
        self.report.complain(line, reason)


def _between_s(first: str, last: str, zone: ZoneInfo) -> float:
    start, end = (datetime.fromisoformat(day).replace(tzinfo=zone) for day in (first, last))
    length = end.timestamp() - start.timestamp()
    if length <= 0:
        raise ValueError(f"{last} is not after {first}")
    return length
