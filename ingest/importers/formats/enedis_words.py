"""The words that Enedis's files share: what is measured, how sure it is, what a stamp means.

One thing has one register name in every format, so that a history brought from
one and the days that follow from another are the same rows: `EA` a curve of
active energy, `EA P1D` its days, `EA T` its index, `EA D HPH` and `EA F HP` the
index of a class in the distributor's and in the supplier's grid, `EA FACT D HPH`
what was billed of it, `PMA` the highest power. What a site feeds in has `PROD`
after the quantity.
"""

from functools import lru_cache

from domain.readings import Quality
from domain.registers import Accumulation, Quantity
from domain.units import quantity_of, spelled
from ingest.importers.columns import Measure
from ingest.importers.curve_steps import RECORDED_S
from ingest.importers.local_times import Stamp
from ingest.importers.series import Choices, Report

_ACTIVE = frozenset(("", "EA", "PA", "ENERGIE ACTIVE", "PUISSANCE ACTIVE"))
_DOUBTFUL = "it is kept as questionable"

_NATURES = {
    **dict.fromkeys("BRD", Quality.VALID),  # as measured; D: brought in by hand
    **dict.fromkeys("STFG", Quality.VALID),  # an outage, short, beginning, ending: zero is true
    **dict.fromkeys("HPECK", Quality.ESTIMATED),  # rebuilt, estimated, corrected, computed
}


def quality_of(
    nature: str, report: Report, *, plausibility: str = "", completion: str = ""
) -> Quality:
    """Return how far a value can be trusted.

    Args:
        nature: Its status or nature code, one letter; empty: as measured.
        report: Told of a code that nobody documents.
        plausibility: Its `indice de vraisemblance`; empty or 0: nothing to say.
        completion: How Enedis completed it, where it did.
    """
    if plausibility not in ("", "0"):
        return Quality.QUESTIONABLE
    if completion:
        return Quality.ESTIMATED
    if nature in _NATURES:
        return _NATURES[nature]
    code = nature.strip().upper()
    if code and code not in _NATURES:
        report.remark(f"a value has the unknown nature {code[:10]!r}: {_DOUBTFUL}")
    return _NATURES.get(code, Quality.QUESTIONABLE) if code else Quality.VALID


def measure_of(
    physical: str,
    business: str,
    unit: str,
    report: Report,
    *,
    accumulation: Accumulation = Accumulation.DELTA,
    detail: str = "",
    of_days: bool = False,
) -> Measure | None:
    """Return what a quantity of theirs is for us; None when it is not kept, which is remarked.

    Args:
        physical: `grandeur physique`: EA, PA, PMA, ERC, or in full.
        business: `grandeur métier`: CONS, PROD, or in full.
        unit: As the file writes it; empty: W of a curve, Wh of an index, VA of a highest power.
        report: Told what is left out.
        accumulation: How values of energy relate to one another.
        detail: What follows the quantity in the register's name.
        of_days: Each value is a local day's.
    """
    measure = _measure(physical, business, unit, accumulation, detail, of_days)
    if measure is None:
        report.remark(
            f"{physical[:40] or 'values'} in {unit[:20] or 'no unit'} left out: "
            "only active energy, its power and the highest power are kept"
        )
    return measure


@lru_cache(maxsize=256)
def _measure(
    physical: str,
    business: str,
    unit: str,
    accumulation: Accumulation,
    detail: str,
    of_days: bool,
) -> Measure | None:
    word = physical.strip().upper()
    way = " PROD" if business.strip().upper().startswith("PROD") else ""
    ending = f"{way} {detail}".rstrip()
    is_highest = word.startswith(("PMA", "PUISSANCE MAX"))
    usual = "VA" if is_highest else "W" if accumulation is Accumulation.DELTA else "Wh"
    name = spelled(unit.strip() or usual)
    quantity = quantity_of(name)
    if is_highest and quantity in (Quantity.POWER, Quantity.APPARENT_POWER):
        register = (word if word.startswith("PMA") else "PMA") + ending.removesuffix(" P1D")
        return Measure(register=register, unit=name, accumulation=Accumulation.INSTANTANEOUS)
    is_curve = quantity is Quantity.POWER and accumulation is Accumulation.DELTA
    if word in _ACTIVE and (quantity is Quantity.ENERGY or is_curve):
        return Measure(
            register=f"EA{ending}", unit=name, accumulation=accumulation, of_days=of_days
        )
    return None


def grid_class(calendar: str, name: str) -> str:
    """Return what names an index: its grid, D or F, and its class; T for the whole."""
    grid = calendar.strip()[:1].upper()
    return " ".join(word for word in (grid if grid in "DF" else "", name.strip()) if word) or "T"


def stamp_of_curve(point: str, step_s: float, choices: Choices) -> Stamp:
    """Return what a curve's times stamp: as somebody chose, else by the point's segment.

    Points of C1 to C4, whose number begins with 30, are recorded every 5 or 10
    minutes and stamp the start; Linky meters (C5, P4) stamp the end.
    """
    if choices.stamp:
        return Stamp(choices.stamp)
    is_large = point.startswith("30") and step_s <= RECORDED_S[1]
    return Stamp.START if is_large else Stamp.END


@lru_cache(maxsize=64)
def step_s_of(duration: str) -> float:
    """Return the length of an ISO 8601 duration as these files write it [s].

    >>> step_s_of("PT30M"), step_s_of("PT1H")
    (1800.0, 3600.0)

    Raises:
        ValueError: It is none that a curve has.
    """
    text = duration.strip().upper()
    units = {"M": 60.0, "H": 3600.0}
    number = text[2:-1]
    if text.startswith("PT") and text[-1] in units and number.isascii() and number.isdigit():
        step_s = float(number) * units[text[-1]]
        if step_s in RECORDED_S:
            return step_s
    raise ValueError(f"{duration[:20]!r} is no step of a load curve")


def minutes_in_s(minutes: str, otherwise: float) -> float:
    """Return a step that the file gives in minutes [s], or another when it gives none."""
    text = minutes.strip()
    step_s = float(text) * 60 if text.isascii() and text.isdigit() else otherwise
    return step_s if step_s in RECORDED_S else otherwise
