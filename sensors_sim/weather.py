"""The weather of a town on the Basque coast: mild, wet, and moved by fronts."""

from dataclasses import dataclass

import numpy as np

from sensors_sim.noise import Floats, Integers, smooth, stream

_YEAR_S = 365.2425 * 86_400
_DAY_S = 86_400.0

# Bayonne: 14.6 °C over the year, 8.4 °C in late January, 20.8 °C in late July.
_MEAN_DEGC = 14.6
_SEASON_DEGC = 6.2
_COLDEST_DAY_S = 26 * _DAY_S
_WARMEST_HOUR_S = 14.6 * 3600.0


@dataclass(frozen=True, slots=True)
class Weather:
    """Outdoor conditions of one city, the same for every building in it."""

    seed: int
    city: str

    def cloudiness(self, epoch_s: Integers) -> Floats:
        """Return the share of the sky that clouds hide [0..1]."""
        front = smooth(stream(self.seed, "cloud", self.city), epoch_s, 1.4 * _DAY_S)
        passing = smooth(stream(self.seed, "shower", self.city), epoch_s, 0.1 * _DAY_S)
        return np.asarray(1.0 / (1.0 + np.exp(-(0.95 + 1.5 * front + 0.8 * passing))))

    def temperature_degc(self, epoch_s: Integers) -> Floats:
        """Return the air temperature [°C]: season, fronts, time of day and clouds."""
        season = np.cos(2.0 * np.pi * (epoch_s - _COLDEST_DAY_S) / _YEAR_S)
        spell = smooth(stream(self.seed, "spell", self.city), epoch_s, 16.0 * _DAY_S)
        front = smooth(stream(self.seed, "front", self.city), epoch_s, 3.6 * _DAY_S)
        gust = smooth(stream(self.seed, "gust", self.city), epoch_s, 0.2 * _DAY_S)
        time_of_day = np.cos(2.0 * np.pi * (epoch_s % _DAY_S - _WARMEST_HOUR_S) / _DAY_S)
        swing = 4.6 * (1.0 - 0.6 * self.cloudiness(epoch_s)) * (1.0 - 0.2 * season)
        return np.asarray(
            _MEAN_DEGC
            - _SEASON_DEGC * season
            + 1.3 * spell
            + 2.5 * front
            + 0.4 * gust
            + swing * time_of_day
        )

    def felt_by_walls_degc(self, epoch_s: Integers) -> Floats:
        """Return the temperature a building answers to [°C]: that of the last half-day."""
        past_h = np.array([0, 2, 5, 9, 14]) * 3600
        weight = np.array([0.30, 0.25, 0.20, 0.15, 0.10])
        # Hourly is fine enough for what walls have already smoothed.
        hourly = np.arange(epoch_s[0] - 15 * 3600, epoch_s[-1] + 3601, 3600, dtype=np.int64)
        temperature = self.temperature_degc(hourly)
        return np.asarray(
            sum(
                w * np.interp(epoch_s - lag, hourly, temperature)
                for w, lag in zip(weight, past_h, strict=True)
            )
        )
