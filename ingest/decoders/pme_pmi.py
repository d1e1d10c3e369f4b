"""The PME-PMI meter (above 36 kVA), as LoRaWAN transmitters repeat its labels.

`EAP_s` is the index [kWh] of the tariff in force, which `PTCOUR1` names: it is
another index once the tariff changes, so the tariff belongs to the register's
name and the sum of these registers is what the meter counts. `EA_s` [Wh] is
only what was used since the meter last wrote, and is not read.
"""

from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Gathering, energy

INDEX = "EAP_s"
TARIFF = "PTCOUR1"

_INDEX_KIND = energy("kWh", Role.TOTAL)


def gather_index(found: Gathering, value: object, tariff: object, path: str) -> None:
    """Keep the index under its tariff's name, or say that the tariff is missing."""
    if type(tariff) is str and tariff.strip():
        found.add(_INDEX_KIND, f"{INDEX}.{tariff.strip()}", value, path)
    else:
        found.complain(path, f"is an index of the tariff that {TARIFF} names, which is missing")
