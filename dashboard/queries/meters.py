"""The declared meters an account may see, and the devices that belong to none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.queries.health import MeterHealth, MeterState, health_of
from domain.meters import Meter
from domain.seen_devices import SeenDevice, undeclared
from domain.sites import Building, Portfolio
from storage.ports import ReadingStore, Records


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredMeters:
    """One building's meters, each sub-meter under its main one, the retired last."""

    building: Building
    states: tuple[MeterState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetersRead:
    """Everything the page of declared meters shows."""

    buildings: tuple[DeclaredMeters, ...]

    added_by: Mapping[str, str]
    """Who last declared each meter that comes from a screen, by id."""

    discovered: int
    """Devices that wait for a decision."""

    now: datetime


def read_meters(
    readings: ReadingStore, records: Records, buildings: Sequence[Building], now: datetime
) -> MetersRead:
    """Read the meters of the buildings an account may see."""
    portfolio = records.portfolio.portfolio()
    newest = _newest(readings, portfolio, buildings)
    return MetersRead(
        buildings=tuple(
            DeclaredMeters(
                building=building,
                states=tuple(
                    MeterState(
                        meter=meter,
                        newest_at=newest.get(meter.id),
                        health=MeterHealth.ON_TIME
                        if meter.retired
                        else health_of(meter, newest.get(meter.id), now),
                    )
                    for meter in nested(list(portfolio.meters_of(building.id)))
                ),
            )
            for building in buildings
        ),
        added_by=records.portfolio.added_meters(),
        discovered=sum(not d.ignored_by for d in discovered_devices(records, portfolio)),
        now=now,
    )


def discovered_devices(records: Records, portfolio: Portfolio) -> tuple[SeenDevice, ...]:
    """Return the devices of no meter, ignored ones included, the last heard first."""
    return undeclared(records.seen_devices.all(), portfolio.meters)


def nested(meters: Sequence[Meter]) -> list[Meter]:
    """Return meters with each sub-meter under the one it is part of, the retired last."""
    living = [meter for meter in meters if not meter.retired]
    ids = {meter.id for meter in living}
    ordered: list[Meter] = []

    def place(meter: Meter) -> None:
        if meter not in ordered:
            ordered.append(meter)
            for below in living:
                if below.parent_id == meter.id:
                    place(below)

    for meter in living:
        if meter.parent_id not in ids:
            place(meter)
    return ordered + [meter for meter in meters if meter not in ordered]


def _newest(
    readings: ReadingStore, portfolio: Portfolio, buildings: Sequence[Building]
) -> dict[str, datetime]:
    ids = [meter.id for b in buildings for meter in portfolio.meters_of(b.id)]
    newest: dict[str, datetime] = {}
    for (meter_id, _), reading in readings.latest(ids).items():
        newest[meter_id] = max(reading.taken_at, newest.get(meter_id, reading.taken_at))
    return newest
