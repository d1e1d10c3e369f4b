"""Watteco (nke): the samples its codec makes of a report or of a batch.

A sample is `{"variable", "value", "date"}`, newer codecs add `unit` and repeat
the last value of each variable beside the list; older ones call the list
`data`. Each sample has its own date, so a batch is a load curve and the
repeated values are not read. Active energies are in Wh and powers in W. TIC'O
repeats the labels of the meter, whose `DATE` is then the time of all of them.
"""

import re
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.units import quantity_of, spelled
from ingest.decoders import instants, pme_pmi
from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Gathering, Kind, energy, power, temperature
from ingest.decoders.json_body import JsonObject
from ingest.decoders.lorawan_fields import PULSES
from ingest.decoders.tic_labels import TIC_REGISTERS

_LISTS = ("samples", "data")
_ANSWER = frozenset(("cmdID", "clustID", "status"))
"""How the codec gives what a device answers about its configuration: no samples."""

_METERED = re.compile(r"(?:(positive|negative)_)?active_(energy|power)(?:_(abc|a|b|c))?")
_TEMPERATURE = re.compile(r"temperature(?:_(\d+))?")
_INDEX = re.compile(r"index(?:_\d+)?")
_DAY_FIRST = re.compile(r"(\d\d)/(\d\d)/(\d\d) (\d\d:\d\d:\d\d)", re.ASCII)
_IN_BATCHES = {"ActiveEnergy": "active_energy"}
"""What a Smart Plug's batches call the register that its reports name otherwise."""

_NOT_DIGITS = re.compile(r"[^0-9]")
_LONGEST_NAME = 60


def gather(found: Gathering, payload: JsonObject, path: str, zone: ZoneInfo) -> bool:
    """Pick the samples; return False when the payload is not this codec's."""
    for name in _LISTS:
        samples = payload.get(name)
        if type(samples) is list and samples and _are_samples(samples):
            _gather_samples(found, samples, f"{path}.{name}", zone)
            return True
    return payload.keys() >= _ANSWER


def _are_samples(samples: list[object]) -> bool:
    return all(
        type(sample) is dict and type(sample.get("variable")) is str and "value" in sample
        for sample in samples
    )


def _gather_samples(found: Gathering, samples: list[JsonObject], path: str, zone: ZoneInfo) -> None:
    heard_at = found.time
    said = {sample["variable"]: sample["value"] for sample in samples}
    read_at = _read_at(said.get("DATE"), zone)
    pulses: set[str] = set()
    for index, sample in enumerate(samples):
        name: str = sample["variable"]
        variable = _IN_BATCHES.get(name, name)
        place = f"{path}[{index}].value"
        found.time = read_at or _sampled_at(sample, zone) or heard_at
        kind = _kind(variable) if len(variable) <= _LONGEST_NAME else None
        if kind is not None:
            _gather_one(found, kind, variable, sample, place)
        elif variable == pme_pmi.INDEX:
            pme_pmi.gather_index(found, sample["value"], said.get(pme_pmi.TARIFF), place)
        elif _INDEX.fullmatch(variable):
            pulses.add(variable)
    found.time = heard_at
    for variable in sorted(pulses):
        found.complain(f"{path}: {variable}", PULSES)


@lru_cache(maxsize=1024)
def _kind(variable: str) -> Kind | None:
    """Return what a variable means, or None when it is no register of ours."""
    if variable in TIC_REGISTERS:
        return TIC_REGISTERS[variable]
    metered = _METERED.fullmatch(variable)
    if metered:
        is_energy = metered[2] == "energy"
        role = _role(metered[1], metered[3], Role.TOTAL if is_energy else Role.LIVE)
        return energy("Wh", role) if is_energy else power("W", role)
    probe = _TEMPERATURE.fullmatch(variable)
    if probe:
        return temperature("degC", Role.LIVE if probe[1] in (None, "1") else Role.OTHER)
    return None


def _role(sign: str | None, phase: str | None, main: Role) -> Role:
    if sign == "negative":
        return Role.OTHER
    return Role.PART if phase in ("a", "b", "c") else main


def _gather_one(found: Gathering, kind: Kind, variable: str, sample: JsonObject, path: str) -> None:
    """Keep a sample in the unit said beside it, else in the one its variable has."""
    unit = sample.get("unit")
    if type(unit) is str and spelled(unit) != kind.unit:
        if quantity_of(unit) is not kind.quantity:
            found.complain(path, f"is in {unit[:20]!r}, which measures something else")
            return
        kind = replace(kind, unit=spelled(unit))
    found.add(kind, variable, sample["value"], path)


def _sampled_at(sample: JsonObject, zone: ZoneInfo) -> datetime | None:
    date = sample.get("date")
    return instants.from_text(date, zone) if type(date) is str else None


def _read_at(date: object, zone: ZoneInfo) -> datetime | None:
    """Return the meter's own clock: a Linky's with its season, a PME-PMI's without."""
    if type(date) is dict and type(date.get("Date")) is str and type(date.get("S")) is str:
        return instants.from_tic(date["S"] + _NOT_DIGITS.sub("", date["Date"]), zone)
    if type(date) is str:
        day = _DAY_FIRST.fullmatch(date)
        if day:
            return instants.from_text(f"20{day[3]}-{day[2]}-{day[1]}T{day[4]}", zone)
    return None
