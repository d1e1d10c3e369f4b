"""What `water_consumed` is worth behind Zigbee2MQTT, for its converters disagree.

Water meters and heat meters count in m3. A meter that is a valve as well counts
in litres; irrigation valves tell the litres of their last watering, which are
no index. A valve has a `state`, a meter says more than what it counted. Where a
message shows neither, a factor of a thousand would be guessed.
"""

from collections.abc import Iterator

from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Gathering, Kind, energy, volume
from ingest.decoders.json_body import JsonObject

CONSUMED = "water_consumed"

_RETURNED = "reverse_water_consumed"
_HEAT = "cumulative_heat"
_OF_A_METER = (
    *(_RETURNED, _HEAT, "meter_id", "report_period", "interface_mode"),
    *("flow", "flow_rate", "instantaneous_flow_rate"),
    *("month_consumption", "daily_consumption"),
    *("monthly_water_consumption", "daily_water_consumption"),
)
AMBIGUOUS = "is in m3 or L as the model has it; a [[mappings]] table can tell which"


def kinds_of_water(body: JsonObject, found: Gathering) -> Iterator[tuple[str, Kind]]:
    """Yield what a message with `water_consumed` counts, or say that nothing tells it."""
    is_meter = any(name in body for name in _OF_A_METER)
    is_valve = "state" in body
    if is_meter:
        unit = "L" if is_valve else "m3"
        # A heat meter counts heat; the water that brought it is not what is used.
        yield CONSUMED, volume(unit, Role.OTHER if _HEAT in body else Role.TOTAL)
        yield _RETURNED, volume(unit)
        yield _HEAT, energy("kWh", Role.TOTAL)
    elif not is_valve and body[CONSUMED] is not None:
        found.complain(CONSUMED, AMBIGUOUS)
