"""Ids are used once, and what buildings, zones and meters refer to exists."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from settings.document import Document, number, tables, text
from settings.findings import Finding, did_you_mean
from settings.places import Path

_ID = re.compile(r"[a-z0-9-]{1,40}")
_GAS_KWH_PER_M3 = (1.0, 50.0)
"""From poor biogas to butane: outside, the unit is another one."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A table of the portfolio and the building it stands in."""

    path: Path
    table: Document
    building: Path

    @property
    def id(self) -> str:
        """Its id, or ""."""
        return text(self.table, "id")


def findings(document: Document) -> Iterator[Finding]:
    """Yield what is wrong in buildings, zones and meters taken together."""
    buildings = [Declared(path, table, path) for path, table in tables(document, "buildings")]
    zones = _inside(buildings, "zones")
    meters = _inside(buildings, "meters")
    mappings = [Declared(path, table, path) for path, table in tables(document, "mappings")]
    yield from _ids("building", buildings)
    yield from _ids("zone", zones)
    yield from _ids("meter", meters)
    yield from _ids("mapping", mappings, key="name")
    for meter in meters:
        yield from _zone(meter, zones)
        yield from _parent(meter, meters)
        yield from _calorific_value(meter)
    yield from _cycles(meters)


def _inside(buildings: list[Declared], key: str) -> list[Declared]:
    return [
        Declared(path, table, building.path)
        for building in buildings
        for path, table in tables(building.table, key, building.path)
    ]


def _ids(noun: str, declared: list[Declared], key: str = "id") -> Iterator[Finding]:
    first: dict[str, Path] = {}
    for one in declared:
        name = text(one.table, key)
        place = (*one.path, key)
        if key in one.table and isinstance(one.table[key], str) and not _ID.fullmatch(name):
            yield Finding(path=place, message=_bad_id(key, name))
        elif name in first:
            yield Finding(
                path=place, message=f"{noun} {key} '{name}' is already used", also=first[name]
            )
        elif name:
            first[name] = place


def _bad_id(key: str, name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    better = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]
    hint = f"; write '{better}'" if better else ""
    return f"{key} '{name}' may only hold a-z, 0-9 and -, 40 at most{hint}"


def _zone(meter: Declared, zones: list[Declared]) -> Iterator[Finding]:
    wanted = text(meter.table, "zone")
    here = [zone.id for zone in zones if zone.building == meter.building]
    if not wanted or wanted in here:
        return
    elsewhere = any(zone.id == wanted for zone in zones)
    why = "is a zone of another building" if elsewhere else "is not a zone of this building"
    hint = did_you_mean(wanted, here) or (
        f"; it has {', '.join(here)}" if here else "; it has none"
    )
    yield Finding(path=(*meter.path, "zone"), message=f"'{wanted}' {why}{hint}")


def _parent(meter: Declared, meters: list[Declared]) -> Iterator[Finding]:
    wanted = text(meter.table, "parent")
    if not wanted:
        return
    place = (*meter.path, "parent")
    parent = next((other for other in meters if other.id == wanted), None)
    if parent is None:
        others = [m.id for m in meters if m.building == meter.building and m is not meter]
        yield Finding(
            path=place,
            message=f"sub-meter without parent: there is no meter '{wanted}'"
            f"{did_you_mean(wanted, others)}",
        )
    elif parent.building != meter.building:
        yield Finding(
            path=place, message=f"parent '{wanted}' is in another building", also=parent.path
        )
    elif text(parent.table, "commodity") != text(meter.table, "commodity"):
        yield Finding(
            path=place,
            message=f"parent '{wanted}' counts {text(parent.table, 'commodity')}, "
            f"this one {text(meter.table, 'commodity')}",
            also=parent.path,
        )


def _cycles(meters: list[Declared]) -> Iterator[Finding]:
    parents = {meter.id: text(meter.table, "parent") for meter in meters if meter.id}
    for meter in meters:
        chain = [meter.id]
        while parents.get(chain[-1]) and parents[chain[-1]] not in chain:
            chain.append(parents[chain[-1]])
        if meter.id and parents.get(chain[-1]) == meter.id:
            loop = " → ".join([*chain, meter.id])
            yield Finding(path=(*meter.path, "parent"), message=f"a meter is under itself: {loop}")


def _calorific_value(meter: Declared) -> Iterator[Finding]:
    value = number(meter.table, "kwh_pcs_per_m3")
    if value is None:
        return
    place = (*meter.path, "kwh_pcs_per_m3")
    low, high = _GAS_KWH_PER_M3
    if text(meter.table, "commodity") != "natural_gas":
        yield Finding(path=place, message="kwh_pcs_per_m3 is for natural_gas only")
    elif not low <= value <= high:
        yield Finding(
            path=place,
            message=f"kwh_pcs_per_m3 = {value:g} is out of bounds: a cubic metre of gas holds "
            f"{low:g} to {high:g} kWh PCS, 11 or so for natural gas",
        )
