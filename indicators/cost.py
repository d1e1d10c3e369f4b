"""What was used, in euros."""

from collections.abc import Mapping
from datetime import date

from domain.meters import Commodity
from indicators.dated_factors import DatedFactors, applied


def cost(used: Mapping[date, float], commodity: Commodity, prices: DatedFactors) -> float | None:
    """Return the cost of what was used [EUR], or None without a price.

    Energy only, by one price a day: the invoice, with its subscriptions and
    tariff periods, is the truth.

    Args:
        used: By local day [kWh, gas in kWh PCS, or m³].
        commodity: Of what.
        prices: [EUR per kWh or m³].
    """
    return applied(used, commodity, prices)
