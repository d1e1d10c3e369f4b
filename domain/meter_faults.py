"""What a meter typed on screen or on the command line must not be."""

import math
import re
from collections.abc import Iterator
from datetime import timedelta

from domain.errors import InvalidRecord
from domain.meters import FILE_FAMILY, Commodity, Meter
from domain.sites import Portfolio

_ID = re.compile(r"[a-z0-9-]{1,40}")
LONGEST_NAME = 80
SHORTEST_CADENCE, LONGEST_CADENCE = timedelta(seconds=1), timedelta(days=31)
GAS_KWH_PER_M3 = (1.0, 50.0)
"""From poor biogas to butane: outside, the unit is another one."""


def check_new(meter: Meter, portfolio: Portfolio, *, is_one_more: bool = False) -> None:
    """Refuse a meter that cannot be added to a portfolio.

    Args:
        meter: The new one.
        portfolio: Those there are.
        is_one_more: Somebody wants this main meter beside the one that the building has.

    Raises:
        InvalidRecord: One text key for each field that is wrong.
    """
    beside = {} if is_one_more else _beside_faults(meter, portfolio)
    _refuse(beside | dict(_faults(meter, portfolio)) | id_faults(meter.id, portfolio))


def id_faults(meter_id: str, portfolio: Portfolio) -> dict[str, str]:
    """Return the text key of what is wrong with the id of a new meter; empty: nothing."""
    if not _ID.fullmatch(meter_id):
        return {"id": "meter.id_form"}
    return {"id": "meter.id_taken"} if portfolio.meter(meter_id) is not None else {}


def _beside_faults(meter: Meter, portfolio: Portfolio) -> dict[str, str]:
    """Return what is wrong with a main meter beside another one, made by oversight.

    Mains are added up: what a socket counts would be counted twice, and nothing would be
    known of the building's whole time before the socket was there.
    """
    is_added_up = meter.is_main and meter.commodity is not Commodity.OUTDOOR_TEMPERATURE
    if is_added_up and portfolio.mains_of(meter.building_id, meter.commodity):
        return {"parent_id": "meter.main_taken"}
    return {}


def check_change(meter: Meter, portfolio: Portfolio) -> None:
    """Refuse a change that would give an id another meaning, or that cannot be.

    Raises:
        InvalidRecord: One text key for each field that is wrong.
    """
    faults = dict(_faults(meter, portfolio))
    known = portfolio.meter(meter.id)
    if known is None:
        faults["id"] = "meter.unknown"
    elif (known.commodity, known.building_id) != (meter.commodity, meter.building_id):
        faults["commodity"] = "meter.commodity_changed"
    _refuse(faults)


def _refuse(faults: dict[str, str]) -> None:
    if faults:
        raise InvalidRecord(faults)


def _faults(meter: Meter, portfolio: Portfolio) -> Iterator[tuple[str, str]]:
    building = portfolio.building(meter.building_id)
    if building is None or building.retired:
        yield "building_id", "meter.building_unknown"
    if not 0 < len(meter.name.strip()) <= LONGEST_NAME:
        yield "name", "meter.name_missing"
    here = {zone.id for zone in portfolio.zones if zone.building_id == meter.building_id}
    if meter.zone_id is not None and meter.zone_id not in here:
        yield "zone_id", "meter.zone_unknown"
    if fault := _parent_fault(meter, portfolio):
        yield "parent_id", fault
    yield from _number_faults(meter)
    if _is_fed_twice(meter, portfolio):
        yield "registers", "meter.device_taken"


def _number_faults(meter: Meter) -> Iterator[tuple[str, str]]:
    scale = meter.source.scale if meter.source else 1.0
    if not (math.isfinite(scale) and scale > 0):
        yield "scale", "meter.scale_range"
    if not SHORTEST_CADENCE <= meter.cadence <= LONGEST_CADENCE:
        yield "cadence", "meter.cadence_range"
    if meter.kwh_pcs_per_m3 is None:
        return
    low, high = GAS_KWH_PER_M3
    if meter.commodity is not Commodity.NATURAL_GAS:
        yield "kwh_pcs_per_m3", "meter.kwh_pcs_not_gas"
    elif not low <= meter.kwh_pcs_per_m3 <= high:
        yield "kwh_pcs_per_m3", "meter.kwh_pcs_range"


def _parent_fault(meter: Meter, portfolio: Portfolio) -> str | None:
    if meter.parent_id is None:
        return None
    parent = portfolio.meter(meter.parent_id)
    if parent is None or parent.building_id != meter.building_id:
        return "meter.parent_unknown"
    if parent.commodity is not meter.commodity:
        return "meter.parent_commodity"
    above: Meter | None = parent
    seen: set[str] = set()
    while above is not None and above.id not in seen:
        if above.id == meter.id:
            return "meter.parent_loop"
        seen.add(above.id)
        above = portfolio.meter(above.parent_id) if above.parent_id else None
    return None


def _is_fed_twice(meter: Meter, portfolio: Portfolio) -> bool:
    """Tell whether another living meter takes the same registers of the same device."""
    mine = meter.source
    if mine is None or meter.retired:
        return False
    return any(
        other.source is not None
        and other.id != meter.id
        and not other.retired
        and other.source.family == mine.family
        and other.source.device.casefold() == mine.device.casefold()
        and set(other.source.registers) == set(mine.registers)
        # A point of files has two sides: what it used, and what a roof gave back.
        and (mine.family != FILE_FAMILY or other.commodity is meter.commodity)
        for other in portfolio.meters
    )
