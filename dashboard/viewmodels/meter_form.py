"""A meter as it is typed in a form, and what that means."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from dashboard.text.words import Words
from domain.errors import InvalidRecord
from domain.guess_words import words_of
from domain.guessing import Guess, source_of
from domain.meters import Commodity, EndUse, Meter
from domain.seen_devices import SeenDevice
from domain.sites import Building, Portfolio

_NUMBER = re.compile(r"\d{1,9}([.,]\d{1,9})?")
_WHOLE = re.compile(r"\d{1,8}")
_SHORTEST_WORD = 3

ONE_MORE = "+"
"""Chosen in the place of a parent: a main meter beside the one that the building has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedMeter:
    """A form as it was typed."""

    building_id: str = ""
    id: str = ""
    name: str = ""
    commodity: str = ""
    end_use: str = str(EndUse.ALL)
    zone_id: str = ""
    parent_id: str = ""
    cadence_s: str = ""
    scale: str = ""
    kwh_pcs_per_m3: str = ""
    registers: tuple[str, ...] = ()

    @property
    def is_one_more(self) -> bool:
        """Tell whether it is to be added to the building's main meter."""
        return self.parent_id == ONE_MORE

    @classmethod
    def of_fields(cls, fields: Mapping[str, str], registers: Sequence[str]) -> "TypedMeter":
        """Return a form that was sent."""
        names = set(cls.__dataclass_fields__) - {"registers"}
        typed = {name: fields[name].strip() for name in names if name in fields}
        return cls(**typed, registers=tuple(registers))


def typed_of_guess(
    seen: SeenDevice,
    proposed: Guess,
    buildings: Sequence[Building],
    portfolio: Portfolio,
    words: Words,
) -> TypedMeter:
    """Return the form that makes a meter of a device, filled in as far as can be told."""
    commodity = proposed.commodity
    ticked = (
        proposed.registers if commodity else tuple(r.name for r in seen.registers if r.is_counted)
    )
    building = buildings[0] if len(buildings) == 1 else building_named(seen, buildings)
    blank = TypedMeter(
        building_id=building.id if building else "",
        commodity=str(commodity or ""),
    )
    return replace(
        under_its_main(blank, portfolio),
        id=proposed.id,
        name=proposed.name or (words.say(f"manage.commodity.{commodity}") if commodity else ""),
        cadence_s=f"{proposed.cadence.total_seconds():.0f}",
        scale="1",
        registers=ticked,
    )


def under_its_main(typed: TypedMeter, portfolio: Portfolio) -> TypedMeter:
    """Propose what is typed as a part of the building's one main meter, where it has one."""
    mains: Sequence[Meter] = ()
    if typed.commodity in tuple(Commodity) and typed.commodity != Commodity.OUTDOOR_TEMPERATURE:
        mains = portfolio.mains_of(typed.building_id, Commodity(typed.commodity))
    return replace(typed, parent_id=mains[0].id) if len(mains) == 1 else typed


def typed_of_meter(meter: Meter, words: Words) -> TypedMeter:
    """Return the form that changes a meter, filled in with what it is."""
    source = meter.source
    return TypedMeter(
        building_id=meter.building_id,
        id=meter.id,
        name=meter.name,
        commodity=str(meter.commodity),
        end_use=str(meter.end_use),
        zone_id=meter.zone_id or "",
        parent_id=meter.parent_id or "",
        cadence_s=f"{meter.cadence.total_seconds():.0f}",
        scale=_typed_number(source.scale if source else 1.0, words),
        kwh_pcs_per_m3=_typed_number(meter.kwh_pcs_per_m3, words),
        registers=source.registers if source else (),
    )


def building_named(seen: SeenDevice, buildings: Sequence[Building]) -> Building | None:
    """Return the building whose name a device bears; None when none or several do."""
    said = words_of([seen.device, seen.label, seen.topic])
    scores = [
        len({w for w in words_of([b.id, b.name, b.short_name]) & said if len(w) >= _SHORTEST_WORD})
        for b in buildings
    ]
    best = max(scores, default=0)
    return buildings[scores.index(best)] if best and scores.count(best) == 1 else None


def adopted_meter(typed: TypedMeter, seen: SeenDevice) -> Meter:
    """Understand a form that makes a meter of a device.

    Raises:
        InvalidRecord: Field by field, what is wrong with it.
    """
    wrong: dict[str, str] = {}
    if typed.commodity not in tuple(Commodity):
        wrong["commodity"] = "meter.commodity_missing"
    if not typed.building_id:
        wrong["building_id"] = "meter.building_missing"
    if not typed.name:
        wrong["name"] = "meter.name_missing"
    numbers = _numbers(typed, wrong)
    if wrong:
        raise InvalidRecord(wrong)
    commodity = Commodity(typed.commodity)
    suited = {register.name for register in seen.registers_for(commodity)}
    wanted = suited & set(typed.registers)
    if not wanted:
        raise InvalidRecord({"registers": "meter.registers_none"})
    return Meter(
        id=typed.id,
        building_id=typed.building_id,
        name=typed.name,
        commodity=commodity,
        zone_id=typed.zone_id or None,
        parent_id=None if typed.is_one_more else typed.parent_id or None,
        end_use=_end_use(typed),
        source=source_of(seen, commodity, wanted, numbers.scale),
        cadence=numbers.cadence,
        kwh_pcs_per_m3=numbers.kwh_pcs_per_m3,
    )


def changed_meter(typed: TypedMeter, meter: Meter) -> Meter:
    """Understand a form that changes a meter; what it is and where stays.

    Raises:
        InvalidRecord: Field by field, what is wrong with it.
    """
    wrong: dict[str, str] = {}
    numbers = _numbers(typed, wrong)
    if wrong:
        raise InvalidRecord(wrong)
    source = meter.source
    if source is not None:
        source = replace(source, registers=typed.registers, scale=numbers.scale)
    return replace(
        meter,
        name=typed.name,
        zone_id=typed.zone_id or None,
        parent_id=typed.parent_id or None,
        end_use=_end_use(typed),
        source=source,
        cadence=numbers.cadence,
        kwh_pcs_per_m3=numbers.kwh_pcs_per_m3,
    )


@dataclass(frozen=True, slots=True)
class _Numbers:
    cadence: timedelta
    scale: float
    kwh_pcs_per_m3: float | None


def _numbers(typed: TypedMeter, wrong: dict[str, str]) -> _Numbers:
    if not _WHOLE.fullmatch(typed.cadence_s):
        wrong["cadence"] = "meter.cadence_range"
    scale = _number(typed.scale or "1")
    if scale is None:
        wrong["scale"] = "meter.scale_range"
    factor = _number(typed.kwh_pcs_per_m3) if typed.kwh_pcs_per_m3 else None
    if typed.kwh_pcs_per_m3 and factor is None:
        wrong["kwh_pcs_per_m3"] = "meter.kwh_pcs_range"
    seconds = 0 if "cadence" in wrong else int(typed.cadence_s)
    return _Numbers(timedelta(seconds=seconds), scale or 0.0, factor)


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _end_use(typed: TypedMeter) -> EndUse:
    return EndUse(typed.end_use) if typed.end_use in tuple(EndUse) else EndUse.ALL


def _typed_number(value: float | None, words: Words) -> str:
    if value is None:
        return ""
    return f"{value:.9f}".rstrip("0").rstrip(".").replace(".", words.separators[0])
