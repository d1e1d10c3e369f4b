"""What passes through each meter of one building, month by month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from domain.meters import Commodity, EndUse, Meter
from domain.sites import Building
from sensors_sim.grid import STEP_S, month_grid
from sensors_sim.heat import BOILER_EFFICIENCY, heat_demand_kw
from sensors_sim.loads import electric_loads_kw
from sensors_sim.noise import Floats
from sensors_sim.solar import solar_kw
from sensors_sim.submetering import Shares, shares_of
from sensors_sim.surroundings import Surroundings, surroundings
from sensors_sim.water import water_l
from sensors_sim.weather import Weather

_STEP_H = STEP_S / 3600.0

_HEAT_SOURCES = (
    Commodity.NATURAL_GAS,
    Commodity.DISTRICT_HEAT,
    Commodity.FUEL_OIL,
    Commodity.WOOD,
)

_DEFAULT_KWH_PER_M3 = 11.16


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulatedBuilding:
    """One building, its place in the portfolio, its weather and its counting meters."""

    building: Building
    rank: int
    weather: Weather
    seed: int
    meters: tuple[Meter, ...]
    shares: Mapping[str, Shares]

    def amounts(self, month: int) -> dict[str, Floats]:
        """Return what each meter counts during each step of a UTC month.

        Returns:
            By meter id, one amount a step: energy [kWh], water [m³], and gas
            metered by volume [m³].
        """
        grid = month_grid(month, self.building.zone)
        around = surroundings(self.building, self.rank, self.weather, grid, self.seed)
        parts = {
            commodity: self._parts(commodity, around)
            for commodity in {meter.commodity for meter in self.meters}
        }
        return {
            meter.id: np.asarray(
                sum(
                    self.shares[meter.id].get(use, 0.0) * amount
                    for use, amount in parts[meter.commodity].items()
                )
                / kwh_per_count(meter)
            )
            for meter in self.meters
        }

    def _parts(self, commodity: Commodity, around: Surroundings) -> dict[EndUse, Floats]:
        """Return a commodity's use by end use during each step [kWh, or m³ of water]."""
        burners = [c for c in _HEAT_SOURCES if any(m.commodity is c for m in self.meters)]
        if commodity is Commodity.ELECTRICITY:
            loads = electric_loads_kw(around, heats_with_electricity=not burners)
            return {use: load * _STEP_H for use, load in loads.items()}
        if commodity in burners:
            heat = heat_demand_kw(around) / BOILER_EFFICIENCY / len(burners)
            return {EndUse.HEATING: heat * _STEP_H}
        if commodity is Commodity.SOLAR_PRODUCTION:
            return {EndUse.OTHER: solar_kw(around) * _STEP_H}
        if commodity is Commodity.WATER:
            return {EndUse.OTHER: water_l(around) / 1000.0}
        loads = electric_loads_kw(around, heats_with_electricity=False)
        return {EndUse.COOLING: loads[EndUse.COOLING] * 3.0 * _STEP_H}


def simulated_building(
    building: Building,
    rank: int,
    meters: Iterable[Meter],
    people_of_zone: Mapping[str, int | None],
    *,
    seed: int,
) -> SimulatedBuilding:
    """Put together one building and the meters that count in it."""
    counting = tuple(m for m in meters if m.commodity is not Commodity.OUTDOOR_TEMPERATURE)
    shares: dict[str, Shares] = {}
    for commodity in {meter.commodity for meter in counting}:
        shares.update(shares_of((m for m in counting if m.commodity is commodity), people_of_zone))
    return SimulatedBuilding(
        building=building,
        rank=rank,
        weather=Weather(seed, building.city),
        seed=seed,
        meters=counting,
        shares=shares,
    )


def counts_volume(meter: Meter) -> bool:
    """Tell whether a meter counts cubic metres rather than energy."""
    return meter.commodity in (Commodity.WATER, Commodity.NATURAL_GAS)


def kwh_per_count(meter: Meter) -> float:
    """Return how much of its commodity's unit one unit of a meter's index is worth.

    Gas meters count cubic metres; every other one counts in its commodity's unit.
    """
    if meter.commodity is Commodity.NATURAL_GAS:
        return meter.kwh_pcs_per_m3 or _DEFAULT_KWH_PER_M3
    return 1.0
