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

TIC_LABELS = frozenset(
    (
        *TIC_REGISTERS,
        *TIC_DEVICE_LABELS,
        *("OPTARIF", "ISOUSC", "PEJP", "PTEC", "DEMAIN", "IINST", "IINST1", "IINST2", "IINST3"),
        *("ADPS", "ADIR1", "ADIR2", "ADIR3", "IMAX", "IMAX1", "IMAX2", "IMAX3", "PMAX"),
        *("HHPHC", "MOTDETAT", "PPOT", "VTIC", "DATE", "NGTF", "LTARF", "PREF", "PCOUP"),
        *("ERQ1", "ERQ2", "ERQ3", "ERQ4", "IRMS1", "IRMS2", "IRMS3", "URMS1", "URMS2", "URMS3"),
        *("SMAXSN", "SMAXSN1", "SMAXSN2", "SMAXSN3", "SMAXIN"),
        *("SMAXSN-1", "SMAXSN1-1", "SMAXSN2-1", "SMAXSN3-1", "SMAXIN-1"),
        *("UMOY1", "UMOY2", "UMOY3", "STGE", "DPM1", "FPM1", "DPM2", "FPM2", "DPM3", "FPM3"),
        *("MSG1", "MSG2", "PRM", "RELAIS", "NTARF", "NJOURF", "NJOURF+1", "PJOURF+1", "PPOINTE"),
    )
)
"""Every label of either mode: what tells a frame from any other text."""
