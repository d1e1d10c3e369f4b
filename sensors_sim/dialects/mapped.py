"""A device of somebody's own: the JSON that a `[[mappings]]` table describes, written backwards."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import orjson

from domain.registers import Accumulation, Quantity
from domain.units import to_canonical
from sensors_sim.dialects.device import Device, Dialect, Sample, Spoken
from settings.model import MappingField, MappingSettings

RESOLUTION = 0.001
"""A litre, or a Wh."""

_STEP = re.compile(r"\[(\d+)\]|\[[\"']([^\"']*)[\"']\]|([^.\[\]]+)", re.ASCII)

Tree = dict[str | int, object]


def mapped_dialect(mapping: MappingSettings) -> Dialect | None:
    """Return the dialect that a mapping reads.

    Returns:
        None where the mapping reads nothing that a device shows: only deltas, or
        numbers that are a document of their own.
    """
    fields = [f for f in mapping.fields if f.accumulation is not Accumulation.DELTA and f.path]
    if not fields:
        return None

    def speak(device: Device, sample: Sample) -> list[Spoken]:
        tree: Tree = {}
        if mapping.device_path:
            _put(tree, mapping.device_path, device.name)
        if mapping.time_path:
            _put(tree, mapping.time_path, _time(mapping, sample.at.epoch_s))
        for field in fields:
            _put(tree, field.path, _number(field, sample))
        topic = mapping.topic.replace("+", device.name).replace("#", device.name)
        return [(topic, orjson.dumps(_plain(tree)))]

    return Dialect(speak=speak, resolution=RESOLUTION, carries_time=bool(mapping.time_path))


def _number(field: MappingField, sample: Sample) -> float:
    """Return a field's number, in its unit and before its scale."""
    value = {
        Quantity.ENERGY: sample.total * RESOLUTION,
        Quantity.VOLUME: sample.total * RESOLUTION,
        Quantity.POWER: sample.power_w / 1000.0,
        Quantity.APPARENT_POWER: sample.power_w / 970.0,
        Quantity.TEMPERATURE: sample.temperature_degc,
    }[field.quantity]
    zero = to_canonical(0.0, field.unit, field.quantity)
    one = to_canonical(1.0, field.unit, field.quantity)
    return round((value - zero) / (one - zero) / field.scale, 6)


def _time(mapping: MappingSettings, epoch_s: int) -> str | int:
    if mapping.time_unit == "iso":
        zone = ZoneInfo(mapping.time_zone)
        return datetime.fromtimestamp(epoch_s, tz=UTC).astimezone(zone).isoformat()
    return epoch_s * 1000 if mapping.time_unit == "ms" else epoch_s


def _put(tree: Tree, path: str, value: object) -> None:
    *above, last = [int(n) if n else quoted or name for n, quoted, name in _STEP.findall(path)]
    for step in above:
        below = tree.setdefault(step, {})
        if not isinstance(below, dict):
            raise ValueError(f"{path} passes through a value")
        tree = below
    tree[last] = value


def _plain(node: object) -> object:
    """Return a tree as JSON has it: what is numbered is a list, with null in its holes."""
    if not isinstance(node, dict):
        return node
    numbers = [key for key in node if isinstance(key, int)]
    if node and len(numbers) == len(node):
        return [_plain(node.get(n)) for n in range(max(numbers) + 1)]
    return {str(key): _plain(value) for key, value in node.items()}
