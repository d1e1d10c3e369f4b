"""What the numbers of a Green Button file mean (NAESB ESPI 1.1 and 3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.readings import Quality
from domain.registers import Accumulation, Quantity
from domain.units import quantity_of
from ingest.importers.series import Counts

_UNITS: dict[int, tuple[str, float]] = {
    23: ("degC", 1.0),
    31: ("J", 1.0),
    38: ("W", 1.0),
    42: ("m3", 1.0),
    61: ("VA", 1.0),
    72: ("Wh", 1.0),
    119: ("ft3", 1.0),
    128: ("gal_us", 1.0),
    130: ("gal_imp", 1.0),
    132: ("BTU", 1.0),
    134: ("L", 1.0),
    169: ("BTU", 1e5),
    279: ("degF", 1.0),
}
"""`uom` → our unit, and how many of it make one; 169 is the therm."""

_DIRECTIONS: dict[int, tuple[str, Counts]] = {
    0: ("value", Counts.TOTAL),
    1: ("delivered", Counts.TOTAL),
    4: ("net", Counts.OTHER),
    19: ("reverse", Counts.EXPORT),
    20: ("total", Counts.OTHER),
}
"""`flowDirection`; net and total mix what was used with what was given back."""

_ONE_PHASE = frozenset({32, 33, 64, 65, 128, 129, 256, 257, 512, 513})

_CUMULATIVE = frozenset({1, 2, 3})
"""Bulk, bounded and cumulative quantities: an index."""

_STATES = frozenset({6, 12, 13})
"""Indicating, instantaneous and latching."""

_QUALITIES: dict[int, Quality] = {
    0: Quality.VALID,
    7: Quality.ESTIMATED,  # edited by hand
    8: Quality.ESTIMATED,  # after a reference day
    9: Quality.ESTIMATED,  # by interpolation
    10: Quality.QUESTIONABLE,
    11: Quality.ESTIMATED,  # computed
    12: Quality.QUESTIONABLE,  # forecast: nothing was measured yet
    13: Quality.ESTIMATED,  # of several qualities
    14: Quality.VALID,  # raw
    15: Quality.QUESTIONABLE,  # corrected for weather: not what was used
    16: Quality.ESTIMATED,
    17: Quality.VALID,
    18: Quality.VALID,
    19: Quality.VALID,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingType:
    """How the values of a MeterReading are to be understood; numbers as ESPI has them."""

    uom: int = 72
    multiplier: int = 0
    accumulation: int | None = None
    direction: int = 0
    interval_s: int | None = None
    phase: int = 0
    tier: int = 0
    default_quality: int = 0

    @property
    def factor(self) -> float:
        """What a value is multiplied by to be in `unit`."""
        return float(_UNITS[self.uom][1] * 10.0**self.multiplier)

    @property
    def unit(self) -> str | None:
        """As `domain.units` spells it; None: nothing that is stored."""
        known = _UNITS.get(self.uom)
        return None if known is None or not -12 <= self.multiplier <= 12 else known[0]

    @property
    def direction_word(self) -> str:
        """How the register is called."""
        known = _DIRECTIONS.get(self.direction)
        return f"direction{self.direction}" if known is None else known[0]

    @property
    def counts(self) -> Counts:
        """What it tells of its usage point."""
        counts = _DIRECTIONS.get(self.direction, ("", Counts.OTHER))[1]
        is_share = self.phase in _ONE_PHASE or self.tier > 0
        return Counts.SHARE if is_share and counts is Counts.TOTAL else counts

    def kind(self) -> tuple[Quantity, Accumulation]:
        """Return quantity and accumulation; a power over intervals is energy.

        Raises:
            ValueError: No register is kept that way.
        """
        unit = self.unit
        measured = None if unit is None else quantity_of(unit)
        if measured is None:
            raise ValueError(f"unit of measure {self.uom} is not one that is kept")
        accumulation = self._accumulation(measured)
        if measured is Quantity.POWER and accumulation is Accumulation.DELTA:
            measured = Quantity.ENERGY
        is_stock = measured in (Quantity.ENERGY, Quantity.VOLUME)
        if is_stock is (accumulation is Accumulation.INSTANTANEOUS):
            raise ValueError(f"{measured} that is {accumulation} is not kept")
        return measured, accumulation

    def _accumulation(self, measured: Quantity) -> Accumulation:
        if measured in (Quantity.TEMPERATURE, Quantity.APPARENT_POWER):
            return Accumulation.INSTANTANEOUS
        if self.accumulation in _CUMULATIVE:
            return Accumulation.CUMULATIVE
        if self.accumulation in _STATES:
            return Accumulation.INSTANTANEOUS
        return Accumulation.DELTA


def worst_quality(codes: Iterable[int], default: int) -> Quality:
    """Return how far a value can be trusted that has these quality codes."""
    given = list(codes) or [default]
    return max((_QUALITIES.get(code, Quality.ESTIMATED) for code in given), key=int)
