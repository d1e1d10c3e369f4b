"""What a Home Assistant discovery says of one entity: whether and how it is a register.

The unit says what is measured, and must agree with the device class; the state
class says how it accumulates. An entity that is no measurement of ours is
remembered as such, so that its topic is known to carry no reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.registers import Accumulation, Quantity
from domain.units import quantity_of, spelled
from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Kind
from ingest.decoders.json_body import JsonObject
from ingest.decoders.property_kinds import kind_of_property
from ingest.decoders.tic_labels import TIC_REGISTERS
from ingest.decoders.value_templates import ValuePlace, place_of

_CLASSES = {
    "energy": Quantity.ENERGY,
    "gas": Quantity.VOLUME,
    "water": Quantity.VOLUME,
    "volume": Quantity.VOLUME,
    "power": Quantity.POWER,
    "apparent_power": Quantity.APPARENT_POWER,
    "temperature": Quantity.TEMPERATURE,
}
_COUNTED = (Quantity.ENERGY, Quantity.VOLUME)
_LAST_RESETS = ("last_reset", "last_reset_topic", "last_reset_value_template")
_LONGEST_NAME = 120
_LONGEST_UNIT = 20


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity, as far as its topic's readings are concerned."""

    device: str = ""
    register: str = ""
    kind: Kind | None = None
    """None: no measurement of ours."""

    place: ValuePlace | None = None
    """None: its template is beyond us."""

    template: str = "{{ value }}"

    label: str = ""
    """What the device is called, where its configuration says so."""

    def as_json(self) -> JsonObject:
        """Return what is remembered of it."""
        kind = self.kind
        if kind is None:
            return {"template": self.template}
        return {
            "device": self.device,
            "register": self.register,
            "kind": [kind.quantity, kind.unit, kind.accumulation, kind.role],
            "template": self.template,
            "label": self.label,
        }

    @classmethod
    def from_json(cls, body: JsonObject) -> "Entity":
        """Return what was remembered."""
        template = body["template"]
        place = place_of(template)
        if "kind" not in body:
            return cls(place=place, template=template)
        quantity, unit, accumulation, role = body["kind"]
        kind = Kind(Quantity(quantity), unit, Accumulation(accumulation), Role(role))
        label = body.get("label", "")  # not in what an earlier version remembered
        return cls(body["device"], body["register"], kind, place, template, label)


def entity_of(config: Mapping[str, object], platform: str, device: str, register: str) -> Entity:
    """Return what a configuration, its keys written out, says of an entity."""
    kind = _kind(config, register) if platform == "sensor" else None
    template = config.get("value_template")
    text = template if isinstance(template, str) and template else "{{ value }}"
    if kind is None or len(register) > _LONGEST_NAME:
        return Entity(template=text)
    return Entity(device, register, kind, place_of(text), text, _called(config.get("device")))


def _called(device: object) -> str:
    """Return the name that a configuration gives its device."""
    name = device.get("name") if isinstance(device, dict) else None
    return name[:_LONGEST_NAME] if isinstance(name, str) else ""


def _kind(config: Mapping[str, object], register: str) -> Kind | None:
    unit = config.get("unit_of_measurement")
    if not isinstance(unit, str) or len(unit) > _LONGEST_UNIT:
        return None
    quantity, device_class = quantity_of(unit), config.get("device_class")
    if quantity is None or (device_class is not None and not _agrees(device_class, quantity)):
        return None
    state_class = config.get("state_class")
    if quantity in _COUNTED and state_class == "measurement":
        return None  # what stands in a tank or a battery: no index
    accumulation = Accumulation.CUMULATIVE if quantity in _COUNTED else Accumulation.INSTANTANEOUS
    kind = Kind(quantity, spelled(unit), accumulation)
    return replace(kind, role=_role(config, kind, register))


def _agrees(device_class: object, quantity: Quantity) -> bool:
    return isinstance(device_class, str) and _CLASSES.get(device_class) is quantity


def _role(config: Mapping[str, object], kind: Kind, register: str) -> Role:
    """Return what an entity is to its device.

    A Linky's label says it; else the name, by the rules of all properties. One
    that starts again from 0 each day, or does not say how it goes on, is only
    kept when asked for.
    """
    label = TIC_REGISTERS.get(register.rpartition("_")[2].upper())
    if label is not None and label.quantity is kind.quantity:
        return label.role
    named = kind_of_property(register, kind.unit)
    if named is None or config.get("entity_category") is not None:
        return Role.OTHER
    if kind.quantity in _COUNTED:
        restarts = any(config.get(key) is not None for key in _LAST_RESETS)
        if restarts or config.get("state_class") not in ("total", "total_increasing"):
            return Role.OTHER
    return named.role
