"""A span of days of one building or several, against what was expected."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.queries.comparing import Compared, DayFigure, compared_days
from domain.snapshots import Verdict
from indicators.sums_expected import dead_band_of_sum
from indicators.verdict import verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedAgainstExpected:
    """One commodity, all energies of a building, or a whole portfolio."""

    days: tuple[DayFigure, ...] = ()
    used: float | None
    """[kWh, m³], gaps of known total included; None when nothing was measured."""

    measured: float = 0.0
    """What was used in the hours that could be compared [kWh, m³]."""

    expected: float = 0.0
    """What those hours led one to expect [kWh, m³]."""

    dead_band: float | None = None
    """Half-width within which the deviation says nothing [ratio]; None: no comparison."""

    coverage: float
    """Mean share of the span that was measured [0..1]."""

    @property
    def deviation(self) -> float | None:
        """(measured − expected) / expected [ratio]; None when it would not be fair."""
        if self.dead_band is None or self.expected <= 0:
            return None
        return self.measured / self.expected - 1

    @property
    def verdict(self) -> Verdict:
        """The word for it."""
        return verdict(self.deviation, self.dead_band)


def used_against_expected(parts: Sequence[Compared], floor: float) -> UsedAgainstExpected:
    """Add commodities or buildings up, each compared where it can be.

    Args:
        parts: In one unit.
        floor: Least half-width of the dead-band [ratio].
    """
    used = [part.total.value for part in parts if part.total.value is not None]
    comparable = [(part.comparison, part.part) for part in parts if part.part is not None]
    sure = [part for _, part in comparable if part is not None]
    return UsedAgainstExpected(
        days=compared_days(parts),
        used=sum(used) if used else None,
        measured=sum(c.measured_kwh or 0.0 for c, _ in comparable),
        expected=sum(part.expected for part in sure),
        dead_band=dead_band_of_sum(sure, floor),
        coverage=sum(p.total.coverage for p in parts) / len(parts) if parts else 0.0,
    )
