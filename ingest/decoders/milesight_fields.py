"""Milesight's codecs: what the names alone do not tell, and their histories.

A plug or switch counts `power_consumption` in Wh. The name is common and other
makers mean other units by it, so it is believed only among the fields that
these devices send with it. The volume that an EM300-DI makes of its pulses
(`water`) is in the unit somebody chose on the device, which the message does
not repeat: it stays without unit. `history` holds what a device kept while the
network was away, each record with its own `timestamp`.
"""

from collections.abc import Mapping

from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Kind, energy
from ingest.decoders.json_body import JsonObject

_PLUG: Mapping[str, Kind | None] = {"power_consumption": energy("Wh", Role.TOTAL)}
_PLUG_FIELDS = ("active_power", "power_factor")
_PLUG_STATES = ("socket_status", "switch_1")
_CONVERTED: Mapping[str, Kind | None] = {"water_conv": None, "pulse_conv": None}
_NOTHING: Mapping[str, Kind | None] = {}

_YEAR_2000 = 946_684_800
_CLOCK_OVERFLOWS = 2**32


def kinds_of(payload: JsonObject) -> Mapping[str, Kind | None]:
    """Return the fields whose meaning the others give away; None: no register."""
    if "power_consumption" in payload:
        is_plug = all(name in payload for name in _PLUG_FIELDS)
        return _PLUG if is_plug and any(name in payload for name in _PLUG_STATES) else _NOTHING
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
