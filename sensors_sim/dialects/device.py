"""A device, what it shows at one instant, and the words common to every dialect."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.meters import Commodity, Meter


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What is screwed to the wall."""

    name: str
    """As its messages name it: friendly name, DevEUI, ADCO…"""

    commodity: Commodity
    cadence_s: int
    """How often it publishes [s]."""

    zone: ZoneInfo
    """Where its clock is set."""


class Instant(NamedTuple):
    """One instant, spelt every way that devices spell it."""

    utc: datetime
    epoch_s: int
    iso: str
    """UTC to the second, without a zone: `2026-11-23T18:00:00`."""

    local_iso: str
    """Local clock with its offset: `2026-11-23T19:00:00+01:00`."""

    local_hour: float
    """Local clock [h, 0..24)."""


class Sample(NamedTuple):
    """What a device shows at one instant."""

    at: Instant

    total: int
    """Index, in units of the dialect's resolution."""

    off_peak: int
    """The part of it counted in off-peak hours."""

    power_w: float
    """Active power [W]; 0 where the device counts no electricity."""

    temperature_degc: float
    """Outdoor temperature [°C]; 0 where the device is no thermometer."""

    is_off_peak: bool


Spoken = tuple[str, bytes]
"""A topic and a payload."""

Speak = Callable[[Device, Sample], Sequence[Spoken]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A way of speaking, and how finely the device counts."""

    speak: Speak

    resolution: float
    """Smallest step of the index the device shows [kWh or m³]."""

    carries_time: bool = True
    """Whether its messages say when they were measured."""

    has_off_peak: bool = False
    """Whether the device keeps one index for off-peak hours and one for the others."""


def instant_of(epoch_s: int, zone: ZoneInfo) -> Instant:
    """Spell an instant, given in seconds since 1970 UTC."""
    utc = datetime.fromtimestamp(epoch_s, tz=UTC)
    local = utc.astimezone(zone)
    return Instant(
        utc=utc,
        epoch_s=epoch_s,
        iso=utc.isoformat()[:19],
        local_iso=local.isoformat(),
        local_hour=local.hour + local.minute / 60.0,
    )


def device_of(meter: Meter, zone: ZoneInfo) -> Device:
    """Return the device that a meter declares; one that declares none bears the meter's id."""
    return Device(
        name=meter.source.device if meter.source else meter.id,
        commodity=meter.commodity,
        cadence_s=max(1, round(meter.cadence.total_seconds())),
        zone=zone,
    )
