"""A device of somebody's own: the JSON that a `[[mappings]]` table describes, written backwards."""

import re
from collections.abc import Callable, Mapping
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

_CANONICAL: Mapping[Quantity, Callable[[Sample], float]] = {
    Quantity.ENERGY: lambda sample: sample.total * RESOLUTION,
    Quantity.VOLUME: lambda sample: sample.total * RESOLUTION,
    Quantity.POWER: lambda sample: sample.power_w / 1000.0,
    Quantity.APPARENT_POWER: lambda sample: sample.power_w / 970.0,
    Quantity.TEMPERATURE: lambda sample: sample.temperature_degc,
}
"""Each quantity of a sample, in the unit in which it is stored."""

Steps = tuple[str | int, ...]
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

    places = [(_steps(field.path), _reader(field)) for field in fields]
    device_steps, time_steps = _steps(mapping.device_path), _steps(mapping.time_path)

    def speak(device: Device, sample: Sample) -> list[Spoken]:
        tree: Tree = {}
        if device_steps:
            _put(tree, device_steps, device.name)
        if time_steps:
            _put(tree, time_steps, _time(mapping, sample.at.epoch_s))
        for steps, number in places:
            _put(tree, steps, number(sample))
        topic = mapping.topic.replace("+", device.name).replace("#", device.name)
        return [(topic, orjson.dumps(_plain(tree)))]

    return Dialect(speak=speak, resolution=RESOLUTION, carries_time=bool(mapping.time_path))


def _reader(field: MappingField) -> Callable[[Sample], float]:
    """Return what reads a field's number off a sample, in its unit and before its scale."""
    canonical = _CANONICAL[field.quantity]
    zero = to_canonical(0.0, field.unit, field.quantity)
    slope = (to_canonical(1.0, field.unit, field.quantity) - zero) * field.scale
    return lambda sample: round((canonical(sample) - zero) / slope, 6)


def _time(mapping: MappingSettings, epoch_s: int) -> str | int:
    if mapping.time_unit == "iso":
        zone = ZoneInfo(mapping.time_zone)
        return datetime.fromtimestamp(epoch_s, tz=UTC).astimezone(zone).isoformat()
    return epoch_s * 1000 if mapping.time_unit == "ms" else epoch_s


def _steps(path: str) -> Steps:
    """Return the keys and positions of a path such as `a.b[0]`; none for an empty one."""
    return tuple(int(n) if n else quoted or name for n, quoted, name in _STEP.findall(path))


def _put(tree: Tree, steps: Steps, value: object) -> None:
    for step in steps[:-1]:
        below = tree.setdefault(step, {})
        if not isinstance(below, dict):
            raise ValueError(f"{steps} passes through a value")
        tree = below
    tree[steps[-1]] = value


def _plain(node: object) -> object:
    """Return a tree as JSON has it: what is numbered is a list, with null in its holes."""
    if not isinstance(node, dict):
        return node
    numbers = [key for key in node if isinstance(key, int)]
    if node and len(numbers) == len(node):
        return [_plain(node.get(n)) for n in range(max(numbers) + 1)]
    return {str(key): _plain(value) for key, value in node.items()}
