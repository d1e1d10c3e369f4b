"""Units that devices and files speak, and how each becomes the one we store."""

from collections.abc import Mapping

from domain.registers import CANONICAL_UNIT, Quantity

_CUBIC_FOOT_M3 = 0.028316846592

_LINEAR: Mapping[Quantity, Mapping[str, float]] = {
    Quantity.ENERGY: {
        "kWh": 1.0,
        "Wh": 1e-3,
        "MWh": 1e3,
        "GWh": 1e6,
        "mWh": 1e-6,
        "J": 1 / 3.6e6,
        "kJ": 1 / 3.6e3,
        "MJ": 1 / 3.6,
        "GJ": 1e3 / 3.6,
        "BTU": 1055.05585262 / 3.6e6,
        "Wmin": 1 / 60e3,
    },
    Quantity.VOLUME: {
        "m3": 1.0,
        "dm3": 1e-3,
        "L": 1e-3,
        "hL": 0.1,
        "mL": 1e-6,
        "cm3": 1e-6,
        "ft3": _CUBIC_FOOT_M3,
        "ccf": 100 * _CUBIC_FOOT_M3,
        "gal_us": 0.003785411784,
        "gal_imp": 0.00454609,
    },
    Quantity.POWER: {"kW": 1.0, "W": 1e-3, "mW": 1e-6, "MW": 1e3},
    Quantity.APPARENT_POWER: {"kVA": 1.0, "VA": 1e-3, "MVA": 1e3},
    Quantity.TEMPERATURE: {},
    Quantity.CARBON_INTENSITY: {"g/kWh": 1.0, "kg/MWh": 1.0, "kg/kWh": 1e3},
}
"""Factor from each unit to the canonical one of its quantity."""

_AFFINE: Mapping[str, tuple[float, float]] = {
    "degC": (1.0, 0.0),
    "K": (1.0, -273.15),
    "degF": (5 / 9, -160 / 9),
}
"""Temperatures: degC = a × value + b."""

_SPELLINGS: Mapping[str, str] = {
    "°c": "degC",
    "℃": "degC",
    "c": "degC",
    "cel": "degC",
    "celsius": "degC",
    "degc": "degC",
    "°f": "degF",
    "f": "degF",
    "fahrenheit": "degF",
    "degf": "degF",
    "kelvin": "K",
    "m³": "m3",
    "m^3": "m3",
    "dm³": "dm3",
    "cm³": "cm3",
    "ft³": "ft3",
    "l": "L",
    "litre": "L",
    "litres": "L",
    "liter": "L",
    "liters": "L",
    "l (litre)": "L",
    "gal": "gal_us",
    "us gl": "gal_us",
    "imp gl": "gal_imp",
    "btus": "BTU",
    "w·min": "Wmin",
}

_KNOWN: Mapping[str, Quantity] = {
    **{unit: quantity for quantity, units in _LINEAR.items() for unit in units},
    **dict.fromkeys(_AFFINE, Quantity.TEMPERATURE),
}

_CASE_FREE: Mapping[str, str] = {
    unit.lower(): unit for unit in _KNOWN if unit not in ("mW", "MW", "mWh")
} | dict(_SPELLINGS)


def spelled(unit: str) -> str:
    """Return our spelling of a unit, or the unit untouched when we know none.

    >>> spelled("m³"), spelled("KWH"), spelled("°C"), spelled("beers")
    ('m3', 'kWh', 'degC', 'beers')
    """
    text = unit.strip()
    return text if text in _KNOWN else _CASE_FREE.get(text.lower(), unit)


def quantity_of(unit: str) -> Quantity | None:
    """Return what a unit measures, or None when we do not know it."""
    return _KNOWN.get(spelled(unit))


def units_of(quantity: Quantity) -> tuple[str, ...]:
    """Return the units a quantity may come in, the canonical one first."""
    units = tuple(_AFFINE) if quantity is Quantity.TEMPERATURE else tuple(_LINEAR[quantity])
    canonical = CANONICAL_UNIT[quantity]
    return (canonical, *(unit for unit in units if unit != canonical))


def to_canonical(value: float, unit: str, quantity: Quantity) -> float:
    """Return `value` in the unit its quantity is stored in.

    >>> to_canonical(1500.0, "Wh", Quantity.ENERGY)
    1.5
    >>> to_canonical(212.0, "degF", Quantity.TEMPERATURE)
    100.0

    Raises:
        ValueError: The unit does not measure that quantity.
    """
    name = unit if unit in _KNOWN else spelled(unit)
    if quantity is Quantity.TEMPERATURE:
        if name in _AFFINE:
            slope, offset = _AFFINE[name]
            return slope * value + offset
    else:
        factor = _LINEAR[quantity].get(name)
        if factor is not None:
            return value * factor
    raise ValueError(
        f"{quantity} is not measured in {unit!r}; use one of {', '.join(units_of(quantity))}"
    )
