"""What may be stored for each commodity: a gas meter's thermometer is no gas."""

from collections.abc import Mapping

from domain.meters import Commodity
from domain.registers import Quantity

_ELECTRIC = frozenset(
    {Quantity.ENERGY, Quantity.POWER, Quantity.APPARENT_POWER, Quantity.CARBON_INTENSITY}
)
_FUEL = frozenset({Quantity.ENERGY, Quantity.VOLUME, Quantity.POWER})

QUANTITIES: Mapping[Commodity, frozenset[Quantity]] = {
    Commodity.ELECTRICITY: _ELECTRIC,
    Commodity.SOLAR_PRODUCTION: _ELECTRIC,
    Commodity.NATURAL_GAS: _FUEL,
    Commodity.FUEL_OIL: _FUEL,
    Commodity.WOOD: _FUEL,
    Commodity.DISTRICT_HEAT: _FUEL,
    Commodity.DISTRICT_COLD: _FUEL,
    Commodity.WATER: frozenset({Quantity.VOLUME}),
    Commodity.OUTDOOR_TEMPERATURE: frozenset({Quantity.TEMPERATURE}),
}
"""The quantities of a device that a meter of each commodity takes."""
