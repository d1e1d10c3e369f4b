"""The configurations by which devices present themselves to Home Assistant.

`homeassistant/<component>/[<node>/]<object>/config` presents one entity, or
with `device` as component all entities of a device at once. Keys may be
abbreviated, and `~` in a topic stands for a base. Here they become, for each
topic that will carry values, the entities to look for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingest.decoders.homeassistant_entities import Entity, entity_of
from ingest.decoders.json_body import JsonObject

_WRITTEN_OUT = {
    "avty": "availability",
    "avty_t": "availability_topic",
    "cmp": "components",
    "cmps": "components",
    "cns": "connections",
    "dev": "device",
    "dev_cla": "device_class",
    "ent_cat": "entity_category",
    "ids": "identifiers",
    "lrst_t": "last_reset_topic",
    "lrst_val_tpl": "last_reset_value_template",
    "p": "platform",
    "stat_cla": "state_class",
    "stat_t": "state_topic",
    "t": "topic",
    "unit_of_meas": "unit_of_measurement",
    "val_tpl": "value_template",
}
_BASE = "~"


@dataclass(frozen=True, slots=True)
class ConfigTopic:
    """The address of a configuration."""

    component: str
    object_id: str


def config_topic(topic: str) -> ConfigTopic | None:
    """Return what a configuration's topic says, or None for other topics."""
    levels = topic.split("/")
    if levels[-1] != "config" or len(levels) not in (4, 5):
        return None
    return ConfigTopic(levels[1], levels[-2])


def presented(address: ConfigTopic, body: JsonObject) -> Iterator[tuple[str, str, Entity]]:
    """Yield (topic, component's id, entity) of each topic that a configuration names.

    The component's id is empty for a configuration of one entity.
    """
    config = _written_out(body)
    device = _device(config.get("device")) or address.object_id
    if address.component != "device":
        yield from _entity(config, address.component, device, address.object_id, "")
        return
    components = config.get("components")
    for name, component in components.items() if isinstance(components, dict) else ():
        if isinstance(component, dict):
            # What stands at the root is shared by those that do not say otherwise.
            whole = config | _written_out(component, config.get(_BASE))
            platform = whole.get("platform")
            yield from _entity(whole, str(platform), device, name, name)


def _entity(
    config: JsonObject, platform: str, device: str, register: str, component_id: str
) -> Iterator[tuple[str, str, Entity]]:
    for topic in _availability_topics(config):
        yield topic, component_id, Entity()
    state = config.get("state_topic")
    if isinstance(state, str) and state:
        yield state, component_id, entity_of(config, platform, device, register)


def _availability_topics(config: Mapping[str, object]) -> Iterator[str]:
    listed = config.get("availability")
    items = listed if isinstance(listed, list) else [listed]
    topics = [_written_out(item).get("topic") for item in items if isinstance(item, dict)]
    for topic in (config.get("availability_topic"), *topics):
        if isinstance(topic, str) and topic:
            yield topic


def _written_out(body: Mapping[str, object], base: object = None) -> JsonObject:
    """Return a section with its keys in full and its topics on their base."""
    whole: JsonObject = {_WRITTEN_OUT.get(key, key): value for key, value in body.items()}
    base = whole.get(_BASE, base)
    if isinstance(base, str):
        for key, value in whole.items():
            if key.endswith("topic") and isinstance(value, str):
                whole[key] = _based(value, base)
        if isinstance(listed := whole.get("availability"), list):
            whole["availability"] = [
                _written_out(item, base) if isinstance(item, dict) else item for item in listed
            ]
    return whole


def _based(topic: str, base: str) -> str:
    if topic.startswith(_BASE):
        return base + topic[1:]
    return topic[:-1] + base if topic.endswith(_BASE) else topic


def _device(body: object) -> str:
    """Return how a device is called: its first identifier or connection, else its name."""
    if not isinstance(body, dict):
        return ""
    whole = _written_out(body)
    identifiers, connections = whole.get("identifiers"), whole.get("connections")
    first = identifiers[:1] if isinstance(identifiers, list) else [identifiers]
    if isinstance(connections, list) and connections and isinstance(connections[0], list):
        first += connections[0][1:2]
    for word in (*first, whole.get("name")):
        if isinstance(word, str | int) and not isinstance(word, bool) and str(word).strip():
            return str(word)
    return ""
