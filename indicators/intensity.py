"""Final energy per square metre over twelve complete months."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from domain.meters import Commodity
from domain.periods import Period
from indicators.dated_factors import DatedFactors

FINAL_ENERGY = DatedFactors(
    (
        (Commodity.ELECTRICITY, date(2020, 5, 1), 1.0),
        (Commodity.NATURAL_GAS, date(2020, 5, 1), 0.90),
        (Commodity.DISTRICT_HEAT, date(2020, 5, 1), 0.77),
        (Commodity.DISTRICT_COLD, date(2020, 5, 1), 0.25),
        (Commodity.FUEL_OIL, date(2020, 5, 1), 1.0),
        (Commodity.WOOD, date(2020, 5, 1), 1.0),
    )
)
"""Final energy (PCI) in one kWh as it is metered: arrêté of 10 April 2020, NOR
LOGL2005904A, annexe I, as consolidated on 7 September 2025. Gas is metered in
kWh PCS; the other fuels are entered in kWh PCI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intensity:
    """Final energy over twelve months."""

    kwh_per_m2: float
    coverage: float
    """Share of the twelve months that was measured [0..1]."""


def twelve_months_before(day: date, zone: ZoneInfo) -> Period:
    """Return the twelve complete local months before a day's month."""
    after = day.replace(day=1)
    return Period.of_days(after.replace(year=after.year - 1), after, zone)


def final_energy(
    commodity: Commodity, kwh: float, day: date, factors: DatedFactors = FINAL_ENERGY
) -> float:
    """Return final energy [kWh PCI] of what a meter counted [kWh; gas PCS].

    Raises:
        ValueError: It is no energy that a building consumes.
    """
    factor = factors.on(commodity, day) if commodity.is_energy else None
    if factor is None:
        raise ValueError(f"{commodity} is no final energy")
    return kwh * factor


def intensity(
    totals: Iterable[tuple[float | None, float]], floor_area_m2: float, *, least_coverage: float
) -> Intensity | None:
    """Return the intensity of all energies together, or None when one is not known.

    Args:
        totals: Final energy [kWh] over the twelve months, and its coverage, of
            each energy that the building uses.
        floor_area_m2: Area to which consumption is related.
        least_coverage: With less of any of them, nothing is said [0..1].
    """
    known = list(totals)
    if not known or any(kwh is None or share < least_coverage for kwh, share in known):
        return None
    whole = sum(kwh or 0.0 for kwh, _ in known)
    return Intensity(kwh_per_m2=whole / floor_area_m2, coverage=min(share for _, share in known))
