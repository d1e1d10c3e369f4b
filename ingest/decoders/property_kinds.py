"""What a property that somebody announced means: its path of names, and its unit.

Sparkplug's metrics, Homie's properties and Home Assistant's entities are named
by whoever set them up, as the fields of a LoRaWAN codec are, and by the same
rules. Where they carry a Linky's label they are what the label is.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from domain.registers import Quantity
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


def counted_once(kinds: Mapping[str, Kind]) -> dict[str, Role]:
    """Return the role of each of a device's properties, by its path.

    Of two words for one quantity the first is the total, as with the fields of
    a LoRaWAN payload: `energy_kWh` and `energy_Wh` must not be added up. A
    Linky's labels are: each tariff has its index.
    """
    roles: dict[str, Role] = {}
    seen: set[Quantity] = set()
    for path, kind in kinds.items():
        roles[path] = kind.role
        is_label = path.rpartition("/")[2].upper() in TIC_REGISTERS
        if kind.role in (Role.TOTAL, Role.LIVE) and not is_label:
            roles[path] = Role.OTHER if kind.quantity in seen else kind.role
            seen.add(kind.quantity)
    return roles


def lacks_its_unit(path: str) -> bool:
    """Tell whether a property without unit would be a reading if it had one."""
    name = path.rpartition("/")[2]
    return len(name) <= _LONGEST_NAME and (
        calls_for_a_unit(name) or kind_of_field(name, None) is not None
    )
