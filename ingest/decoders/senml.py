"""SenML packs in JSON or CBOR (RFC 8428), resolved as the RFC says.

The name is cut into device and register after a `urn:dev:` address, else where
the base name ends, else at its last `/` or `:`. The sum `s` of a power in W is
an energy index in J, that of a flow a volume index. Times below 2^28 are
relative to the reception.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import isfinite
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded, DecodedReading, Role
from ingest.decoders.family import Family, Reader
from ingest.decoders.gathering import Gathering, Kind, apparent, energy, power, temperature, volume
from ingest.decoders.json_body import JsonObject, kind_of, parse_json
from ingest.decoders.senml_cbor import is_cbor_array, parse_pack

NAME = "senml"

_VERSION = 10
_RELATIVE_BELOW = 2**28
_VALUES = ("v", "vs", "vb", "vd", "s")
_TOPIC = re.compile(r"senml/.+|.+/senml|senml")
_URN = re.compile(r"(urn:dev:[a-z0-9]+:[^:/_]+)[:/_]*(.*)", re.IGNORECASE | re.DOTALL)
_SEPARATORS = ":/_-."

_UNITS: dict[str, Kind] = {
    "J": energy("J", Role.TOTAL),
    "Wh": energy("Wh", Role.TOTAL),
    "kWh": energy("kWh", Role.TOTAL),
    "W": power("W", Role.LIVE),
    "kW": power("kW", Role.LIVE),
    "VA": apparent("VA"),
    "kVA": apparent("kVA"),
    "m3": volume("m3", Role.TOTAL),
    "l": volume("L", Role.TOTAL),
    "Cel": temperature("degC", Role.LIVE),
    "K": temperature("K", Role.LIVE),
}
"""The units of RFC 8428 and RFC 8798 that building meters speak; `F` is farad."""

_SUMS: dict[str, Kind] = {
    "W": energy("J", Role.TOTAL),
    "kW": energy("kJ", Role.TOTAL),
    "l/s": volume("L", Role.TOTAL),
    "m3/s": volume("m3", Role.TOTAL),
}
"""What the integral over time of each unit is an index of."""


def claim(topic: str) -> Reader | None:
    """Return the reader of topics that say `senml`."""
    return partial(read, topic) if _TOPIC.fullmatch(topic) else None


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a list of records."""
    if type(body) is not list or not body or any(type(item) is not dict for item in body):
        return None
    is_named = any("bn" in item or "n" in item for item in body)
    has_value = any(value in item for item in body for value in _VALUES)
    return partial(read, topic) if is_named and has_value else None


def recognise_bytes(topic: str, payload: bytes) -> Reader | None:
    """Return a reader for the same list in CBOR."""
    if not is_cbor_array(payload):
        return None
    try:
        pack = parse_pack(payload)
    except RejectedMessage:
        return None  # of those that ask for a shape, nobody else has to be told why not
    return recognise(topic, pack)


@dataclass(slots=True)
class _Base:
    """The base fields in force, from the record that sets them onward."""

    name: str = ""
    time: float = 0.0
    unit: str = ""
    value: float = 0.0
    sum: float = 0.0


def read(topic: str, payload: bytes, _zone: ZoneInfo) -> Decoded:
    """Return the readings of one pack.

    Raises:
        RejectedMessage: It is no pack, of a newer version, or must be understood and is not.
    """
    pack = parse_pack(payload) if is_cbor_array(payload) else parse_json(payload)
    if type(pack) is not list or any(type(record) is not dict for record in pack):
        raise RejectedMessage("a SenML pack is a list of objects", code="wrong_shape")
    _check(pack)
    found = Gathering("", None)
    base = _Base()
    for index, record in enumerate(pack):
        try:
            _rebase(base, record)
            _gather(found, base, record, f"[{index}]", topic)
        except RejectedMessage as rejection:
            found.complaints.append(f"[{index}]: {rejection.reason}")
    return found.decoded(NAME)


def _check(pack: list[JsonObject]) -> None:
    versions = {record["bver"] for record in pack if type(record.get("bver")) is int}
    if len(versions) > 1:
        raise RejectedMessage("the pack mixes base versions", code="wrong_version")
    if any(version > _VERSION for version in versions):
        raise RejectedMessage(
            f"its version {max(versions)} is newer than {_VERSION}", code="wrong_version"
        )
    for record in pack:
        for field in record:
            if field.endswith("_"):
                raise RejectedMessage(
                    f"the field {field!r} must be understood, and is not", code="must_understand"
                )


def _rebase(base: _Base, record: JsonObject) -> None:
    if "bn" in record:
        base.name = _text(record, "bn")
    if "bu" in record:
        base.unit = _text(record, "bu")
    if "bt" in record:
        base.time = _number(record, "bt")
    if "bv" in record:
        base.value = _number(record, "bv")
    if "bs" in record:
        base.sum = _number(record, "bs")


def _gather(found: Gathering, base: _Base, record: JsonObject, path: str, topic: str) -> None:
    if not any(field in record for field in _VALUES):
        return  # it only sets base fields
    unit = _text(record, "u") if "u" in record else base.unit
    device, register = _split(base.name, _text(record, "n") if "n" in record else "", topic)
    time, age_s = _when(base.time + (_number(record, "t") if "t" in record else 0.0))
    for field, kinds, offset, name in (
        ("v", _UNITS, base.value, register),
        ("s", _SUMS, base.sum, f"{register}.s"),
    ):
        kind = kinds.get(unit)
        if field not in record or kind is None:
            continue
        value = offset + _number(record, field)
        if not isfinite(value):
            raise RejectedMessage(f"{field} and its base add up to no finite number")
        found.readings.append(
            DecodedReading(
                device,
                name,
                kind.quantity,
                value,
                kind.unit,
                kind.accumulation,
                time,
                f"{path}.{field}",
                kind.role,
                age_s=age_s,
            )
        )


def _split(base: str, name: str, topic: str) -> tuple[str, str]:
    """Cut a record's name into device and register."""
    whole = (base + name).strip(_SEPARATORS)
    if not whole:
        raise RejectedMessage("it has no name", code="no_device")
    urn = _URN.fullmatch(base or name)
    if urn:
        register = (urn[2] + name if base else urn[2]).lstrip(_SEPARATORS)
        return urn[1], register or "value"
    own_name, own_device = name.strip(_SEPARATORS), base.strip(_SEPARATORS)
    if own_name and own_device:
        return own_device, own_name
    cut = max(whole.rfind("/"), whole.rfind(":"))
    if cut > 0:
        return whole[:cut], whole[cut + 1 :]
    return (topic, own_name) if own_name else (own_device, "value")


def _when(seconds: float) -> tuple[datetime | None, float]:
    """Return the instant, or None and the age where the time is relative."""
    if seconds >= _RELATIVE_BELOW:
        return instants.from_seconds(seconds), 0.0
    return None, -seconds or 0.0


def _text(record: JsonObject, field: str) -> str:
    value = record[field]
    if not isinstance(value, str):
        raise RejectedMessage(f"{field} is {kind_of(value)}, not a text")
    return value


def _number(record: JsonObject, field: str) -> float:
    value = record[field]
    if (type(value) is int or type(value) is float) and abs(value) < float("inf"):
        return float(value)
    raise RejectedMessage(f"{field} is {kind_of(value)}, not a finite number")


FAMILY = Family(NAME, claim, recognise, recognise_bytes)
