"""Milesight's codecs: what the names alone do not tell, and their histories.

A plug or switch counts `power_consumption` in Wh. The name is common and other
makers mean other units by it, so it is believed only among the fields that
these devices send with it. The volume that an EM300-DI makes of its pulses
(`water`) is in the unit somebody chose on the device, which the message does
not repeat: it stays without unit. The twelve clamps of a CTH01 count in kWh and
measure in kW, by groups of three phases or one by one: they are of as many
circuits, so each is a share. `history` holds what a device kept while the
network was away, each record with its own `timestamp`.
"""

from collections.abc import Mapping

from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Kind, apparent, energy, power
from ingest.decoders.json_body import JsonObject

_PLUG: Mapping[str, Kind | None] = {"power_consumption": energy("Wh", Role.TOTAL)}
_NEWER_PLUG: Mapping[str, Kind | None] = {"electric_power": power("W", Role.LIVE)}
"""Beside it `power_consumption` is in Wh or kWh as whoever decodes it has it."""

_PLUG_FIELDS = ("active_power", "power_factor")
_PLUG_STATES = ("socket_status", "switch_1")
_CONVERTED: Mapping[str, Kind | None] = {"water_conv": None, "pulse_conv": None}
_CLAMPS_OF = {
    "forward_active_energy": energy("kWh", Role.PART),
    "reverse_active_energy": energy("kWh"),
    "active_power": power("kW", Role.PART),
    "apparent_power": apparent("kVA"),
    "apparent_energy": None,
}
_CLAMPS: Mapping[str, Kind | None] = {
    f"{what}{half}.{place}": kind
    for what, kind in _CLAMPS_OF.items()
    for half in (1, 2)
    for group in (1, 2)
    for place in (f"group{group}_value", *(f"group{group}.chan{n}" for n in (1, 2, 3)))
} | {f"{what}{half}.mask{n}": None for what in _CLAMPS_OF for half in (1, 2) for n in (1, 2)}
_NOTHING: Mapping[str, Kind | None] = {}

_YEAR_2000 = 946_684_800
_CLOCK_OVERFLOWS = 2**32


def kinds_of(payload: JsonObject) -> Mapping[str, Kind | None]:
    """Return the fields whose meaning the others give away; None: no register."""
    if "electric_power" in payload:
        return _NEWER_PLUG
    if "power_consumption" in payload:
        is_plug = all(name in payload for name in _PLUG_FIELDS)
        return _PLUG if is_plug and any(name in payload for name in _PLUG_STATES) else _NOTHING
    if any(type(payload.get(f"{what}{half}")) is dict for what in _CLAMPS_OF for half in (1, 2)):
        return _CLAMPS
    return _CONVERTED if "pulse_conv" in payload else _NOTHING


def history_of(payload: JsonObject) -> list[tuple[JsonObject, str, int]]:
    """Return the records kept by the device: each, its path, its instant since 1970 [s]."""
    records = payload.get("history")
    if type(records) is not list:
        return []
    return [
        (record, f"history[{index}]", record["timestamp"])
        for index, record in enumerate(records)
        if type(record) is dict and _is_instant(record.get("timestamp"))
    ]


def _is_instant(value: object) -> bool:
    return type(value) is int and _YEAR_2000 <= value < _CLOCK_OVERFLOWS
