"""Meters: what is counted, where, and from which device it comes."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

FILE_FAMILY = "file"
"""Family of a source that no broker brings: the device is the point's id in files."""


class Commodity(StrEnum):
    """What a meter counts (ESPI `commodity`, RealEstateCore words)."""

    ELECTRICITY = "electricity"
    NATURAL_GAS = "natural_gas"
    WATER = "water"
    DISTRICT_HEAT = "district_heat"
    DISTRICT_COLD = "district_cold"
    FUEL_OIL = "fuel_oil"
    WOOD = "wood"
    SOLAR_PRODUCTION = "solar_production"
    OUTDOOR_TEMPERATURE = "outdoor_temperature"

    @property
    def unit(self) -> str:
        """The unit of its intervals: kWh (gas in kWh PCS), m³ or °C."""
        if self is Commodity.WATER:
            return "m3"
        return "degC" if self is Commodity.OUTDOOR_TEMPERATURE else "kWh"

    @property
    def is_energy(self) -> bool:
        """Tell whether its intervals are energy that the building consumes."""
        return self not in (
            Commodity.WATER,
            Commodity.OUTDOOR_TEMPERATURE,
            Commodity.SOLAR_PRODUCTION,
        )


class EndUse(StrEnum):
    """What the energy is for (BEMServer `EnergyEndUse`)."""

    ALL = "all"
    HEATING = "heating"
    COOLING = "cooling"
    VENTILATION = "ventilation"
    LIGHTING = "lighting"
    SOCKETS = "sockets"
    HOT_WATER = "hot_water"
    COOKING = "cooking"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which device, as its decoder names it, feeds a meter."""

    family: str
    """Decoder family (`zigbee2mqtt`, `shelly`, `tasmota`, …), `mapping:<name>` or `file`."""

    device: str
    """The name the decoder gives the device: friendly name, DevEUI, ADCO…"""

    registers: tuple[str, ...] = ()
    """Registers summed into this meter; empty: those the decoder calls the total."""

    scale: float = 1.0
    """Multiplies each value: pulse weight, current-transformer ratio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A device counting one commodity for one building or zone."""

    id: str
    building_id: str
    name: str
    commodity: Commodity

    zone_id: str | None = None

    parent_id: str | None = None
    """The meter of which this is a sub-meter (Brick `isSubMeterOf`)."""

    end_use: EndUse = EndUse.ALL

    source: Source | None = None
    """None: filled from files only."""

    cadence: timedelta = timedelta(minutes=10)
    """How often it is expected to report."""

    rollover_at: float | None = None
    """Index at which the register starts again from 0, in the unit stored."""

    max_rate: float | None = None
    """More than this per hour, in the unit of its intervals, is not believed."""

    kwh_pcs_per_m3: float | None = None
    """Gas metered by volume: energy of one cubic metre [kWh PCS/m³]."""

    retired: bool = False
    """Its readings stay; nothing new is expected."""

    @property
    def is_published(self) -> bool:
        """Tell whether a device publishes it; nothing is expected of a file."""
        return self.source is not None and self.source.family != FILE_FAMILY

    @property
    def is_main(self) -> bool:
        """Tell whether it counts towards the building's total."""
        return self.parent_id is None
