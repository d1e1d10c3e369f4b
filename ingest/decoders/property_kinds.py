"""What a property that somebody announced means: its path of names, and its unit.

Sparkplug's metrics, Homie's properties and Home Assistant's entities are named
by whoever set them up, as the fields of a LoRaWAN codec are, and by the same
rules. Where they carry a Linky's label they are what the label is.
"""

from dataclasses import replace
from functools import lru_cache

from domain.units import quantity_of, spelled
from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Kind
from ingest.decoders.lorawan_fields import calls_for_a_unit, kind_of_field, role_in
from ingest.decoders.tic_labels import TIC_REGISTERS

_LONGEST_NAME = 120
_LONGEST_UNIT = 20


@lru_cache(maxsize=4096)
def kind_of_property(path: str, unit: str | None) -> Kind | None:
    """Return what a property means, or None when neither unit nor name tells.

    Args:
        path: Its names, outermost first, between slashes.
        unit: As announced; None without: then only a name can tell it.
    """
    if len(path) > _LONGEST_NAME or (unit is not None and len(unit) > _LONGEST_UNIT):
        return None
    folder, _, name = path.rpartition("/")
    label = TIC_REGISTERS.get(name.upper())
    if label is not None and unit is not None and quantity_of(unit) is label.quantity:
        return replace(label, unit=spelled(unit))
    kind = kind_of_field(name, unit or None)
    if kind is not None and kind.role in (Role.TOTAL, Role.LIVE):
        return kind.as_role(role_in(folder.replace("/", "."), kind.role))
    return kind


def lacks_its_unit(path: str) -> bool:
    """Tell whether a property without unit would be a reading if it had one."""
    name = path.rpartition("/")[2]
    return len(name) <= _LONGEST_NAME and (
        calls_for_a_unit(name) or kind_of_field(name, None) is not None
    )
