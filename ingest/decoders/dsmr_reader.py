"""DSMR-reader: the Dutch and Belgian P1 port, as JSON or one value a topic.

Its default topics, under `dsmr/` or a prefix of the site's own. Numbers are
texts in its JSON. The two tariffs of the meter add up to what was delivered.
The gas meter behind the P1 port is a device of its own, `…/gas`, with the time
of its own telegram; `consumption/gas` tells the same index again, an hour
earlier for older meters, so it counts only where it is named.
"""

import re
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from ingest.decoders import instants
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import Gathering, Kind, energy, power, volume
from ingest.decoders.json_body import JsonObject, parse_object
from ingest.decoders.plain_number import read_number

NAME = "dsmr_reader"

_TOPIC = re.compile(
    r"((?:.+/)?dsmr)/(json|raw|reading/(\w+)|consumption/gas/(\w+)|consumption/quarter-.+"
    r"|meter-stats/.+|day-consumption(?:/.+)?|current-period(?:/.+)?)",
    re.ASCII,
)
_ELECTRICITY: dict[str, Kind] = {
    "electricity_delivered_1": energy("kWh", Role.TOTAL),
    "electricity_delivered_2": energy("kWh", Role.TOTAL),
    "electricity_returned_1": energy("kWh"),
    "electricity_returned_2": energy("kWh"),
    "electricity_currently_delivered": power("kW", Role.LIVE),
    "electricity_currently_returned": power("kW"),
    **{f"phase_currently_delivered_l{n}": power("kW", Role.PART) for n in (1, 2, 3)},
    **{f"phase_currently_returned_l{n}": power("kW") for n in (1, 2, 3)},
}
_GAS = "extra_device_delivered"
_GAS_INDEX = volume("m3", Role.TOTAL)
_GAS_AGAIN = volume("m3")
_GAS_AGAIN_FIELD = "delivered"


def claim(topic: str) -> Reader | None:
    """Return the reader of `dsmr/json`, `dsmr/reading/<field>`, `dsmr/consumption/gas/<field>`."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        return None
    device, rest, field, gas_field = found.groups()
    if rest == "json":
        return partial(read, device)
    if gas_field == "json":
        return partial(read_gas, device)
    if gas_field == _GAS_AGAIN_FIELD:
        return partial(read_number, NAME, _gas_of(device), gas_field, _GAS_AGAIN)
    if field == _GAS:
        return partial(read_number, NAME, _gas_of(device), field, _GAS_INDEX)
    kind = _ELECTRICITY.get(field or "")
    return silent(NAME) if kind is None else partial(read_number, NAME, device, field, kind)


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a telegram with both tariffs of a P1 port."""
    if type(body) is not dict:
        return None
    is_ours = "electricity_delivered_1" in body and "electricity_delivered_2" in body
    return partial(read, topic) if is_ours else None


def read(device: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of a telegram in JSON.

    Raises:
        RejectedMessage: It is no JSON object, or none of its numbers is one.
    """
    body = parse_object(payload)
    found = Gathering(device, _time(body, "timestamp", zone))
    for name, value in body.items():
        kind = _ELECTRICITY.get(name)
        # null: the meter has no such phase
        if kind is not None and value is not None:
            found.add_text(kind, name, value, name)
    if (index := body.get(_GAS)) is not None:
        found.device = _gas_of(device)
        found.time = _time(body, "extra_device_timestamp", zone)
        found.add_text(_GAS_INDEX, _GAS, index, _GAS)
    return found.decoded(NAME)


def read_gas(device: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the gas index of `consumption/gas/json`.

    Raises:
        RejectedMessage: It is no JSON object, or holds no number.
    """
    body = parse_object(payload)
    found = Gathering(_gas_of(device), _time(body, "read_at", zone))
    if (index := body.get(_GAS_AGAIN_FIELD)) is not None:
        found.add_text(_GAS_AGAIN, _GAS_AGAIN_FIELD, index, _GAS_AGAIN_FIELD)
    return found.decoded(NAME)


def _gas_of(device: str) -> str:
    return f"{device}/gas"


def _time(body: JsonObject, name: str, zone: ZoneInfo) -> datetime | None:
    return instants.from_any(body.get(name), zone, name)


FAMILY = Family(NAME, claim, recognise)
