"""Which decoder reads which message.

What the operator mapped comes first; then the topics that only one family
uses; then the shape of the payload, so that a family on a topic of somebody's
own choosing is still understood.
"""

from collections.abc import Sequence
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from domain.errors import RejectedMessage
from ingest.decoders import (
    amsreader,
    chirpstack,
    dsmr_reader,
    emonhub,
    homeassistant,
    homie,
    influx,
    iotawatt,
    liveobjects,
    plain,
    rtl_433,
    senml,
    shelly,
    sparkplug,
    tasmota,
    teleinfo2mqtt,
    tic,
    ttn,
    victron,
    vzlogger,
    wmbusmeters,
    zigbee2mqtt,
)
from ingest.decoders.availability import NAME as AVAILABILITY
from ingest.decoders.availability import is_availability
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Family, Reader, Recall, RecallingFamily, RecallingReader, silent
from ingest.decoders.json_body import parse_json
from ingest.decoders.mapping import Mapping
from ingest.decoders.memory import Memory
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
)
"""In the order they are asked; no two claim the same topic."""

LAST_FAMILY = plain.FAMILY
"""Asked when nobody else reads a message: any number at all is its own."""

RECALLING_FAMILIES: tuple[RecallingFamily, ...] = (
    sparkplug.FAMILY,
    homie.FAMILY,
    homeassistant.FAMILY,
    tic.FAMILY,
)
"""Those that need earlier messages, asked after the others."""

Claimed = tuple[str, Reader]
"""A family's name and the reader it lends."""

_TOPICS_REMEMBERED = 65_536
_LONGEST_REMEMBERED = 256
_QUIET_TOPICS = {"$SYS/": "broker"}
"""Messages meant for other programs: they never carry a reading."""


class Decoders:
    """Every decoder, the operator's mappings first, for one installation."""

    def __init__(
        self,
        mappings: Sequence[MappingSettings] = (),
        naive_zone: ZoneInfo = PARIS,
        *,
        memory: Memory | None = None,
    ) -> None:
        """Prepare the mappings once.

        Args:
            mappings: The operator's.
            naive_zone: Where times without offset are read.
            memory: What devices announced; without one, each message is read for itself.
        """
        self._mapped = tuple(Mapping(settings) for settings in mappings)
        self._zone = naive_zone
        self._bind = _forgetful if memory is None else memory.reader
        self._recall: Recall = _nothing if memory is None else memory.recall
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
        return claim(topic) or self._by_shape(topic, payload)

    def _claim(self, topic: str) -> Claimed | None:
        for mapping in self._mapped:
            if reader := mapping.claim(topic):
                return mapping.family, reader
        for family in FAMILIES:
            if reader := family.claim(topic):
                return family.name, reader
        for recalling in RECALLING_FAMILIES:
            if recaller := recalling.claim(topic):
                return recalling.name, self._bind(recaller)
        for prefix, name in _QUIET_TOPICS.items():
            if topic.startswith(prefix):
                return name, silent(name)
        return None

    def _by_shape(self, topic: str, payload: bytes) -> Claimed:
        try:
            body = parse_json(payload)
        except RejectedMessage as rejection:
            if found := (
                _by_bytes(topic, payload)
                or self._by_announcement(topic, payload)
                or _named(LAST_FAMILY, LAST_FAMILY.recognise_bytes(topic, payload))
            ):
                return found
            if is_availability(topic, payload):
                return AVAILABILITY, silent(AVAILABILITY)
            raise RejectedMessage(
                f"no decoder knows the topic, and {rejection.reason}", code=rejection.code
            ) from rejection
        for family in FAMILIES:
            if reader := family.recognise(topic, body):
                return family.name, reader
        if found := self._by_announcement(topic, payload) or _named(
            LAST_FAMILY, LAST_FAMILY.recognise(topic, body)
        ):
            return found
        if is_availability(topic, payload):
            return AVAILABILITY, silent(AVAILABILITY)
        raise RejectedMessage(
            "no decoder knows this topic or this payload; a [[mappings]] table can",
            code="unknown_format",
        )

    def _by_announcement(self, topic: str, payload: bytes) -> Claimed | None:
        # Never remembered with the topic: what was announced may change.
        for family in RECALLING_FAMILIES:
            if reader := family.recognise(self._recall, topic, payload):
                return family.name, self._bind(reader)
        return None


def _by_bytes(topic: str, payload: bytes) -> Claimed | None:
    for family in FAMILIES:
        if reader := family.recognise_bytes(topic, payload):
            return family.name, reader
    return None


def _named(family: Family, reader: Reader | None) -> Claimed | None:
    return None if reader is None else (family.name, reader)


def _nothing(_family: str, _key: str) -> None:
    """Recall nothing."""


def _forgetful(read: RecallingReader) -> Reader:
    """Return a reader that knows of nothing earlier."""
    return partial(read, _nothing)


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
