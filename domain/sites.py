"""Buildings, their zones, and the portfolio that holds them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.calendars import OpeningCalendar
from domain.meters import Commodity, Meter


class BuildingUse(StrEnum):
    """What a building is for; only like are compared with like."""

    OFFICE = "office"
    SCHOOL = "school"
    TOWN_HALL = "town_hall"
    SPORT = "sport"
    CULTURE = "culture"
    HEALTH = "health"
    OTHER = "other"


class Origin(StrEnum):
    """Where a record of the portfolio was declared."""

    CONFIG = "config"
    SCREEN = "screen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The part of a building that its occupants call theirs (Brick `Zone`)."""

    id: str
    building_id: str
    name: str

    people: int | None = None
    """Declared head count; a zone under the minimum group is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """What is heated, lit and used."""

    id: str
    name: str

    short_name: str = ""
    """At most about 14 letters, for the race; the name when empty."""

    use: BuildingUse = BuildingUse.OTHER

    floor_area_m2: float
    """Area to which consumption is related (« surface de consommations énergétiques »)."""

    time_zone: str = "Europe/Paris"
    city: str = ""
    people: int | None = None
    opening: OpeningCalendar = field(default_factory=OpeningCalendar)
    origin: Origin = Origin.CONFIG
    retired: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def label(self) -> str:
        """The short name, or the name."""
        return self.short_name or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """Every building, zone and meter known."""

    buildings: tuple[Building, ...] = ()
    zones: tuple[Zone, ...] = ()
    meters: tuple[Meter, ...] = ()

    def building(self, building_id: str) -> Building | None:
        """Return the building of that id, or None."""
        return next((b for b in self.buildings if b.id == building_id), None)

    def meter(self, meter_id: str) -> Meter | None:
        """Return the meter of that id, or None."""
        return next((m for m in self.meters if m.id == meter_id), None)

    def meters_of(self, building_id: str) -> Iterator[Meter]:
        """Yield the meters of one building."""
        return (m for m in self.meters if m.building_id == building_id)

    def mains_of(self, building_id: str, commodity: Commodity) -> tuple[Meter, ...]:
        """Return the meters that make a building's total of one commodity."""
        return tuple(
            m
            for m in self.meters_of(building_id)
            if m.commodity is commodity and m.is_main and not m.retired
        )

    def thermometer_of(self, building: Building) -> Meter | None:
        """Return the outdoor thermometer of a building, else one of its city."""
        cities = {b.id: b.city for b in self.buildings}
        near = [
            meter
            for meter in self.meters
            if meter.commodity is Commodity.OUTDOOR_TEMPERATURE
            and not meter.retired
            and (
                meter.building_id == building.id
                or (building.city and cities.get(meter.building_id) == building.city)
            )
        ]
        return min(near, key=lambda meter: meter.building_id != building.id, default=None)
