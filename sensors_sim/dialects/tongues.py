"""Which meter speaks which dialect."""

import logging
from collections.abc import Mapping, Sequence

from domain.meters import Commodity, Meter
from sensors_sim.dialects import (
    chirpstack,
    senml,
    shelly_gen1,
    shelly_gen2,
    tasmota,
    teleinfo,
    things_stack,
    zigbee_thermometer,
    zipulses,
    zlinky,
)
from sensors_sim.dialects.device import Dialect
from sensors_sim.dialects.mapped import mapped_dialect
from settings.model import MappingSettings

log = logging.getLogger(__name__)

_MAPPING = "mapping:"
_POWERLESS = (Commodity.WATER, Commodity.NATURAL_GAS, Commodity.OUTDOOR_TEMPERATURE)
"""What electricity meters cannot count."""

_CHIRPSTACK = Dialect(speak=chirpstack.speak, resolution=chirpstack.RESOLUTION)
_THINGS_STACK = Dialect(speak=things_stack.speak, resolution=things_stack.RESOLUTION)
_SENML = Dialect(speak=senml.speak, resolution=senml.RESOLUTION)
_TELEINFO = Dialect(
    speak=teleinfo.speak,
    resolution=teleinfo.RESOLUTION_KWH,
    carries_time=False,
    has_off_peak=True,
)
_ZLINKY = Dialect(speak=zlinky.speak, resolution=zlinky.RESOLUTION_KWH)
_ZIPULSES = Dialect(speak=zipulses.speak, resolution=zipulses.RESOLUTION_M3)
_ZIGBEE_THERMOMETER = Dialect(speak=zigbee_thermometer.speak, resolution=0.001)
_TASMOTA = Dialect(speak=tasmota.speak, resolution=tasmota.RESOLUTION_KWH)
_TASMOTA_LINKY = Dialect(
    speak=tasmota.speak_linky, resolution=tasmota.RESOLUTION_KWH, has_off_peak=True
)
_GEN1 = Dialect(speak=shelly_gen1.speak, resolution=shelly_gen1.RESOLUTION_KWH)
_GEN2_THREE_PHASE = Dialect(
    speak=shelly_gen2.speak_three_phase, resolution=shelly_gen2.RESOLUTION_KWH
)
_GEN2_SINGLE_PHASE = Dialect(
    speak=shelly_gen2.speak_single_phase, resolution=shelly_gen2.RESOLUTION_KWH
)
_GEN2_SWITCH = Dialect(speak=shelly_gen2.speak_switch, resolution=shelly_gen2.RESOLUTION_KWH)

_GEN1_MODELS = ("shellyem", "shellyem3")
_SINGLE_PHASE_MODELS = ("shellyproem50", "shellyemg3", "shellyemminig4")


def dialect_of(meter: Meter, mappings: Sequence[MappingSettings] = ()) -> Dialect | None:
    """Return the dialect of a meter's device.

    Args:
        meter: The meter, with its source.
        mappings: The `[[mappings]]` tables of the configuration.

    Returns:
        None, with a line in the log, where no dialect fits: it is then not simulated.
    """
    if meter.source is None or not meter.is_published:
        log.info("%s is filled from files: not simulated", meter.id)
        return None
    family = meter.source.family
    if family.startswith(_MAPPING):
        name = family.removeprefix(_MAPPING)
        mapping = next((m for m in mappings if m.name == name), None)
        dialect = mapped_dialect(mapping) if mapping else None
    else:
        dialect = _dialect_of_family(family, meter.source.device, meter.commodity)
    if dialect is None:
        log.warning(
            "%s: %s has no dialect for %s: not simulated", meter.id, family, meter.commodity
        )
    return dialect


def _dialect_of_family(family: str, device: str, commodity: Commodity) -> Dialect | None:
    radio: Mapping[str, Dialect] = {
        "chirpstack": _CHIRPSTACK,
        "ttn": _THINGS_STACK,
        "senml": _SENML,
    }
    if family in radio:
        return radio[family]
    if family == "zigbee2mqtt":
        return _zigbee(commodity)
    if commodity in _POWERLESS:
        return None
    electric: Mapping[str, Dialect] = {
        "tasmota": _TASMOTA_LINKY if device.isdigit() else _TASMOTA,
        "shelly": _shelly(device),
        "teleinfo2mqtt": _TELEINFO,
    }
    return electric.get(family)


def _zigbee(commodity: Commodity) -> Dialect:
    if commodity is Commodity.OUTDOOR_TEMPERATURE:
        return _ZIGBEE_THERMOMETER
    return _ZIPULSES if commodity in _POWERLESS else _ZLINKY


def _shelly(device: str) -> Dialect:
    model = device.partition("-")[0]
    if model in _GEN1_MODELS:
        return _GEN1
    if model in _SINGLE_PHASE_MODELS:
        return _GEN2_SINGLE_PHASE
    return _GEN2_THREE_PHASE if "3em" in model else _GEN2_SWITCH
