"""The highest power."""

import pandas as pd

from domain.periods import Period


def peak(hours: pd.DataFrame, period: Period) -> float | None:
    """Return the highest ten-minute mean [kW, m³/h], or None when nothing was measured.

    Of several mains it is the sum of their peaks hour by hour: never less than
    the true one.
    """
    inside = hours.loc[(hours.index >= period.start) & (hours.index < period.end), "peak"].dropna()
    return float(inside.max()) if len(inside) else None
