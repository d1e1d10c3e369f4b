"""Watteco (nke): what its first codec made of a report, `{"zclheader", "data"}`.

The names carry a unit that is not always the number's: reactive energies are
called `…_Wh` and stand in VArh. So the active ones are read by their whole
name. `counter` is pulses. No report says when it was made.
"""

from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Gathering, Kind, energy, power, temperature
from ingest.decoders.json_body import JsonObject
from ingest.decoders.lorawan_fields import PULSES
from ingest.decoders.lorawan_quiet import tells_of_other_things

_FIELDS: dict[str, Kind] = {
    "temperature": temperature("degC", Role.LIVE),
    "active_energy_Wh": energy("Wh", Role.TOTAL),
    "active_power_W": power("W", Role.LIVE),
    "sum_positive_active_energy_Wh": energy("Wh", Role.TOTAL),
    "sum_negative_active_energy_Wh": energy("Wh"),
    "positive_active_power_W": power("W", Role.LIVE),
    "negative_active_power_W": power("W"),
    "ActiveEnergyWhPhaseABC": energy("Wh", Role.TOTAL),
    "ActivePowerWPhaseABC": power("W", Role.LIVE),
    **{f"ActiveEnergyWhPhase{phase}": energy("Wh", Role.PART) for phase in "ABC"},
    **{f"ActivePowerWPhase{phase}": power("W", Role.PART) for phase in "ABC"},
}


def gather(found: Gathering, payload: JsonObject, path: str) -> bool:
    """Pick the numbers of a report; return False when it has none of this codec's."""
    report = payload.get("data")
    if type(report) is not dict or type(payload.get("zclheader")) is not dict:
        return False
    is_ours = False
    for name, value in report.items():
        kind = _FIELDS.get(name)
        if kind is not None:
            found.add(kind, name, value, f"{path}.data.{name}")
            is_ours = True
        elif name == "counter":
            found.complain(f"{path}.data.counter", PULSES)
            is_ours = True
    return is_ours or tells_of_other_things(report)
