"""What a French build of Tasmota works out of a Linky: `METER` and `CONTRACT`.

It sends them where the official build sends `ENERGY`. METER holds the powers of
now: `W` active, worked out from the index, and `P` apparent, both followed by
the phase. CONTRACT holds the indexes [Wh]: `CONSO` is what was used in all
periods, `PROD` what was exported, and each period goes by its own code.
"""

from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Gathering, Kind, apparent, energy, power
from ingest.decoders.json_body import JsonObject

_POWERS: dict[str, Kind] = {
    "W": power("W", Role.LIVE),
    **{f"W{phase}": power("W", Role.PART) for phase in (1, 2, 3)},
    **dict.fromkeys(("P", "P1", "P2", "P3", "PP"), apparent()),
    "PW": power("W"),
}
_APPARENT_BESIDE = {"W": "P", "W1": "P1", "W2": "P2", "W3": "P3", "PW": "PP"}
_PHASES = "PH"
_SUM = "CONSO"
_INDEXES: dict[str, tuple[str, Kind]] = {
    _SUM: ("EAST", energy("Wh", Role.TOTAL)),
    "PROD": ("EAIT", energy("Wh")),
}
"""By the meter's own labels, in which the device may publish the same indexes as `TIC`: twice the
same register is one, where two totals would be added up."""

_PERIOD = energy("Wh", Role.PART)
_NO_INDEX = frozenset(("serial", "name", "period", "color", "hour", "tday", "tmrw"))


def sections_of(body: JsonObject) -> tuple[JsonObject | None, JsonObject | None]:
    """Return METER and CONTRACT, each None where it is missing or somebody else's."""
    meter, contract = body.get("METER"), body.get("CONTRACT")
    return (
        meter if type(meter) is dict and _PHASES in meter else None,
        contract if type(contract) is dict and _SUM in contract else None,
    )


def gather_powers(found: Gathering, meter: JsonObject, path: str) -> None:
    """Pick the powers of METER.

    An active power of 0 beside an apparent one is not known yet: the index has
    not moved twice since the device started.
    """
    for name, kind in _POWERS.items():
        if name in meter and not (meter[name] == 0 and meter.get(_APPARENT_BESIDE.get(name, ""))):
            found.add(kind, f"METER.{name}", meter[name], f"{path}.{name}")


def gather_indexes(found: Gathering, contract: JsonObject, path: str, *, beside_tic: bool) -> None:
    """Pick the indexes of CONTRACT; beside the meter's own labels their sum is a share."""
    if contract.get(_SUM) == 0:
        found.complain(f"{path}.{_SUM}", "is 0: the device has heard no index of its meter")
        return
    for name, value in contract.items():
        if name in _NO_INDEX or isinstance(value, str | dict | list):
            continue
        register, kind = _INDEXES.get(name, (f"CONTRACT.{name}", _PERIOD))
        if beside_tic and name in _INDEXES:
            register, kind = f"CONTRACT.{name}", _PERIOD if name == _SUM else kind
        place = f'{path}["{name}"]' if "." in name else f"{path}.{name}"
        found.add(kind, register, value, place)
