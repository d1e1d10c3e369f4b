"""Which meter a decoded number belongs to, and under which register it is stored."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from domain.commodities import QUANTITIES as QUANTITIES
from domain.meters import Meter
from domain.registers import register_name
from domain.sites import Portfolio
from ingest.decoders.decoded import DecodedReading, Role

_MOST_ROUTES = 1000
"""More than a device has registers: one that never stops naming new ones fills no memory."""


class Route:
    """From one register of a device to one register of a meter.

    It remembers the newest reading that went through, by which a message
    that comes twice in a row is told from news.
    """

    __slots__ = ("meter", "newest_at", "newest_value", "register", "scale")

    def __init__(self, meter: Meter, register: str, scale: float) -> None:
        """Lead to `register` of `meter`, multiplying by `scale`."""
        self.meter = meter
        self.register = register
        self.scale = scale
        self.newest_at: datetime | None = None
        self.newest_value = 0.0

    def is_repeated(self, taken_at: datetime, value: float) -> bool:
        """Tell whether the reading before said exactly this; remember this one."""
        if self.newest_at == taken_at and self.newest_value == value:
            return True
        self.newest_at = taken_at
        self.newest_value = value
        return False


class _Device:
    """The meters that one device feeds, and the routes found so far."""

    def __init__(self, meters: Iterable[Meter]) -> None:
        self._meters = tuple(meters)
        self._routes: dict[tuple[str, Role], tuple[Route, ...]] = {}

    def routes(self, reading: DecodedReading) -> tuple[Route, ...]:
        key = (reading.register, reading.role)
        routes = self._routes.get(key)
        if routes is None:
            routes = tuple(
                Route(meter, register, meter.source.scale if meter.source else 1.0)
                for meter in self._meters
                if _wants(meter, reading)
                for register in (
                    register_name(reading.quantity, reading.accumulation, reading.register),
                )
            )
            if len(self._routes) >= _MOST_ROUTES:
                self._routes.clear()
            self._routes[key] = routes
        return routes

    def forget_newest(self) -> None:
        for routes in self._routes.values():
            for route in routes:
                route.newest_at = None


class Resolver:
    """The routes of one portfolio; made anew when the portfolio changes."""

    def __init__(self, portfolio: Portfolio) -> None:
        """Index the meters by the device that feeds them."""
        meters: defaultdict[tuple[str, str], list[Meter]] = defaultdict(list)
        for meter in portfolio.meters:
            if meter.source is not None and not meter.retired:
                meters[(meter.source.family, meter.source.device)].append(meter)
        self._devices = {key: _Device(fed) for key, fed in meters.items()}
        # A DevEUI is written in capitals by some and not by others.
        self._in_any_case = {
            (family, device.casefold()): found for (family, device), found in self._devices.items()
        }

    def routes(self, family: str, reading: DecodedReading) -> tuple[Route, ...] | None:
        """Return where a number goes; None when no meter is declared for its device.

        Empty: the device is known, and this number of it is not wanted.

        Raises:
            ValueError: The quantity is never accumulated that way.
        """
        key = (family, reading.device)
        device = self._devices.get(key)
        if device is None:
            device = self._in_any_case.get((family, reading.device.casefold()))
            if device is None:
                return None
            self._devices[key] = device
        return device.routes(reading)

    def forget_newest(self) -> None:
        """Take nothing for a repetition until it has been seen again."""
        for device in self._devices.values():
            device.forget_newest()


def _wants(meter: Meter, reading: DecodedReading) -> bool:
    """Tell whether a meter is fed by a register of its device."""
    if reading.quantity not in QUANTITIES[meter.commodity]:
        return False
    if meter.source is not None and meter.source.registers:
        return reading.register in meter.source.registers
    return reading.role in (Role.TOTAL, Role.LIVE)
