"""Victron's Venus OS: one D-Bus value a message, `N/<portal>/<service>/<instance>/<path>`.

The device is `<portal>/<service>/<instance>` and the register is the path. The
message carries no time; it is sent when the value changes. A value of null,
or of an empty list in older releases, says that the device has none just now,
an empty message that it went away: neither is a reading, nor are the requests
on `R/…` and `W/…`.
"""

import re
from functools import partial
from zoneinfo import ZoneInfo

from ingest.decoders.decoded import Decoded, Role
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.gathering import Gathering, Kind, energy, power, temperature, volume
from ingest.decoders.json_body import parse_object

NAME = "victron"

_TOPIC = re.compile(
    r"(?:.+/)?(?P<verb>[NRW])/(?P<portal>[0-9a-fA-F]{12})/"
    r"(?:(?P<service>[a-z]+)/(?P<instance>\d+)/(?P<path>.+)|.+)",
    re.ASCII,
)

_METER: dict[str, Kind] = {
    "Ac/Energy/Forward": energy("kWh", Role.TOTAL),
    "Ac/Energy/Reverse": energy("kWh"),
    "Ac/Power": power("W", Role.LIVE),
    **{f"Ac/L{n}/Energy/Forward": energy("kWh", Role.PART) for n in (1, 2, 3)},
    **{f"Ac/L{n}/Energy/Reverse": energy("kWh") for n in (1, 2, 3)},
    **{f"Ac/L{n}/Power": power("W", Role.PART) for n in (1, 2, 3)},
}
_SOLAR: dict[str, Kind] = {
    "Yield/System": energy("kWh", Role.TOTAL),
    "Yield/User": energy("kWh", Role.PART),
    "Yield/Power": power("W", Role.LIVE),
    **{f"Pv/{n}/P": power("W", Role.PART) for n in range(4)},
}
_CONVERTER: dict[str, Kind] = {
    **{
        f"Ac/{side}/{line}P": power("W")
        for side in ("ActiveIn", "Out", "In/1", "In/2")
        for line in ("", "L1/", "L2/", "L3/")
    },
    **{
        f"Energy/{way}": energy("kWh")
        for way in (
            *(f"AcIn{n}To{to}" for n in (1, 2) for to in ("AcOut", "Inverter")),
            *(f"{of}ToAcIn{n}" for n in (1, 2) for of in ("AcOut", "Inverter", "Solar")),
            "InverterToAcOut",
            "OutToInverter",
            "SolarToAcOut",
            "SolarToBattery",
        )
    },
}
_SERVICES: dict[str, dict[str, Kind]] = {
    **dict.fromkeys(
        ("grid", "pvinverter", "genset", "acload", "evcharger", "heatpump"),
        _METER,
    ),
    "solarcharger": _SOLAR,
    "multi": _SOLAR | _CONVERTER,
    "inverter": _SOLAR | _CONVERTER,
    "vebus": _CONVERTER,
    "temperature": {"Temperature": temperature("degC", Role.LIVE)},
    "pulsemeter": {"Aggregate": volume("m3", Role.TOTAL)},
}
"""What each service measures; its other paths are states, alarms and settings."""


def claim(topic: str) -> Reader | None:
    """Return the reader of `N/<portal>/<service>/<instance>/<path>`."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        return None
    kind = _SERVICES.get(found["service"] or "", {}).get(found["path"] or "")
    if kind is None or found["verb"] != "N":
        return silent(NAME)
    device = f"{found['portal']}/{found['service']}/{found['instance']}"
    return partial(read, device, found["path"], kind)


def recognise(_topic: str, _body: object) -> Reader | None:
    """Return None: `{"value": 936}` says nothing without its topic."""
    return None


def read(device: str, register: str, kind: Kind, payload: bytes, _zone: ZoneInfo) -> Decoded:
    """Return the reading of one value.

    Raises:
        RejectedMessage: It is no JSON object, or its value is no number.
    """
    if not payload:
        return Decoded(NAME)
    body = parse_object(payload)
    found = Gathering(device, None)
    value = body.get("value")
    if value is not None and value != []:
        found.add(kind, register, value, "value")
    return found.decoded(NAME)


FAMILY = Family(NAME, claim, recognise)
