"""emonHub and what speaks like it (emonTx, emonPi, EmonESP): Emoncms' MQTT inputs.

`emon/<node>/<input>` carries one number, `emon/<node>` all of them as JSON with
a `time`. Inputs are the names that the OpenEnergyMonitor firmwares have in
emonHub's own configuration: power in W, energy in Wh, temperature in °C.
Whatever else a site calls an input has no unit that could be known.
"""

import re
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from domain.registers import Quantity
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import Gathering, Kind, energy, power, temperature
from ingest.decoders.json_body import parse_object
from ingest.decoders.plain_number import plain_number, read_number

NAME = "emonhub"

_PREFIX = "emon/"
_NAMELESS = re.compile(r"emonhub/rx/[^/]+/values")
_POWER = re.compile(r"(?:power|P)\d{1,2}|powerL[123]")
_ENERGY = re.compile(r"E\d{1,2}")
_THERMOMETER = re.compile(r"(?:temp|[tT])\d|temperature|external temperature")
_PULSES = re.compile(r"pulse\d?(?:[cC]ount)?")
_FIRST_THERMOMETERS = ("temperature", "t1", "T1", "temp1")
_NO_SENSOR_FROM_DEGC = 300.0
"""300 °C: no sensor; 302 and 304: one that is out of its range or failing."""

_LONGEST_INPUT = 32


def claim(topic: str) -> Reader | None:
    """Return the reader of `emon/<node>` and `emon/<node>/<input>`."""
    if not topic.startswith(_PREFIX):
        return partial(_refuse_nameless, topic) if _NAMELESS.fullmatch(topic) else None
    node, _, name = topic.removeprefix(_PREFIX).partition("/")
    if not name:
        return partial(read, node)
    if _PULSES.fullmatch(name):
        return partial(_refuse_pulses, name)
    kind = _kind(name) if len(name) <= _LONGEST_INPUT else None
    return silent(NAME) if kind is None else partial(_read_input, node, name, kind)


def recognise(_topic: str, _body: object) -> Reader | None:
    """Recognise nothing: `{"P1": 230}` alone may be anybody's."""
    return None


def read(node: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of a node's JSON.

    Raises:
        RejectedMessage: It is no JSON object, or none of its numbers is one.
    """
    body = parse_object(payload)
    found = Gathering(node, instants.from_any(body.get("time"), zone, "time"))
    for name, value in body.items():
        kind = _kind(name) if len(name) <= _LONGEST_INPUT else None
        if kind is not None and not _is_absent(kind, value):
            found.add(kind, name, value, f'["{name}"]' if " " in name else name)
    return found.decoded(NAME)


@lru_cache(maxsize=1024)
def _kind(name: str) -> Kind | None:
    if _POWER.fullmatch(name):
        return power("W", Role.LIVE)
    if name == "power1pluspower2":
        return power("W")
    if _ENERGY.fullmatch(name):
        return energy("Wh", Role.TOTAL)
    if _THERMOMETER.fullmatch(name):
        return temperature("degC", Role.LIVE if name in _FIRST_THERMOMETERS else Role.OTHER)
    return None


def _is_absent(kind: Kind, value: object) -> bool:
    return (
        kind.quantity is Quantity.TEMPERATURE
        and (type(value) is float or type(value) is int)
        and value >= _NO_SENSOR_FROM_DEGC
    )


def _read_input(node: str, name: str, kind: Kind, payload: bytes, zone: ZoneInfo) -> Decoded:
    decoded = read_number(NAME, node, name, kind, payload, zone)
    is_absent = any(_is_absent(kind, reading.value) for reading in decoded.readings)
    return Decoded(NAME) if is_absent else decoded


def _refuse_pulses(name: str, payload: bytes, _zone: ZoneInfo) -> Decoded:
    if not payload or plain_number(payload) == 0:
        return Decoded(NAME)  # the input is sent whether or not a counter is wired to it
    raise RejectedMessage(
        f"{name} counts pulses; a [[mappings]] table on this topic can give their unit, "
        'with path = "" and the weight of a pulse as scale',
        code="no_unit",
    )


def _refuse_nameless(topic: str, _payload: bytes, _zone: ZoneInfo) -> Decoded:
    raise RejectedMessage(
        f"the values of {topic[:60]} have no names; set nodevar_format_enable = 1 in emonhub.conf",
        code="no_unit",
    )


FAMILY = Family(NAME, claim, recognise)
