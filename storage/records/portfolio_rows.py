"""Buildings, zones and meters as rows, and back exactly."""

from datetime import timedelta

from pydantic import TypeAdapter

from domain.calendars import OpeningCalendar
from domain.meters import Commodity, EndUse, Meter, Source
from domain.sites import Building, BuildingUse, Origin, Zone
from storage.records.rows import Row, row_of

_MICROSECOND = timedelta(microseconds=1)
_OPENING = TypeAdapter(OpeningCalendar)
_SOURCE = TypeAdapter(Source)


def building_row(building: Building) -> Row:
    """Return a building's row, but for its author and place in the list."""
    return row_of(building) | {"opening": _OPENING.dump_json(building.opening).decode()}


def building_of(row: Row) -> Building:
    """Return the building of a row."""
    return Building(
        id=row["id"],
        name=row["name"],
        short_name=row["short_name"],
        use=BuildingUse(row["use"]),
        floor_area_m2=row["floor_area_m2"],
        time_zone=row["time_zone"],
        city=row["city"],
        people=row["people"],
        opening=_OPENING.validate_json(row["opening"]),
        origin=Origin(row["origin"]),
        retired=row["retired"],
    )


def zone_row(zone: Zone) -> Row:
    """Return a zone's row, but for its origin and place in the list."""
    return row_of(zone)


def zone_of(row: Row) -> Zone:
    """Return the zone of a row."""
    return Zone(
        id=row["id"], building_id=row["building_id"], name=row["name"], people=row["people"]
    )


def meter_row(meter: Meter) -> Row:
    """Return a meter's row, but for its origin, author and place in the list."""
    row = row_of(meter)
    del row["cadence"]
    source = None if meter.source is None else _SOURCE.dump_json(meter.source).decode()
    return row | {"cadence_us": meter.cadence // _MICROSECOND, "source": source}


def meter_of(row: Row) -> Meter:
    """Return the meter of a row."""
    return Meter(
        id=row["id"],
        building_id=row["building_id"],
        name=row["name"],
        commodity=Commodity(row["commodity"]),
        zone_id=row["zone_id"],
        parent_id=row["parent_id"],
        end_use=EndUse(row["end_use"]),
        source=None if row["source"] is None else _SOURCE.validate_json(row["source"]),
        cadence=row["cadence_us"] * _MICROSECOND,
        rollover_at=row["rollover_at"],
        max_rate=row["max_rate"],
        kwh_pcs_per_m3=row["kwh_pcs_per_m3"],
        retired=row["retired"],
    )
