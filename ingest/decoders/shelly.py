"""Shelly Gen2 and later: notifications on `events/rpc`, components on `status/`.

Energies are indexes in Wh, powers in W. The device is `src` in a notification
and the topic's prefix for a component's status; the device sets both alike
unless somebody changed the prefix. `ts` is in seconds since 1970 and is the
whole notification's; a component's status carries no time (`minute_ts` is
when a minute of history started). Gen1 is in `shelly_gen1`.
"""

import re
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants, shelly_gen1
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import Gathering, Kind, apparent, energy, power, temperature
from ingest.decoders.json_body import JsonObject, kind_of, parse_object
from ingest.decoders.lorawan_fields import PULSES

NAME = "shelly"

_THREE_PHASE = {
    "total_act_power": power("W", Role.LIVE),
    "total_aprt_power": apparent(),
    **{f"{phase}_act_power": power("W", Role.PART) for phase in "abc"},
    **{f"{phase}_aprt_power": apparent() for phase in "abc"},
}
_THREE_PHASE_DATA = {
    "total_act": energy("Wh", Role.TOTAL),
    "total_act_ret": energy("Wh"),
    **{f"{phase}_total_act_energy": energy("Wh", Role.PART) for phase in "abc"},
    **{f"{phase}_total_act_ret_energy": energy("Wh") for phase in "abc"},
}
_SWITCHED = {
    "apower": power("W", Role.LIVE),
    "aprtpower": apparent(),
    "aenergy.total": energy("Wh", Role.TOTAL),
    "ret_aenergy.total": energy("Wh"),
}
_COMPONENTS: dict[str, dict[str, Kind]] = {
    "em": _THREE_PHASE,
    "emdata": _THREE_PHASE_DATA,
    "em1": {"act_power": power("W", Role.LIVE), "aprt_power": apparent()},
    "em1data": {"total_act_energy": energy("Wh", Role.TOTAL), "total_act_ret_energy": energy("Wh")},
    **dict.fromkeys(("pm1", "switch", "cover", "light", "rgb", "rgbw", "cct", "rgbcct"), _SWITCHED),
    "temperature": {"tC": temperature("degC", Role.LIVE)},
    "thermostat": {"current_C": temperature()},
    "blutrv": {"current_C": temperature()},
    "input": {},
}
"""A BLU sensor's `bthomesensor:N` is not here: its status does not say what it measures.
An `input:N` measures nothing, and may count pulses."""

_ANSWERED = {
    "total_act_power": "em",
    "total_act": "emdata",
    "act_power": "em1",
    "total_act_energy": "em1data",
}
"""Which component an answer tells of by its fields, for it names none."""

_COMPONENT = re.compile(r"[a-z][a-z0-9_]*:\d+", re.ASCII)
_SYSTEM = frozenset(
    (
        *("sys", "wifi", "eth", "mqtt", "cloud", "ble", "ws", "modbus", "knx", "matter", "zigbee"),
        *("bthome", "blugw", "ht_ui", "plugs_ui", "wd_ui", "rpc"),
    )
)
_QUIET = ("online", "log", "announce", "rpc", "command")


def claim(topic: str) -> Reader | None:
    """Return the reader of `<prefix>/events/rpc` or `<prefix>/status/<component>`."""
    prefix, _, last = topic.rpartition("/")
    if topic.endswith("/events/rpc"):
        return partial(read_notification, topic.removesuffix("/events/rpc"))
    device = prefix.removesuffix("/status")
    if device != prefix and _COMPONENT.fullmatch(last):
        is_ours = last.partition(":")[0] in _COMPONENTS
        return partial(read_component, device, last) if is_ours else silent(NAME)
    if topic.startswith(shelly_gen1.PREFIX):
        # After the others: many put their newer devices below the same prefix.
        return shelly_gen1.claim(topic)
    if device != prefix:
        is_ours = last in _SYSTEM or topic.startswith("shelly")
        return silent(NAME) if is_ours else None
    is_quiet = topic.startswith("shelly") and last in _QUIET
    return silent(NAME) if is_quiet else None


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a notification, or for the answer to a status request."""
    if type(body) is not dict or type(body.get("src")) is not str:
        return None
    is_ours = str(body.get("method")).startswith("Notify") or type(body.get("result")) is dict
    if is_ours:
        return partial(read_notification, topic)
    is_refusal = type(body.get("error")) is dict and "dst" in body
    return silent(NAME) if is_refusal else None


def read_notification(prefix: str, payload: bytes, _zone: ZoneInfo) -> Decoded:
    """Return the readings of one notification.

    Raises:
        RejectedMessage: It is no notification, or none of its numbers is one.
    """
    body = parse_object(payload)
    key = "result" if "result" in body else "params"
    status = body.get(key)
    if type(status) is not dict:
        raise RejectedMessage(f"{key} is {kind_of(status)}, not an object", code="wrong_shape")
    if body.get("method") == "NotifyEvent":
        return Decoded(NAME)
    source = body.get("src")
    found = Gathering(source if type(source) is str and source else prefix, _taken_at(status))
    place = f"{key}."
    if key == "result" and (answered := _component_answered(status)):
        _gather(found, _COMPONENTS[answered.partition(":")[0]], answered, status, place)
    for name, component in status.items():
        kinds = _COMPONENTS.get(name.partition(":")[0])
        if kinds is not None and ":" in name:
            _gather(found, kinds, name, component, f"{place}{name}.")
    return found.decoded(NAME)


def _component_answered(status: JsonObject) -> str:
    """Return the component that answered `EM.GetStatus` or the like, or an empty text."""
    number = status.get("id")
    kind = next((_ANSWERED[field] for field in status if field in _ANSWERED), "")
    return f"{kind}:{number}" if kind and type(number) is int else ""


def read_component(device: str, name: str, payload: bytes, _zone: ZoneInfo) -> Decoded:
    """Return the readings of one component's status.

    Raises:
        RejectedMessage: It is no JSON object, or none of its numbers is one.
    """
    found = Gathering(device, None)
    _gather(found, _COMPONENTS[name.partition(":")[0]], name, parse_object(payload), "")
    return found.decoded(NAME)


def _taken_at(status: JsonObject) -> datetime | None:
    stamp = status.get("ts")
    if stamp is None and type(status.get("sys")) is dict:
        stamp = status["sys"].get("unixtime")
    if stamp is None:
        return None
    if type(stamp) is not int and type(stamp) is not float:
        raise RejectedMessage(f"ts is {kind_of(stamp)}, not seconds since 1970", code="bad_time")
    return instants.from_seconds(stamp)


def _gather(
    found: Gathering, kinds: dict[str, Kind], name: str, component: object, prefix: str
) -> None:
    if type(component) is not dict:
        found.complain(prefix.rstrip("."), f"is {kind_of(component)}, not an object")
        return
    counts = component.get("counts")
    if type(counts) is dict and "total" in counts:
        found.complain(f"{prefix}counts.total", PULSES)
    for field, kind in kinds.items():
        outer, _, inner = field.partition(".")
        if outer not in component:
            continue
        value = component[outer]
        if inner and type(value) is dict:
            # A notification may hold only what changed: by_minute without total.
            if inner in value:
                found.add(kind, f"{name}.{field}", value[inner], f"{prefix}{field}")
        elif inner:
            found.complain(f"{prefix}{outer}", f"is {kind_of(value)}, not an object")
        else:
            found.add(kind, f"{name}.{field}", value, f"{prefix}{field}")


FAMILY = Family(NAME, claim, recognise)
