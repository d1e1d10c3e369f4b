"""What the fields of rtl_433 mean: `<what>_<unit>`, as its data format has it.

American utility meters (ERT, SCM+, R900…) send a count whose unit is printed on
the meter and nowhere in the message: it is named and not guessed. Wireless
M-Bus values bring their unit in the text itself, `"12.345 m3"`.
"""

import re

from domain.registers import Quantity
from domain.units import quantity_of, spelled
from ingest.decoders.decoded import Role
from ingest.decoders.gathering import (
    Kind,
    apparent,
    energy,
    number_from_text,
    power,
    temperature,
    volume,
)

NO_UNIT = frozenset(
    (
        "consumption_data",
        "Consumption",
        "LastConsumptionCount",
        "consumption",
        "reading",
        "volume",
        "impulses",
        "pulsecount",
        "pulse",
        "total",
    )
)
"""Counts that would be indexes if their unit were known."""

_LONGEST_NAME = 120
_LONGEST_TEXT = 64
_FIELDS: dict[str, Kind] = {
    **dict.fromkeys(
        ("energy_kWh", "total_kWh", "cumulative_kWh", "reading_kWh"), energy("kWh", Role.TOTAL)
    ),
    "volume_m3": volume("m3", Role.TOTAL),
    "volume_gal": volume("gal_us", Role.TOTAL),
    "power_W": power("W", Role.LIVE),
    **{f"power{n}_W": power("W", Role.LIVE) for n in range(4)},
    "power_VA": apparent(),
    "inst_energy_wh_0": energy("", Role.TOTAL),
    "inst_energy_j_0": energy("", Role.TOTAL),
    "inst_volume_0": volume("", Role.TOTAL),
    "inst_power_w_0": power("", Role.LIVE),
    **{f"inst_temperature_{where}_0": temperature("") for where in ("flow", "return", "ext")},
}
_OF_A_MODEL: dict[tuple[str, str], Kind] = {
    ("Voltcraft-EC3k", "energy"): energy("kWh", Role.TOTAL),
    ("Voltcraft-EC3k", "energy2"): energy("kWh"),
    ("Voltcraft-EC3k", "power"): power("W", Role.LIVE),
}
"""Fields of the days before the data format, whose unit only the device's page gives."""

_TEMPERATURE = re.compile(r"temp(?:erature)?(?:_?\d)?_([CF])|temperature_(?:int|amb)_C")
_NOT_AN_INDEX = frozenset((("Efergy-Optical", "energy_kWh"),))
"""A rate, worked out for several guesses of the pulses that make a kWh."""


def kind_of_field(model: str, name: str) -> Kind | None:
    """Return what a field of a model means, or None; without unit: it stands in the value."""
    if (model, name) in _NOT_AN_INDEX:
        return None
    kind = _FIELDS.get(name) or _OF_A_MODEL.get((model, name))
    if kind is not None:
        return kind
    found = _TEMPERATURE.fullmatch(name)
    if found is None:
        return None
    is_first = name in ("temperature_C", "temperature_F", "temperature_1_C", "temperature_1_F")
    role = Role.LIVE if is_first else Role.OTHER
    return temperature("degF" if found[1] == "F" else "degC", role)


def kinds_of(model: str, names: tuple[str, ...]) -> tuple[tuple[str, Kind], ...]:
    """Return what each field of an event means, those that are no registers left out."""
    kinds: list[tuple[str, Kind]] = []
    for name in names:
        kind = kind_of_field(model, name) if len(name) <= _LONGEST_NAME else None
        if kind is None:
            continue
        heat = kind.quantity is Quantity.VOLUME and any(
            other.quantity is Quantity.ENERGY for _, other in kinds
        )
        kinds.append((name, kind.as_role(Role.OTHER) if heat else kind))
    return tuple(kinds)


def number_with_unit(kind: Kind, value: object) -> tuple[Kind, float] | None:
    """Return what a text such as `12.345 kWh` says, with its unit; None when it does not."""
    if type(value) is not str or len(value) > _LONGEST_TEXT:
        return None
    digits, _, unit = value.partition(" ")
    number = number_from_text(digits)
    if number is None or quantity_of(unit) is not kind.quantity:
        return None
    return Kind(kind.quantity, spelled(unit), kind.accumulation, kind.role), number
