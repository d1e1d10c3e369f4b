"""Home Assistant's MQTT discovery: how ESPHome and many others say what they send.

A configuration is no reading; it says on which topic which values will stand.
It is kept in mind by that topic, and a message on a topic that nobody else
claims or recognises is read by it. The device is the identifier its
configuration gives, the register the entity's object id. There is no time.
"""

import json
from collections.abc import Iterable
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from domain.announcements import Announcement
from domain.errors import RejectedMessage
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Recall, RecallingFamily, RecallingReader, silent_recalling
from ingest.decoders.gathering import Gathering
from ingest.decoders.homeassistant_discovery import ConfigTopic, config_topic, presented
from ingest.decoders.homeassistant_entities import Entity
from ingest.decoders.json_body import JsonObject, parse_json, parse_object
from ingest.decoders.json_paths import find
from ingest.decoders.value_templates import ValuePlace, written

NAME = "homeassistant"

RETAINED = (f"{NAME}/+/+/config", f"{NAME}/+/+/+/config")
"""Topic filters of the configurations."""

_CONFIGURATIONS = "homeassistant configurations"
"""Under which it is kept which topics a configuration spoke of."""

_ESPHOMES_OWN = ("esphome/discover/", "esphome/ping/")
_UNKNOWN = ("", "None")
"""How an entity says that it has no value now."""


def claim(topic: str) -> RecallingReader | None:
    """Return the reader of a configuration, and of what else is said under `homeassistant/`."""
    if topic.startswith(_ESPHOMES_OWN):
        return silent_recalling(NAME)
    if not topic.startswith(f"{NAME}/"):
        return None
    address = config_topic(topic)
    return partial(read, topic) if address is None else partial(read_config, topic, address)


def recognise(recall: Recall, topic: str, _payload: bytes) -> RecallingReader | None:
    """Return the reader of a topic that some configuration spoke of."""
    return partial(read, topic) if recall(NAME, topic) is not None else None


def read_config(
    topic: str, address: ConfigTopic, recall: Recall, payload: bytes, _zone: ZoneInfo
) -> Decoded:
    """Keep what a configuration says, in the place of what it said before.

    Raises:
        RejectedMessage: It is no JSON object.
    """
    body = parse_object(payload) if payload else {}
    spoken: dict[str, dict[str, JsonObject]] = {}
    for state_topic, component_id, entity in presented(address, body):
        spoken.setdefault(state_topic, {})[component_id] = entity.as_json()
    before = json.loads(recall(_CONFIGURATIONS, topic) or b"[]")
    told = [
        Announcement(NAME, state_topic, _merged(recall, state_topic, topic, spoken))
        for state_topic in dict.fromkeys([*before, *spoken])
    ]
    names = json.dumps(list(spoken)).encode() if spoken else None
    return Decoded(NAME, announcements=(*told, Announcement(_CONFIGURATIONS, topic, names)))


def _merged(
    recall: Recall, state_topic: str, topic: str, spoken: dict[str, dict[str, JsonObject]]
) -> bytes | None:
    """Return a topic's entities, by configuration, with those of one replaced."""
    known: dict[str, dict[str, JsonObject]] = json.loads(recall(NAME, state_topic) or b"{}")
    known.pop(topic, None)
    if state_topic in spoken:
        known[topic] = spoken[state_topic]
    return json.dumps(known).encode() if known else None


def read(topic: str, recall: Recall, payload: bytes, _zone: ZoneInfo) -> Decoded:
    """Return the values that configurations say stand in a topic's messages.

    Raises:
        RejectedMessage: A value was due and not one could be read.
    """
    entities = _entities(recall(NAME, topic) or b"{}")
    measuring = [entity for entity in entities if entity.kind is not None]
    text = payload.decode(errors="replace").strip()
    if not measuring or text in _UNKNOWN:
        return Decoded(NAME)
    found = Gathering("", None)
    document = _document(payload, entities)
    present = [entity for entity in entities if _holds(document, entity.place)]
    for entity in present:
        _gather(found, entity, text, document)
    if any(reading.device != found.device for reading in found.readings):
        found.label = ""  # it would name the other device too
    if not present:
        found.complaints.extend(_missing(measuring))
    return found.decoded(NAME)


def _holds(document: object, place: ValuePlace | None) -> bool:
    """Tell whether a value is there: devices send what changed."""
    if place is None or not place.is_json:
        return place is not None
    try:
        find(document, place.steps)
    except LookupError:
        return False
    return document is not None


def _gather(found: Gathering, entity: Entity, text: str, document: object) -> None:
    kind, place, register = entity.kind, entity.place, entity.register
    if kind is None or place is None:
        return
    value = find(document, place.steps) if place.is_json else text
    if value is None or value in _UNKNOWN:
        return
    path = written(place.steps)
    if any(r.register == register and r.device == entity.device for r in found.readings):
        found.complain(path, f"is the second value that a configuration calls {register!r}")
        return
    found.device = entity.device
    found.call(entity.label)
    found.add_text(kind, register, value, path)


def _missing(entities: Iterable[Entity]) -> list[str]:
    """Say why nothing could be read, a reason an entity."""
    return [
        f"{entity.register} is found by {entity.template[:80]!r}, which is not followed; "
        "a [[mappings]] table can read it"
        if entity.place is None
        else f"{entity.register} is not at {written(entity.place.steps) or 'the payload'}"
        for entity in entities
    ][:20]


def _document(payload: bytes, entities: Iterable[Entity]) -> object:
    if any(entity.place is not None and entity.place.is_json for entity in entities):
        try:
            return parse_json(payload)
        except RejectedMessage:
            return None  # text: nothing will be found in it, and that is said
    return None


@lru_cache(maxsize=512)
def _entities(body: bytes) -> tuple[Entity, ...]:
    configurations = json.loads(body).values()
    return tuple(Entity.from_json(one) for each in configurations for one in each.values())


FAMILY = RecallingFamily(NAME, claim, recognise)
