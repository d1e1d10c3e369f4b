"""What the fields of a decoded M-Bus telegram mean, by their names.

A name is listed or it is no register: telegrams are full of old indexes,
maxima and means that look like indexes of now. A meter is counted once: by
the index of the whole; by its tariffs or phases where it sends no whole.
"""

import re
from collections.abc import Collection
from functools import lru_cache

from domain.registers import Quantity
from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Kind, apparent, energy, power, temperature, volume

_UNITS: dict[str, Kind] = {
    "m3": volume("m3"),
    "l": volume("L"),
    "kwh": energy("kWh"),
    "wh": energy("Wh"),
    "mj": energy("MJ"),
    "gj": energy("GJ"),
    "kw": power("kW"),
    "w": power("W"),
    "kva": apparent("kVA"),
    "c": temperature("degC"),
    "f": temperature("degF"),
}
"""By the last word of a name."""

PULSES_OF = {"lansenpu": ("a_counter", "b_counter")}
"""What telegrams of a driver count in pulses."""

_SCHNEIDER = "iem3000"
_SETTINGS_PAGE = "phases_counter"
"""In the last of its three telegrams the driver prints the energies a thousand times too small."""

_WHOLE_ELSEWHERE = (_SCHNEIDER, "hydrus")
"""Meters that tell their tariffs and phases in one telegram and the whole in another."""

_LONGEST_NAME = 120
_TARIFF = r"_tariff_?\d"
_PHASE = r"(?:_phase_?[123]|_at_phase_[123]|_l[123]|_[123])"

_STEMS: dict[Quantity, tuple[tuple[Role, re.Pattern[str]], ...]] = {
    Quantity.ENERGY: (
        (
            Role.TOTAL,
            re.compile(
                r"total|total_energy|total_energy_consumption|total_heating|total_heat_energy|heat"
                r"|positive_total_active_energy|total_active_positive_3phase"
            ),
        ),
        (
            Role.PART,
            re.compile(
                rf"total(?:_energy_consumption)?(?:{_TARIFF}|_l[123])"
                r"|positive_tariff\d_active_energy"
            ),
        ),
        (
            Role.OTHER,
            re.compile(
                rf"total_energy_production(?:{_TARIFF})?|total_energy_backward"
                r"|negative_(?:total|tariff\d)_active_energy"
                r"|total_cooling(?:_energy|_consumption)?|total_energy_cooling"
            ),
        ),
    ),
    Quantity.VOLUME: (
        (
            Role.TOTAL,
            re.compile(r"total|total_volume|total_water|volume|totalitator|total_heating"),
        ),
        (Role.PART, re.compile(rf"total(?:_volume)?{_TARIFF}|total_forward")),
        (
            Role.OTHER,
            re.compile(
                r"total_(?:backwards?|backward_flow)|backflow|volume_b|c[12]_volume"
                r"|total_(?:volume_)?subunit\d|subunit\d|input\d_volume"
                r"|total_cooling(?:_volume)?|total_volume_cooling"
            ),
        ),
    ),
    Quantity.POWER: (
        (
            Role.LIVE,
            re.compile(
                r"power|current_power|current_power_consumption|active_consumption"
                r"|active_power_overall|three_phase_total_active_power"
            ),
        ),
        (
            Role.PART,
            re.compile(
                rf"(?:power|active_power|current_power_consumption|active_consumption){_PHASE}"
            ),
        ),
        (Role.OTHER, re.compile(r"current_power_production")),
    ),
    Quantity.APPARENT_POWER: (
        (Role.OTHER, re.compile(rf"three_phase_total_apparent_power|apparent_power{_PHASE}")),
    ),
    Quantity.TEMPERATURE: (
        (
            Role.LIVE,
            re.compile(r"temperature|current_temperature|current_temp|current_room_temp|temp_room"),
        ),
        (
            Role.OTHER,
            re.compile(
                r"(?:flow|return|supply|t[12]|external)_temperature|flow|forward|return"
                r"|temp_radiator"
            ),
        ),
    ),
}


def kinds_of(driver: str, names: Collection[str]) -> tuple[tuple[str, Kind], ...]:
    """Return what each field of a telegram means, those that are no registers left out.

    Args:
        driver: What wmbusmeters read it with.
        names: The telegram's fields.
    """
    if driver == _SCHNEIDER and _SETTINGS_PAGE in names:
        return ()
    kinds: list[tuple[str, Kind]] = []
    for name in names:
        kind = _kind(name) if len(name) <= _LONGEST_NAME else None
        if kind is not None:
            kinds.append((name, kind))
    for quantity, main in (
        (Quantity.ENERGY, Role.TOTAL),
        (Quantity.VOLUME, Role.TOTAL),
        (Quantity.POWER, Role.LIVE),
        (Quantity.TEMPERATURE, Role.LIVE),
    ):
        is_whole_elsewhere = driver in _WHOLE_ELSEWHERE and main is Role.TOTAL
        kinds = _counted_once(kinds, quantity, main, may_promote=not is_whole_elsewhere)
    if any(kind.quantity is Quantity.ENERGY and kind.role is Role.TOTAL for _, kind in kinds):
        # A heat meter counts heat; the water that brought it is not what is used.
        kinds = [
            (name, kind.as_role(Role.OTHER) if kind.quantity is Quantity.VOLUME else kind)
            for name, kind in kinds
        ]
    return tuple(kinds)


@lru_cache(maxsize=4096)
def _kind(name: str) -> Kind | None:
    stem, _, unit = name.rpartition("_")
    kind = _UNITS.get(unit)
    if kind is None:
        return None
    for role, names in _STEMS[kind.quantity]:
        if names.fullmatch(stem):
            return kind.as_role(role)
    return None


def _counted_once(
    kinds: list[tuple[str, Kind]], quantity: Quantity, main: Role, *, may_promote: bool
) -> list[tuple[str, Kind]]:
    """Leave one main field to a quantity; without any, its shares are what adds up."""
    mains = [name for name, kind in kinds if kind.quantity is quantity and kind.role is main]
    settled = []
    for name, kind in kinds:
        if kind.quantity is quantity and kind.role is main and name != mains[0]:
            kind = kind.as_role(Role.OTHER)
        elif kind.quantity is quantity and kind.role is Role.PART and may_promote and not mains:
            kind = kind.as_role(main)
        settled.append((name, kind))
    return settled
