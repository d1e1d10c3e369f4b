"""Tasmota: telemetry (`SENSOR`), answers to `Status 8`/`10`, and the Linky's `TIC`.

The device is the topic with prefix and suffix taken off, whichever way round
the full topic is set. `Time` is local without an offset unless the device is
configured otherwise. `Today`, `Yesterday` and `Period` start again from 0 and
repeat what `Total` says: they are not registers. A device on a Linky sends
`ENERGY` and `TIC`; the meter's own indexes are then the total.
"""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants, tasmota_sml
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import Gathering, Kind, apparent, energy, power, temperature
from ingest.decoders.json_body import JsonObject, kind_of, parse_object
from ingest.decoders.tic_labels import TIC_REGISTERS

NAME = "tasmota"

_ENERGY: dict[str, Kind] = {
    "Total": energy("kWh", Role.TOTAL),
    "TotalTariff": energy("kWh", Role.PART),
    "ImportActive": energy("kWh", Role.PART),
    "ExportActive": energy("kWh"),
    "ExportTariff": energy("kWh"),
    "Power": power("W", Role.LIVE),
    "ApparentPower": apparent(),
}
_TOTAL_BESIDE_TIC = energy("kWh", Role.PART)
_CHIPS = frozenset(("ESP32",))
"""Sections whose temperature is the processor's own."""

_MEASURING = frozenset(("SENSOR", "STATUS8", "STATUS10", "TIC"))
_QUIET_PLAIN = ("LWT", "STATE", "UPTIME", "RESULT", "MARGINS", "WAKEUP", "HASS_STATE", "LOGGING")
_QUIET = frozenset(_QUIET_PLAIN) | {
    f"{word}{n}"
    for word, numbers in (
        ("INFO", (1, 2, 3)),
        ("STATUS", ("", 0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 13)),
        ("POWER", ("", *range(1, 33))),
    )
    for n in numbers
}


def claim(topic: str) -> Reader | None:
    """Return the reader of `tele/x/SENSOR`, `x/tele/SENSOR` and their like."""
    *path, suffix = topic.split("/")
    if len(path) < 2:
        return None
    if path[:2] == ["tasmota", "discovery"] or "cmnd" in (path[0], path[-1]):
        return silent(NAME)
    if path[0] in ("tele", "stat"):
        device = path[1:]
    elif path[-1] in ("tele", "stat"):
        device = path[:-1]
    else:
        return None
    if suffix in _MEASURING:
        return partial(read, "/".join(device))
    return silent(NAME) if suffix in _QUIET else None


def recognise(topic: str, body: object) -> Reader | None:
    """Return a reader for a document that holds what only Tasmota writes."""
    if type(body) is not dict:
        return None
    body = body.get("StatusSNS", body)
    if type(body) is not dict:
        return None
    meter = body.get("ENERGY")
    is_ours = "TIC" in body or (type(meter) is dict and ("Total" in meter or "Power" in meter))
    is_ours = is_ours or ("Time" in body and any(tasmota_sml.meters_in(body)))
    return partial(read, topic) if is_ours else None


def read(device: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of one message.

    Raises:
        RejectedMessage: It is no Tasmota message, or none of its numbers is one.
    """
    body = parse_object(payload)
    prefix = ""
    if "StatusSNS" in body:
        body, prefix = _section(body, "StatusSNS"), "StatusSNS."
    found = Gathering(device, _taken_at(body, zone))
    has_tic = "TIC" in body
    if "ENERGY" in body:
        _gather_energy(found, _section(body, "ENERGY"), f"{prefix}ENERGY", beside_tic=has_tic)
    if has_tic:
        _gather_tic(found, _section(body, "TIC"), f"{prefix}TIC")
    if "ENERGY" not in body and not has_tic:
        for name, section in tasmota_sml.meters_in(body):
            tasmota_sml.gather_meter(found, name, section, prefix)
    _gather_temperatures(found, body, prefix)
    if "COUNTER" in body and not found.readings:
        found.complain(
            f"{prefix}COUNTER", "counts pulses; a [[mappings]] table can give their unit"
        )
    return found.decoded(NAME)


def _section(body: JsonObject, name: str) -> JsonObject:
    section = body[name]
    if type(section) is not dict:
        raise RejectedMessage(f"{name} is {kind_of(section)}, not an object", code="wrong_shape")
    return section


def _taken_at(body: JsonObject, zone: ZoneInfo) -> datetime | None:
    time = body.get("Time")
    if type(time) is str:
        return instants.from_text(time, zone)
    if time is not None:
        return instants.from_any(time, zone, "Time")
    tic = body.get("TIC")
    stamp = tic.get("DATE") if type(tic) is dict else None
    return instants.from_tic(stamp, zone) if type(stamp) is str and stamp else None


def _gather_energy(found: Gathering, meter: JsonObject, path: str, *, beside_tic: bool) -> None:
    for name, value in meter.items():
        kind = _ENERGY.get(name)
        if kind is None:
            continue
        if beside_tic and name == "Total":
            kind = _TOTAL_BESIDE_TIC
        if type(value) is list:
            for index, item in enumerate(value):
                found.add(kind, f"{name}[{index}]", item, f"{path}.{name}[{index}]")
        else:
            found.add(kind, name, value, f"{path}.{name}")


def _gather_tic(found: Gathering, frame: JsonObject, path: str) -> None:
    for label, value in frame.items():
        kind = TIC_REGISTERS.get(label)
        if kind is not None:
            found.add_text(kind, label, value, f"{path}.{label}")


def _gather_temperatures(found: Gathering, body: JsonObject, prefix: str) -> None:
    """Keep every thermometer; only the first one stands for the device."""
    role = Role.LIVE
    for name, section in body.items():
        if type(section) is dict and "Temperature" in section and name not in _CHIPS:
            unit = "degF" if body.get("TempUnit") == "F" else "degC"
            path = f"{prefix}{name}.Temperature"
            found.add(temperature(unit, role), f"{name}.Temperature", section["Temperature"], path)
            role = Role.OTHER


FAMILY = Family(NAME, claim, recognise)
