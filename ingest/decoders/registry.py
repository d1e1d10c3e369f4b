"""Which decoder reads which message.

What the operator mapped comes first; then the topics that only one family
uses; then the shape of the payload, so that a family on a topic of somebody's
own choosing is still understood.
"""

from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import (
    amsreader,
    chirpstack,
    dsmr_reader,
    emonhub,
    influx,
    iotawatt,
    liveobjects,
    plain,
    rtl_433,
    senml,
    shelly,
    tasmota,
    teleinfo2mqtt,
    ttn,
    victron,
    vzlogger,
    wmbusmeters,
    zigbee2mqtt,
)
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Family, Reader, silent
from ingest.decoders.json_body import parse_json
from ingest.decoders.mapping import Mapping
from settings.model import MappingSettings

PARIS = ZoneInfo("Europe/Paris")

FAMILIES: tuple[Family, ...] = (
    tasmota.FAMILY,
    shelly.FAMILY,
    zigbee2mqtt.FAMILY,
    teleinfo2mqtt.FAMILY,
    chirpstack.FAMILY,
    ttn.FAMILY,
    liveobjects.FAMILY,
    victron.FAMILY,
    senml.FAMILY,
    wmbusmeters.FAMILY,
    rtl_433.FAMILY,
    dsmr_reader.FAMILY,
    emonhub.FAMILY,
    iotawatt.FAMILY,
    influx.FAMILY,
    vzlogger.FAMILY,
    amsreader.FAMILY,
    plain.FAMILY,  # the last: any number at all is its own
)
"""In the order they are asked; no two claim the same topic."""

Claimed = tuple[str, Reader]
"""A family's name and the reader it lends."""

_TOPICS_REMEMBERED = 65_536
_LONGEST_REMEMBERED = 256
_QUIET_TOPICS = {"homeassistant/": "homeassistant", "$SYS/": "broker"}
"""Messages meant for other programs: they never carry a reading."""


class Decoders:
    """Every decoder, the operator's mappings first, for one installation."""

    def __init__(
        self, mappings: Sequence[MappingSettings] = (), naive_zone: ZoneInfo = PARIS
    ) -> None:
        """Prepare the mappings once; `naive_zone` is where times without offset are read."""
        self._mapped = tuple(Mapping(settings) for settings in mappings)
        self._zone = naive_zone
        # Topics repeat by the million: whose they are is found once.
        self._claimed = lru_cache(maxsize=_TOPICS_REMEMBERED)(self._claim)

    def decode(self, topic: str, payload: bytes) -> Decoded:
        """Return the readings of one message.

        Raises:
            RejectedMessage: Nobody can read it, or what it holds is no reading.
        """
        return self._whose(topic, payload)[1](payload, self._zone)

    def family_of(self, topic: str, payload: bytes) -> str | None:
        """Return the family that reads such a message, or None when nobody does."""
        try:
            return self._whose(topic, payload)[0]
        except RejectedMessage:
            return None

    def _whose(self, topic: str, payload: bytes) -> Claimed:
        # Topics of 64 kB are allowed; remembering those would fill the memory.
        claim = self._claimed if len(topic) <= _LONGEST_REMEMBERED else self._claim
        return claim(topic) or _by_shape(topic, payload)

    def _claim(self, topic: str) -> Claimed | None:
        for mapping in self._mapped:
            if reader := mapping.claim(topic):
                return mapping.family, reader
        for family in FAMILIES:
            if reader := family.claim(topic):
                return family.name, reader
        for prefix, name in _QUIET_TOPICS.items():
            if topic.startswith(prefix):
                return name, silent(name)
        return None


@lru_cache(maxsize=8)
def _decoders(mappings: tuple[MappingSettings, ...], naive_zone: ZoneInfo) -> Decoders:
    return Decoders(mappings, naive_zone)


def decode(
    topic: str,
    payload: bytes,
    *,
    mappings: Sequence[MappingSettings] = (),
    naive_zone: ZoneInfo = PARIS,
) -> Decoded:
    """Return the readings of one message; `Decoders` is quicker for many.

    Raises:
        RejectedMessage: Nobody can read it, or what it holds is no reading.
    """
    return _decoders(tuple(mappings), naive_zone).decode(topic, payload)


def _by_shape(topic: str, payload: bytes) -> Claimed:
    try:
        body = parse_json(payload)
    except RejectedMessage as rejection:
        for family in FAMILIES:
            if family.recognise_text and (reader := family.recognise_text(topic, payload)):
                return family.name, reader
        raise RejectedMessage(
            f"no decoder knows the topic, and {rejection.reason}", code=rejection.code
        ) from rejection
    for family in FAMILIES:
        if reader := family.recognise(topic, body):
            return family.name, reader
    raise RejectedMessage(
        "no decoder knows this topic or this payload; a [[mappings]] table can",
        code="unknown_format",
    )
