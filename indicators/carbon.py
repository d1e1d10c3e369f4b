"""Greenhouse gases of what was used."""

from collections.abc import Mapping
from datetime import date

from domain.meters import Commodity
from indicators.dated_factors import DatedFactors, applied


def carbon(used: Mapping[date, float], commodity: Commodity, factors: DatedFactors) -> float | None:
    """Return the emissions of what was used [kg CO2e], or None without a factor.

    Yearly life-cycle factors, for reporting: never to be mixed with the
    real-time content of the grid.

    Args:
        used: By local day [kWh; gas in kWh PCS].
        commodity: Which energy.
        factors: [kg CO2e/kWh], gas per kWh PCS.
    """
    return applied(used, commodity, factors)
