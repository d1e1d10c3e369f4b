"""From what a device says to the meter it probably is.

What it measures comes first, for no name turns an energy into a volume; then
what people called it. Where neither tells, the answer is that we cannot tell:
a manager who chooses errs less than one who accepts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.guess_names import end_of, free_id, spoken_name
from domain.guess_words import WORDS, named, plain, words_of
from domain.meters import Commodity, Source
from domain.registers import Accumulation, Quantity
from domain.seen_devices import SeenDevice, SeenRegister

USUAL_CADENCE = timedelta(minutes=10)
"""What is expected of a device heard too seldom to tell."""

_USUAL_S = (1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 21_600, 43_200, 86_400)
_LINKY = frozenset({"teleinfo2mqtt", "tic"})
_ELECTRIC = frozenset({"shelly", "tasmota", "iotawatt", "amsreader", "victron"})
_HEAT_UNITS = frozenset({"MJ", "GJ"})
"""Plain joules are what a gateway makes of watts; only meters of heat count in these."""
_FUELS = (Commodity.NATURAL_GAS, Commodity.FUEL_OIL, Commodity.WOOD)
_HEATS = (Commodity.DISTRICT_HEAT, Commodity.DISTRICT_COLD)
_BY_VOLUME = (Commodity.WATER, Commodity.NATURAL_GAS, Commodity.FUEL_OIL)
_BY_ENERGY = (Commodity.ELECTRICITY, *_FUELS, *_HEATS)


class Certainty(StrEnum):
    """How far a guess can be trusted."""

    SURE = "sure"
    """What it measures, or says it is, leaves nothing else."""

    LIKELY = "likely"
    """Look before keeping it."""

    UNKNOWN = "unknown"
    """We cannot tell: choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """The meter that a device probably is, before anybody agreed."""

    commodity: Commodity | None
    certainty: Certainty

    reason: str
    """The last word of the text key that says why: `meters.why.<reason>`."""

    registers: tuple[str, ...]
    """Those that tell the commodity, as a meter that names none would take them."""

    cadence: timedelta
    id: str
    """Free, and made of the device's own name where it has one."""

    name: str
    """What people call it; empty when it only has a serial number."""

    needs_weight: bool = False
    """It counts pulses: what one of them is worth must be checked against the meter."""


def guess(device: SeenDevice, taken_ids: Collection[str] = ()) -> Guess:
    """Propose a meter for a device.

    Args:
        device: What it said until now.
        taken_ids: Ids of meters that exist.
    """
    commodity, certainty, reason = _commodity(device)
    name = spoken_name(device)
    return Guess(
        commodity=commodity,
        certainty=certainty,
        reason=reason,
        registers=registers_taken(device, commodity) if commodity else (),
        cadence=usual_cadence(device.cadence),
        id=free_id(name or f"{commodity or 'meter'}-{end_of(device.device)}", taken_ids),
        name=name,
        needs_weight=_counts_pulses(device),
    )


def registers_taken(device: SeenDevice, commodity: Commodity) -> tuple[str, ...]:
    """Return the registers of a device that a meter naming none would take."""
    return tuple(r.name for r in device.registers_for(commodity) if r.is_counted)


def usual_cadence(heard: timedelta | None) -> timedelta:
    """Return the step of a clock that is nearest to how often a device is heard.

    >>> usual_cadence(timedelta(seconds=297))
    datetime.timedelta(seconds=300)
    """
    if heard is None:
        return USUAL_CADENCE
    seconds = max(heard.total_seconds(), 1.0)
    return timedelta(seconds=min(_USUAL_S, key=lambda s: max(s / seconds, seconds / s)))


Found = tuple[Commodity | None, Certainty, str]


def _commodity(device: SeenDevice) -> Found:
    counted = [r for r in device.registers if r.is_counted] or list(device.registers)
    kinds = {r.quantity for r in counted}
    # What heats or cools is in the names of thermometers too, and tells nothing of the index.
    indexes = [r.name for r in counted if r.accumulation is not Accumulation.INSTANTANEOUS]
    words = words_of([device.device, device.label, device.topic, *indexes])
    if device.family in _LINKY or any(r.name.startswith("current_summ_") for r in counted):
        return Commodity.ELECTRICITY, Certainty.SURE, "linky"
    if Quantity.VOLUME in kinds and Quantity.ENERGY in kinds:
        return _of_both(device, counted, words)
    if Quantity.VOLUME in kinds:
        return _of_volume(words)
    if Quantity.ENERGY in kinds:
        return _of_energy(device, counted, words)
    if kinds & {Quantity.POWER, Quantity.APPARENT_POWER}:
        return _electric(words, Certainty.LIKELY, "power")
    if Quantity.TEMPERATURE in kinds:
        return _of_temperature(words)
    return None, Certainty.UNKNOWN, "nothing"


