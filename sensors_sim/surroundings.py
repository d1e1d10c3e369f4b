"""Everything that drives one building during one month."""

from dataclasses import dataclass

import numpy as np

from domain.sites import Building
from sensors_sim.grid import MonthGrid
from sensors_sim.habits import carelessness
from sensors_sim.noise import Floats, smooth, stream
from sensors_sim.presence import heating_schedule, presence
from sensors_sim.sun import horizontal_irradiance_w_m2, sun_position
from sensors_sim.weather import Weather


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """Curves over the steps of a month, for one building."""

    building: Building
    grid: MonthGrid
    seed: int

    presence: Floats
    """How full it is [0..about 1.1]."""

    carelessness: Floats
    """By how much habits multiply what people can act upon [ratio]."""

    comfort: Floats
    """How far the occupied temperature is asked for [0..1]."""

    preheat: Floats
    """How far the building is being brought to temperature [0..1.3]."""

    outdoor_degc: Floats
    felt_degc: Floats
    """What the walls feel of the last half-day [°C]."""

    cloudiness: Floats
    daylight_w_m2: Floats

    def unrest(self, name: str, amount: float, period_s: float) -> Floats:
        """Return a factor that wanders around 1 by `amount`, for what nobody steers."""
        wander = smooth(stream(self.seed, name, self.building.id), self.grid.middle_s, period_s)
        return np.asarray(1.0 + amount * np.clip(wander, -2.5, 2.5))


def surroundings(
    building: Building, rank: int, weather: Weather, grid: MonthGrid, seed: int
) -> Surroundings:
    """Gather what drives a building during one month.

    Args:
        building: The building.
        rank: Its place in the portfolio; see `habits.carelessness`.
        weather: The weather of its city.
        grid: The month.
        seed: Seed of the simulation.
    """
    instants = grid.middle_s
    comfort, preheat = heating_schedule(building, grid)
    cloudiness = weather.cloudiness(instants)
    return Surroundings(
        building=building,
        grid=grid,
        seed=seed,
        presence=presence(building, grid, seed),
        carelessness=carelessness(seed, building.id, rank, instants),
        comfort=comfort,
        preheat=preheat,
        outdoor_degc=weather.temperature_degc(instants),
        felt_degc=weather.felt_by_walls_degc(instants),
        cloudiness=cloudiness,
        daylight_w_m2=horizontal_irradiance_w_m2(sun_position(instants)[0], cloudiness),
    )
