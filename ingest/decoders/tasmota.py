"""Tasmota: telemetry (`SENSOR`), answers to `Status 8`/`10`, and the Linky's `TIC`.

The device is the topic with prefix and suffix taken off, whichever way round
the full topic is set. `Time` is local without an offset unless the device is
configured otherwise. `Today`, `Yesterday` and `Period` start again from 0 and
repeat what `Total` says: they are not registers. A device on a Linky sends
`ENERGY` and `TIC`; the meter's own indexes are then the total. A French build
sends `METER` and `CONTRACT` besides or instead, see `tasmota_linky`.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import instants, tasmota_linky, tasmota_sml, tic_documents
from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import Gathering, Kind, apparent, energy, power, temperature
from ingest.decoders.json_body import JsonObject, kind_of, parse_object

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
_BETTER_KNOWN = {"Total": ("Total", Role.PART), "Power": ("W", Role.OTHER)}
"""What stays of them where the message has the like from the Linky itself."""

_OF_A_LINKY = frozenset(("TIC", "METER", "CONTRACT"))
_CHIPS = frozenset(("ESP32",))
"""Sections whose temperature is the processor's own."""

_MEASURING = frozenset(("SENSOR", "STATUS8", "STATUS10", "TIC", "LIVE"))
_QUIET_PLAIN = ("LWT", "STATE", "UPTIME", "MARGINS", "WAKEUP", "HASS_STATE", "LOGGING", "RTE")
_ANSWERS = "RESULT"
_QUIET = frozenset(_QUIET_PLAIN) | {
    f"{word}{n}"
    for word, numbers in (
        ("INFO", (1, 2, 3)),
        ("STATUS", ("", 0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 13)),
        *((word, ("", *range(1, 33))) for word in ("POWER", "BUTTON", "SWITCH")),
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
    if suffix == _ANSWERS:
        return partial(read_answer, "/".join(device))
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
    is_ours = is_ours or any(tasmota_linky.sections_of(body))
    is_ours = is_ours or ("Time" in body and tasmota_sml.has_meter(body))
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
    if not _gather_electricity(found, body, prefix, zone):
        tasmota_sml.gather_meters(found, body, prefix)
    _gather_temperatures(found, body, prefix)
    if "COUNTER" in body and not found.readings:
        found.complain(
            f"{prefix}COUNTER", "counts pulses; a [[mappings]] table can give their unit"
        )
    return found.decoded(NAME)


def read_answer(device: str, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the labels that some builds publish as if somebody had asked for them.

    Raises:
        RejectedMessage: It holds labels, and none of their numbers is one.
    """
    is_frame = b'"ADSC"' in payload or b'"ADCO"' in payload
    return read(device, payload, zone) if is_frame else Decoded(NAME)


def _gather_electricity(found: Gathering, body: JsonObject, prefix: str, zone: ZoneInfo) -> bool:
    """Pick what Tasmota's own sections say; return whether the message has one."""
    if "ENERGY" in body and body.keys().isdisjoint(_OF_A_LINKY):
        _gather_energy(found, _section(body, "ENERGY"), f"{prefix}ENERGY", ())
        return True
    frame, path = _frame_of(body, prefix)
    meter, contract = tasmota_linky.sections_of(body)
    if meter is not None:
        tasmota_linky.gather_powers(found, meter, f"{prefix}METER")
    if "ENERGY" in body:
        known = {reading.register.rpartition(".")[2] for reading in found.readings}
        if frame is not None or contract is not None:
            known.add("Total")
        _gather_energy(found, _section(body, "ENERGY"), f"{prefix}ENERGY", known)
    if frame is not None:
        tic_documents.gather_labels(found, frame, path, zone)
    if contract is not None:
        path = f"{prefix}CONTRACT"
        tasmota_linky.gather_indexes(found, contract, path, beside_tic=frame is not None)
    return "ENERGY" in body or not (frame is meter is contract is None)


def _frame_of(body: JsonObject, prefix: str) -> tuple[JsonObject | None, str]:
    """Return the Linky's labels, a section or the whole message, and their path."""
    if "TIC" in body:
        return _section(body, "TIC"), f"{prefix}TIC."
    return (body, prefix) if tic_documents.is_frame(body) else (None, "")


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
    frame, _ = _frame_of(body, "")
    return None if frame is None else tic_documents.taken_at(frame, zone)


def _gather_energy(found: Gathering, meter: JsonObject, path: str, known: Collection[str]) -> None:
    for name, value in meter.items():
        kind = _ENERGY.get(name)
        if kind is None:
            continue
        if known and name in _BETTER_KNOWN:
            better, role = _BETTER_KNOWN[name]
            kind = kind.as_role(role) if better in known else kind
        if type(value) is list:
            for index, item in enumerate(value):
                found.add(kind, f"{name}[{index}]", item, f"{path}.{name}[{index}]")
        else:
            found.add(kind, name, value, f"{path}.{name}")


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