def _of_both(device: SeenDevice, counted: list[SeenRegister], words: frozenset[str]) -> Found:
    """Judge a meter of heat, or one of water or gas that also tells an energy."""
    if words & WORDS[Commodity.DISTRICT_HEAT]:
        return Commodity.DISTRICT_HEAT, Certainty.SURE, "named"
    # Before cold: in "cold water" the adjective is no commodity.
    if words & WORDS[Commodity.WATER]:
        return Commodity.WATER, Certainty.LIKELY, "water_by_volume"
    found = named(words, (Commodity.DISTRICT_COLD, *_BY_VOLUME))
    if found is not None:
        return found, Certainty.LIKELY, "named"
    if _has_flow_and_return(device) or any(r.unit in _HEAT_UNITS for r in counted):
        return Commodity.DISTRICT_HEAT, Certainty.LIKELY, "heat_meter"
    return None, Certainty.UNKNOWN, "volume_and_energy"


def _of_volume(words: frozenset[str]) -> Found:
    found = named(words, _BY_VOLUME)
    if found is not None:
        return found, Certainty.SURE, "named"
    return None, Certainty.UNKNOWN, "volume"


def _of_energy(device: SeenDevice, counted: list[SeenRegister], words: frozenset[str]) -> Found:
    if device.family in _ELECTRIC:
        return _electric(words, Certainty.SURE, "electric_device")
    if any(r.quantity is Quantity.APPARENT_POWER for r in device.registers):
        return _electric(words, Certainty.SURE, "apparent_power")
    if words & WORDS[Commodity.SOLAR_PRODUCTION]:
        return Commodity.SOLAR_PRODUCTION, Certainty.LIKELY, "solar_name"
    found = named(words, _BY_ENERGY)
    if found is not None:
        # An energy called cold may be a chiller's current: only the current is sure.
        is_sure = found is Commodity.ELECTRICITY
        return found, Certainty.SURE if is_sure else Certainty.LIKELY, "named"
    if _has_flow_and_return(device):
        return Commodity.DISTRICT_HEAT, Certainty.LIKELY, "heat_meter"
    if any(r.unit in _HEAT_UNITS for r in counted):
        return Commodity.DISTRICT_HEAT, Certainty.LIKELY, "joules"
    if any(r.quantity is Quantity.POWER for r in counted):
        return Commodity.ELECTRICITY, Certainty.LIKELY, "energy_and_power"
    return None, Certainty.UNKNOWN, "energy"


def _electric(words: frozenset[str], certainty: Certainty, reason: str) -> Found:
    if named(words, (Commodity.SOLAR_PRODUCTION,)):
        return Commodity.SOLAR_PRODUCTION, Certainty.LIKELY, "solar_name"
    return Commodity.ELECTRICITY, certainty, reason


def _of_temperature(words: frozenset[str]) -> Found:
    if named(words, (Commodity.OUTDOOR_TEMPERATURE,)):
        return Commodity.OUTDOOR_TEMPERATURE, Certainty.SURE, "named"
    return None, Certainty.UNKNOWN, "thermometer"


def _has_flow_and_return(device: SeenDevice) -> bool:
    """Tell whether it has two thermometers, as only what carries heat needs."""
    return sum(r.quantity is Quantity.TEMPERATURE for r in device.registers) > 1


def _counts_pulses(device: SeenDevice) -> bool:
    """Tell a ZiPulses, which says a volume under the name of an energy, or says its name."""
    as_energy = any(r.name == "energy" and r.quantity is Quantity.VOLUME for r in device.registers)
    texts = [device.device, device.label, *(r.name for r in device.registers)]
    return as_energy or any("pulse" in plain(text) or "impuls" in plain(text) for text in texts)


def source_of(
    device: SeenDevice, commodity: Commodity, wanted: Collection[str], scale: float = 1.0
) -> Source:
    """Return the source of a meter that takes the registers wanted of a device.

    Those it would take anyway are not named: a tariff not heard yet belongs to them.
    """
    usual = set(wanted) == set(registers_taken(device, commodity))
    named_ones = () if usual or not wanted else tuple(sorted(wanted))
    return Source(family=device.family, device=device.device, registers=named_ones, scale=scale)
