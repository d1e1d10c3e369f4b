"""The labels of the Linky's customer information (Enedis-NOI-CPT_54E).

Indexes are in Wh, in both modes. In historique mode only the indexes of the
subscribed tariff are sent, so their sum is what was used; in standard mode
EAST is that sum and the others are its shares. PAPP and SINSTS are apparent
powers. CCASN is the mean active power of the last load-curve step (30 or
60 min), stamped at its end: it is not the power now.
"""

from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Kind, apparent, energy, power

_HISTORIQUE = (
    "BASE",
    "HCHC",
    "HCHP",
    "EJPHN",
    "EJPHPM",
    "BBRHCJB",
    "BBRHPJB",
    "BBRHCJW",
    "BBRHPJW",
    "BBRHCJR",
    "BBRHPJR",
)
_SHARES = (*(f"EASF{n:02}" for n in range(1, 11)), *(f"EASD{n:02}" for n in range(1, 5)))

TIC_REGISTERS: dict[str, Kind] = {
    **dict.fromkeys(_HISTORIQUE, energy("Wh", Role.TOTAL)),
    "EAST": energy("Wh", Role.TOTAL),
    **dict.fromkeys(_SHARES, energy("Wh", Role.PART)),
    "EAIT": energy("Wh"),
    **dict.fromkeys(("PAPP", "SINSTS", "SINSTS1", "SINSTS2", "SINSTS3", "SINSTI"), apparent()),
    **dict.fromkeys(("CCASN", "CCASN-1", "CCAIN", "CCAIN-1"), power("W")),
}
"""What each label that is a measurement means."""

TIC_LOAD_CURVE = frozenset(("CCASN", "CCASN-1", "CCAIN", "CCAIN-1"))
"""Labels with a stamp of their own: the end of their interval."""

TIC_DEVICE_LABELS = ("ADCO", "ADSC")
"""The meter's own address, in historique and standard mode."""
