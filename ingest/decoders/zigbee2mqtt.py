"""Zigbee2MQTT: plugs, LiXee's ZLinky_TIC and ZiPulses, meters, thermometers.

The device is its friendly name, which may hold slashes. `last_seen` gives the
time when Zigbee2MQTT is told to send it, as ISO 8601 or as epoch milliseconds.
A message repeats the whole remembered state of the device, so a number that
the device sent once comes again with every other.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from domain.registers import Quantity
from domain.units import quantity_of, spelled
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import (
    Gathering,
    Kind,
    apparent,
    energy,
    power,
    temperature,
    volume,
)
from ingest.decoders.json_body import JsonObject, kind_of, parse_json
from ingest.decoders.lorawan_fields import PULSES
from ingest.decoders.zigbee_water import AMBIGUOUS, CONSUMED, kinds_of_water
from ingest.decoders.zlinky import is_linky, kinds_of_linky

NAME = "zigbee2mqtt"

_TOPIC = re.compile(r"(?!(?:tele|stat|cmnd|homeassistant)/)(?:[^/]+/)*?zigbee2mqtt[^/]*/(.+)")
"""The base topic may have levels of its own before the one that says zigbee2mqtt."""

_PHASED = ("energy", "power", "produced_energy", "power_apparent")
_PHASE = re.compile(
    rf"({'|'.join(_PHASED)})_(?:phase_)?(?:l?[1-8]|[a-c]|left|right|center|top|bottom)"
)
_FIRST_PHASES = ("_phase_a", "_a", "_l1", "_1", "_left", "_top")
_FIXED: dict[str, Kind] = {
    "energy": energy("kWh", Role.TOTAL),
    "produced_energy": energy("kWh"),
    "energy_produced": energy("kWh"),
    "power": power("W", Role.LIVE),
    "power_apparent": apparent(),
    "energy_consumed": energy("kWh", Role.TOTAL),
    "active_energy": energy("kWh", Role.TOTAL),
    "consumed_energy": energy("Wh", Role.TOTAL),
    "total_energy_consumption": energy("kWh", Role.TOTAL),
    "reverse_energy": energy("kWh"),
    "current_summ_received": energy("kWh"),
    "energy_wh": energy("Wh", Role.TOTAL),
    **{f"active_ener{r}y_out_d0{n}": energy("kWh", Role.PART) for n in range(1, 5) for r in "gf"},
    **{f"energy_tier_{n}": energy("kWh", Role.PART) for n in range(1, 5)},
    **{f"produced_energy_tier_{n}": energy("kWh") for n in range(1, 3)},
    "active_power": power("W"),
    "active_power_ph_b": power("W"),
    "active_power_ph_c": power("W"),
    "injected_active_load_n": power("W"),
    "injected_active_load_n1": power("W"),
    "apparent_power": apparent(),
    "apparent_power_ph_b": apparent(),
    "apparent_power_ph_c": apparent(),
    "total_apparent_power": apparent(),
    "injected_v_a": apparent(),
    "gas": volume("m3", Role.TOTAL),
    **{f"volume_{n}": volume("L", Role.TOTAL) for n in (1, 2)},
    "temperature": temperature("degC", Role.LIVE),
    **{f"temperature_l{n}": temperature("degC") for n in range(1, 5)},
}
_PULSE_UNIT_KEYS = ("unitOfMeasure", "unit_of_measure", "unit_of_measurement")
_PULSE_KEYS = (*_PULSE_UNIT_KEYS, "multiplier", "divisor")
_OTHER_TOTALS = (
    *("energy_consumed", "active_energy", "consumed_energy"),
    "total_energy_consumption",
    "energy_wh",
)
"""What some makers call `energy`; beside that name they repeat it."""

_GAS = "gas"
_PULSE_COUNT = "pulse_count"
_OF_A_GAS_ALARM = frozenset(("co", "gas_sensor_state", "set_max_gas_alarm", "self_test", "preheat"))
_ATTRIBUTE_TEXT = re.compile(
    rb"(?![\d\s{\[\"-]|(?:true|false|null)$)[ -~]{1,64}|\d{4}-\d\d-\d\dT[ -~]{1,40}"
)
"""What is no JSON: a state, an action, an instant, as `output: attribute` sends them."""

_QUIET_SUFFIXES = ("availability", "set", "get")


def claim(topic: str) -> Reader | None:
    """Return the reader of `zigbee2mqtt/<friendly name>`."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        return None
    name = found[1]
    last = name.rpartition("/")[2]
    if name.startswith("bridge/") or (last != name and last in _QUIET_SUFFIXES):
        return silent(NAME)
    return partial(read, name)


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a document that holds what only Zigbee2MQTT writes."""
    if type(body) is not dict:
        return None
    is_ours = "linkquality" in body or is_linky(body)
    return partial(read, topic.rpartition("/")[2]) if is_ours else None


def read(device: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of one message.

    Raises:
        RejectedMessage: It is no JSON object, or none of its numbers is one.
    """
    if not payload:
        return Decoded(NAME)  # the retained message of a removed device is cleared
    if _ATTRIBUTE_TEXT.fullmatch(payload) and "/" in device:
        return _read_attribute(device, payload.decode())
    body = parse_json(payload)
    if type(body) is not dict:
        return _read_attribute(device, body)
    found = Gathering(device, _taken_at(body, zone))
    for name, kind in _kinds_of(body, found).items():
        # null: Zigbee2MQTT knows that the device has it and waits for a first value
        if kind is None or (value := body.get(name)) is None:
            continue
        if not (name == _GAS and _is_gas_alarm(value, body)):
            found.add(kind, name, value, name)
    return found.decoded(NAME)


