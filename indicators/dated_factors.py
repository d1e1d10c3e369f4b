"""Factors and prices that change on a day."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from domain.meters import Commodity


class DatedFactors:
    """The factor of each commodity on each day."""

    def __init__(self, factors: Iterable[tuple[Commodity, date, float]]) -> None:
        """Take (commodity, first day it holds, value)."""
        by_commodity: dict[Commodity, list[tuple[date, float]]] = {}
        for commodity, from_day, value in factors:
            by_commodity.setdefault(commodity, []).append((from_day, value))
        self._steps: Mapping[Commodity, Sequence[tuple[date, float]]] = {
            commodity: sorted(steps) for commodity, steps in by_commodity.items()
        }

    def on(self, commodity: Commodity, day: date) -> float | None:
        """Return what holds on a day.

        Before the first day known the first factor is taken: a factor is
        published late and describes the year before. None without any.
        """
        steps = self._steps.get(commodity)
        if not steps:
            return None
        at = bisect_right([from_day for from_day, _ in steps], day) - 1
        return steps[max(at, 0)][1]


def applied(
    used: Mapping[date, float], commodity: Commodity, factors: DatedFactors
) -> float | None:
    """Return Σ use × factor of its day, or None when there is no factor.

    Args:
        used: What was used on each local day [kWh, gas in kWh PCS, or m³].
        commodity: Of what.
        factors: Per kWh or m³.
    """
    total = 0.0
    for day, quantity in used.items():
        factor = factors.on(commodity, day)
        if factor is None:
            return None
        total += quantity * factor
    return total
