"""Shelly Gen1: one plain number a topic under `shellies/<id>/`, and `info`.

`total` of an energy meter is in Wh and survives a power cut; every `energy`
is in watt-minutes and starts again from 0 at each boot. Watt-minutes are
given in Wh (divided by 60), for nobody else speaks them. Plain topics carry
no time; `info` carries `unixtime`.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from domain.registers import Quantity
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.family import Reader, silent
from ingest.decoders.gathering import Gathering, Kind, energy, number_from_text, power, temperature
from ingest.decoders.json_body import JsonObject, parse_object

NAME = "shelly"
PREFIX = "shellies/"

_LONGEST_NUMBER = 64
_WATT_MINUTES_IN_WH = 60.0
_WATT_MINUTES: dict[tuple[str, str], Kind] = {
    ("emeter", "energy"): energy("Wh"),
    ("emeter", "returned_energy"): energy("Wh"),
}
_SWITCHING = ("relay", "roller", "light", "white", "color")
_WATT_MINUTES |= {(channel, "energy"): energy("Wh", Role.TOTAL) for channel in _SWITCHING}
_PLAIN: dict[tuple[str, str], Kind] = {
    ("emeter", "power"): power("W", Role.LIVE),
    ("emeter", "total"): energy("Wh", Role.TOTAL),
    ("emeter", "total_returned"): energy("Wh"),
    **{(channel, "power"): power("W", Role.LIVE) for channel in _SWITCHING},
}
_CHANNEL_TOPIC = re.compile(r"(emeter|relay|roller|light|white|color)(?:/(\d+))?/(\w+)", re.ASCII)
_NO_SENSOR_DEGC = (999.0, -100.0)
"""What a thermometer that is missing or broken reads."""

_FIRST_THERMOMETERS = ("sensor/temperature", "ext_temperature/0")
_THERMOMETER_TOPIC = re.compile(r"sensor/temperature|ext_temperature/\d+", re.ASCII)


def claim(topic: str) -> Reader | None:
    """Return the reader of one topic under `shellies/`, or None for another topic."""
    if not topic.startswith(PREFIX):
        return None
    device, _, rest = topic[len(PREFIX) :].partition("/")
    if rest == "info" and device:
        return partial(read_info, device)
    kind: Kind | None = None
    divisor = 1.0
    channel = _CHANNEL_TOPIC.fullmatch(rest)
    if channel:
        key = (channel[1], channel[3])
        kind = _PLAIN.get(key)
        if key in _WATT_MINUTES:
            kind, divisor = _WATT_MINUTES[key], _WATT_MINUTES_IN_WH
    elif _THERMOMETER_TOPIC.fullmatch(rest):
        kind = temperature("degC", Role.LIVE if rest in _FIRST_THERMOMETERS else Role.OTHER)
    return silent(NAME) if kind is None else partial(_read_plain, device, rest, kind, divisor)


def _read_plain(
    device: str, register: str, kind: Kind, divisor: float, payload: bytes, _zone: ZoneInfo
) -> Decoded:
    found = Gathering(device, None)
    text = payload[:_LONGEST_NUMBER].decode("ascii", "replace")
    number = number_from_text(text) if len(payload) < _LONGEST_NUMBER else None
    if number is None:
        found.complain("", f"is {text[:40]!r}, not a number")
    elif kind.quantity is not Quantity.TEMPERATURE or number not in _NO_SENSOR_DEGC:
        found.keep(kind, register, number / divisor, "")
    return found.decoded(NAME)


def read_info(device: str, payload: bytes, _zone: ZoneInfo) -> Decoded:
    """Return the readings of the status document.

    Raises:
        RejectedMessage: It is no JSON object, or none of its numbers is one.
    """
    body = parse_object(payload)
    found = Gathering(device, _taken_at(body))
    for index, meter in _channels(body, "emeters"):
        for name in ("power", "total", "total_returned"):
            if name in meter:
                path = f"emeters[{index}].{name}"
                found.add(_PLAIN["emeter", name], f"emeter/{index}/{name}", meter[name], path)
    channel = _metered_channel(body)
    for index, meter in _channels(body, "meters"):
        _gather_channel(found, index, meter, channel)
    return found.decoded(NAME)


def _metered_channel(body: JsonObject) -> str:
    """Return what the plain topics of `meters` are called, so that both name one register."""
    if _channels(body, "rollers"):
        return "roller"
    if _channels(body, "lights") and not _channels(body, "relays"):
        mode = body.get("mode")
        return mode if mode in ("color", "white") else "light"
    return "relay"


def _gather_channel(found: Gathering, index: int, meter: JsonObject, channel: str) -> None:
    if "power" in meter:
        path = f"meters[{index}].power"
        found.add(_PLAIN[channel, "power"], f"{channel}/{index}/power", meter["power"], path)
    total = meter.get("total")
    if type(total) is int or type(total) is float:
        kind, path = _WATT_MINUTES[channel, "energy"], f"meters[{index}].total"
        found.add(kind, f"{channel}/{index}/energy", total / _WATT_MINUTES_IN_WH, path)


def _channels(body: JsonObject, name: str) -> list[tuple[int, JsonObject]]:
    return list(_objects(body.get(name)))


def _objects(items: object) -> Iterator[tuple[int, JsonObject]]:
    if isinstance(items, list):
        for index, item in enumerate(items):
            # is_valid: false says that nothing is measured there, whatever the zeros say
            if type(item) is dict and item.get("is_valid") is not False:
                yield index, item


def _taken_at(body: JsonObject) -> datetime | None:
    seconds = body.get("unixtime")
    # 0 until the device has heard from a time server
    return instants.from_seconds(seconds) if type(seconds) is int and seconds else None
