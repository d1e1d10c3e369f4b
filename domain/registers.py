"""What a stored register means, read from its name alone.

A register's name is `<kind>.<name the meter gives it>`, for instance
`energy.EAST`, `energy.HCHP`, `power.apower` or `volume_delta.frame`. The kind
fixes quantity, canonical unit and accumulation, so that whoever reads the
store needs to know nothing of the device that filled it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Accumulation(StrEnum):
    """How successive values of a register relate (ESPI `accumulationBehaviour`)."""

    CUMULATIVE = "cumulative"
    """An index that only grows; what was used is a difference."""

    DELTA = "delta"
    """What was used during one interval."""

    INSTANTANEOUS = "instantaneous"
    """A state at one instant: power, temperature."""


class Quantity(StrEnum):
    """What is measured."""

    ENERGY = "energy"
    VOLUME = "volume"
    POWER = "power"
    APPARENT_POWER = "apparent_power"
    TEMPERATURE = "temperature"
    CARBON_INTENSITY = "carbon_intensity"
    """Of the electricity that a meter counts, as the grid's operator tells it."""


class Role(StrEnum):
    """What a register is to its device, so that nothing is counted twice."""

    TOTAL = "total"
    """The registers whose sum is what the device counts."""

    PART = "part"
    """A phase, tariff or other share already inside a total."""

    LIVE = "live"
    """The active power of the whole device, now."""

    OTHER = "other"
    """Kept when asked for: exported energy, apparent power, a second sensor."""


CANONICAL_UNIT: dict[Quantity, str] = {
    Quantity.ENERGY: "kWh",
    Quantity.VOLUME: "m3",
    Quantity.POWER: "kW",
    Quantity.APPARENT_POWER: "kVA",
    Quantity.TEMPERATURE: "degC",
    Quantity.CARBON_INTENSITY: "g/kWh",
}
"""The unit in which a reading of each quantity is stored."""

_ACCUMULATIONS_OF: dict[Quantity, tuple[Accumulation, ...]] = {
    Quantity.ENERGY: (Accumulation.CUMULATIVE, Accumulation.DELTA),
    Quantity.VOLUME: (Accumulation.CUMULATIVE, Accumulation.DELTA),
    Quantity.POWER: (Accumulation.INSTANTANEOUS,),
    Quantity.APPARENT_POWER: (Accumulation.INSTANTANEOUS,),
    Quantity.TEMPERATURE: (Accumulation.INSTANTANEOUS,),
    Quantity.CARBON_INTENSITY: (Accumulation.INSTANTANEOUS,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterMeaning:
    """Quantity and accumulation of a stored register."""

    quantity: Quantity
    accumulation: Accumulation

    @property
    def unit(self) -> str:
        """The canonical unit its readings are stored in."""
        return CANONICAL_UNIT[self.quantity]


def register_name(quantity: Quantity, accumulation: Accumulation, own_name: str) -> str:
    """Name the stored register of what a meter calls `own_name`.

    >>> register_name(Quantity.ENERGY, Accumulation.DELTA, "frame")
    'energy_delta.frame'

    Raises:
        ValueError: The quantity is never accumulated that way.
    """
    if accumulation not in _ACCUMULATIONS_OF[quantity]:
        raise ValueError(f"{quantity} is never {accumulation}")
    kind = f"{quantity}_delta" if accumulation is Accumulation.DELTA else str(quantity)
    return f"{kind}.{own_name}"


def register_meaning(name: str) -> RegisterMeaning:
    """Read a stored register's meaning from its name.

    >>> register_meaning("energy.EAST").accumulation.value
    'cumulative'

    Raises:
        ValueError: The name has no known kind.
    """
    kind, _, own_name = name.partition(".")
    if not own_name:
        raise ValueError(f"register {name!r} lacks the name the meter gives it")
    is_delta = kind.endswith("_delta")
    quantity = Quantity(kind.removesuffix("_delta"))
    accumulation = Accumulation.DELTA if is_delta else _ACCUMULATIONS_OF[quantity][0]
    if accumulation not in _ACCUMULATIONS_OF[quantity]:
        raise ValueError(f"{quantity} is never {accumulation}")
    return RegisterMeaning(quantity=quantity, accumulation=accumulation)
