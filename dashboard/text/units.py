"""Units as people write them."""

_WRITTEN = {"m3": "m³", "dm3": "dm³", "cm3": "cm³", "ft3": "ft³", "degC": "°C", "degF": "°F"}


def unit_text(unit: str) -> str:
    """Return a unit as people write it.

    >>> unit_text("m3"), unit_text("kWh")
    ('m³', 'kWh')
    """
    return _WRITTEN.get(unit, unit)