def _is_gas_alarm(value: object, body: JsonObject) -> bool:
    """Tell an alarm, `gas: true` or a share of the explosive limit, from a meter."""
    return type(value) in (bool, str) or not _OF_A_GAS_ALARM.isdisjoint(body)


def _read_attribute(topic: str, value: object) -> Decoded:
    """Read one attribute, as sent with `output: attribute`."""
    device, _, name = topic.rpartition("/")
    kind = _FIXED.get(name)
    if not device:
        raise RejectedMessage(
            f"the payload is {kind_of(value)}, not a JSON object", code="wrong_shape"
        )
    found = Gathering(device, None)
    if name == CONSUMED and value is not None:
        found.complain(CONSUMED, AMBIGUOUS)
    if kind is not None and value is not None and not (name == _GAS and type(value) is bool):
        found.add(kind, name, value, "")
    return found.decoded(NAME)


def _taken_at(body: JsonObject, zone: ZoneInfo) -> datetime | None:
    last_seen = body.get("last_seen")
    return None if last_seen == "N/A" else instants.from_any(last_seen, zone, "last_seen")


def _kinds_of(body: JsonObject, found: Gathering) -> Mapping[str, Kind | None]:
    if is_linky(body):
        return _FIXED | dict(kinds_of_linky(body, found))
    if any(key in body for key in _PULSE_KEYS) and not _is_normalized(body):
        return _pulse_kinds(body, found)
    phases = [name for name in body if _PHASE.fullmatch(name)]
    kinds = _FIXED | _phase_kinds(body, phases) if phases else _FIXED
    if "energy" in body and any(name in body for name in _OTHER_TOTALS):
        kinds = kinds | {name: kinds[name].as_role(Role.OTHER) for name in _OTHER_TOTALS}
    if body.get(_PULSE_COUNT) is not None:
        found.complain(_PULSE_COUNT, PULSES)
    if CONSUMED in body:
        kinds = kinds | dict(kinds_of_water(body, found))
    return kinds


def _is_normalized(body: JsonObject) -> bool:
    """Tell Develco's meter interface, which says its unit in Zigbee's number, from a ZiPulses.

    Its converter publishes kWh and m3 whatever that unit is.
    """
    return any(type(body.get(key)) is int for key in _PULSE_UNIT_KEYS)


def _phase_kinds(body: JsonObject, phases: list[str]) -> dict[str, Kind]:
    """Tell whether each phase or outlet is a share of the plain name, or beside it.

    A three-phase Zigbee meter calls its first phase plain `power`, and only
    the next ones `power_phase_b` and `power_phase_c`.
    """
    kinds = {}
    for name in phases:
        found = _PHASE.fullmatch(name)
        base = found[1] if found else name
        is_share = base in body and any(f"{base}{first}" in body for first in _FIRST_PHASES)
        kinds[name] = _FIXED[base].as_role(Role.PART) if is_share else _FIXED[base]
        if base == "power" and body.get(f"energy_flow{name.removeprefix(base)}") == "producing":
            # Tuya's clamps give the power without sign, and beside it which way it flows.
            kinds[name] = power("W")
    return kinds


def _pulse_kinds(body: JsonObject, found: Gathering) -> dict[str, Kind]:
    """Return what a pulse counter counts; its converter has applied its factor."""
    kinds = {"temperature": temperature()}
    unit = next((body[key] for key in _PULSE_UNIT_KEYS if key in body), None)
    quantity = quantity_of(unit) if isinstance(unit, str) else None
    if quantity is Quantity.ENERGY:
        kinds["energy"] = energy(spelled(str(unit)), Role.TOTAL)
    elif quantity is Quantity.VOLUME:
        kinds["energy"] = kinds["volume"] = volume(spelled(str(unit)), Role.TOTAL)
    elif "energy" in body:
        found.complaints.append(f"energy counts {unit!r}: set unitOfMeasure on the device")
    return kinds


FAMILY = Family(NAME, claim, recognise)
