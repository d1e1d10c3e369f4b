"""How a building's use answers to outdoor temperature: the 5-parameter signature.

E = a + b·max(0, T_h − T) + c·max(0, T − T_c), slopes never negative (ASHRAE
RP-1050 names; Th < Tc). The change-points are sought on a grid over whole days,
the slopes are then fitted hour by hour.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from indicators.day_profiles import Table

LEAST_DAYS = 20
"""Fewer days with a known temperature, and no answer is fitted."""

LEAST_EXPLAINED = 0.15
"""An answer that explains less of the variance than this is noise."""

HEATING_BELOW = (10.0, 12.0, 14.0, 16.0, 18.0)
COOLING_ABOVE = (20.0, 22.0, 24.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherResponse:
    """Slopes by clock hour around two change-points."""

    heating_below: float
    cooling_above: float
    slopes: Table
    """[kW/°C], two rows: heating, cooling; one column a clock hour."""

    def part(self, temperature: Table) -> Table:
        """Return the part of the rates that answers to day temperatures [kW].

        NaN temperatures give NaN rows.
        """
        shape = _shape(temperature, self.heating_below, self.cooling_above)
        answer: Table = shape @ self.slopes
        return answer


def weather_response(rate: Table, temperature: Table) -> WeatherResponse | None:
    """Fit how days of one kind answer to temperature, or None when they do not.

    Args:
        rate: Mean rates, one row a day, one column a clock hour [kW].
        temperature: Mean outdoor temperature of each day [°C].
    """
    mean = _filled(rate)
    known = ~np.isnan(temperature) & ~np.isnan(mean).any(axis=1)
    if known.sum() < LEAST_DAYS:
        return None
    hourly, warmth = mean[known], temperature[known]
    daily = hourly.mean(axis=1)
    spread = float(((daily - daily.mean()) ** 2).sum())
    fits = [
        (_unexplained(daily, _shape(warmth, low, high)), low, high)
        for low, high in product(HEATING_BELOW, COOLING_ABOVE)
    ]
    unexplained, low, high = min(fits)
    if spread <= 0 or 1 - unexplained / spread < LEAST_EXPLAINED:
        return None
    return WeatherResponse(
        heating_below=low, cooling_above=high, slopes=_slopes(hourly, _shape(warmth, low, high))
    )


def _shape(temperature: Table, low: float, high: float) -> Table:
    cold, hot = np.maximum(low - temperature, 0.0), np.maximum(temperature - high, 0.0)
    return np.stack((cold, hot), axis=1)


def _slopes(rates: Table, shape: Table) -> Table:
    """Least squares with an intercept; a negative slope is none, the other fitted alone."""
    slopes = np.zeros((2, rates.shape[1]))
    used = [side for side in (0, 1) if np.ptp(shape[:, side]) > 0]
    while used:
        centred = shape[:, used] - shape[:, used].mean(axis=0)
        found, *_ = np.linalg.lstsq(centred, rates - rates.mean(axis=0), rcond=None)
        total = found.sum(axis=1)
        if (total >= 0).all():
            slopes[used] = found
            break
        used = [side for side, whole in zip(used, total, strict=True) if whole >= 0]
    return slopes


def _unexplained(daily: Table, shape: Table) -> float:
    slopes = _slopes(daily[:, np.newaxis], shape)
    rest = daily - (shape @ slopes)[:, 0]
    return float(((rest - rest.mean()) ** 2).sum())


def _filled(rate: Table) -> Table:
    """Fill the few unknown hours of a day with that hour's mean over the days."""
    known = ~np.isnan(rate)
    count = known.sum(axis=0)
    mean = np.where(
        count > 0, np.where(known, rate, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan
    )
    return np.where(known, rate, mean)
