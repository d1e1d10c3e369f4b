"""The buildings, zones and meters that the file declares, as the rest of the house names them."""

from datetime import timedelta

from domain.meters import Meter, Source
from domain.sites import Building, Origin, Portfolio, Zone
from settings.model import BuildingSettings, MeterSettings, Settings, SourceSettings
from settings.opening import calendar_of


def portfolio_of(settings: Settings) -> Portfolio:
    """Return the portfolio that the configuration declares."""
    return Portfolio(
        buildings=tuple(_building(declared) for declared in settings.buildings),
        zones=tuple(
            Zone(id=zone.id, building_id=declared.id, name=zone.name, people=zone.people)
            for declared in settings.buildings
            for zone in declared.zones
        ),
        meters=tuple(
            _meter(declared.id, meter)
            for declared in settings.buildings
            for meter in declared.meters
        ),
    )


def _building(declared: BuildingSettings) -> Building:
    return Building(
        id=declared.id,
        name=declared.name,
        short_name=declared.short_name,
        use=declared.use,
        floor_area_m2=declared.floor_area_m2,
        time_zone=declared.time_zone,
        city=declared.city,
        people=declared.people,
        opening=calendar_of(declared.opening),
        origin=Origin.CONFIG,
    )


def _meter(building_id: str, declared: MeterSettings) -> Meter:
    return Meter(
        id=declared.id,
        building_id=building_id,
        name=declared.name,
        commodity=declared.commodity,
        zone_id=declared.zone or None,
        parent_id=declared.parent or None,
        end_use=declared.end_use,
        source=_source(declared.source),
        cadence=timedelta(seconds=declared.cadence_s),
        rollover_at=declared.rollover_at,
        max_rate=declared.max_rate,
        kwh_pcs_per_m3=declared.kwh_pcs_per_m3,
        retired=declared.retired,
    )


def _source(declared: SourceSettings | None) -> Source | None:
    if declared is None:
        return None
    return Source(
        family=declared.family,
        device=declared.device,
        registers=declared.registers,
        scale=declared.scale,
    )
