"""A Linky behind Zigbee2MQTT: LiXee's ZLinky_TIC, whose labels go by Zigbee's names.

In historique mode with a tariff of several tiers the meter has no index for the
sum: it stays 0, or is what the converter added up from two of them. Indexes
that are all 0 are the device's own after a start, not the meter's: it has not
heard its teleinformation. 65535 VA stands for a phase that is not there.
"""

from collections.abc import Iterator

from ingest.decoders.decoded import Role
from ingest.decoders.gathering import Gathering, Kind, energy
from ingest.decoders.json_body import JsonObject

SUM = "current_summ_delivered"
TIERS = tuple(f"current_tier{n}_summ_delivered" for n in range(1, 11))

_TIERED_TARIFFS = ("HC", "EJP", "BBR")
"""Historique tariffs (OPTARIF) that keep one index a tier and none for the sum."""

_APPARENT = ("apparent_power", "apparent_power_ph_b", "apparent_power_ph_c", "total_apparent_power")
_NO_PHASE = 65535
_TOTAL, _PART = energy("kWh", Role.TOTAL), energy("kWh", Role.PART)


def is_linky(body: JsonObject) -> bool:
    """Tell a Linky by its index, or by those of its tariff."""
    return SUM in body or any(tier in body for tier in TIERS)


def kinds_of_linky(body: JsonObject, found: Gathering) -> Iterator[tuple[str, Kind | None]]:
    """Yield what the indexes are to the meter; None: no register in this message."""
    for name in _APPARENT:
        if body.get(name) == _NO_PHASE:
            yield name, None
    present = [body[name] for name in (SUM, *TIERS) if body.get(name) is not None]
    if present and not any(present):
        found.complain(SUM, "is 0: the ZLinky has heard no index of its meter")
        yield from dict.fromkeys((SUM, *TIERS)).items()
        return
    is_tiered = _is_tiered(body)
    yield SUM, _PART if is_tiered else _TOTAL
    yield from dict.fromkeys(TIERS, _TOTAL if is_tiered else _PART).items()


def _is_tiered(body: JsonObject) -> bool:
    """Tell whether the sum or its tiers are the meter's total."""
    tariff = body.get("current_tarif")
    if type(tariff) is str and tariff.startswith(_TIERED_TARIFFS):
        return True
    return SUM in body and not body[SUM] and any(body.get(tier) for tier in TIERS)
