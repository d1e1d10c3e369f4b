"""Generic JSON mappings speak of units, quantities and topics that exist."""

from collections.abc import Iterator

from domain.registers import Accumulation, Quantity, register_name
from domain.units import quantity_of, units_of
from settings.document import Document, table, tables, text, texts
from settings.findings import Finding, did_you_mean
from settings.places import Path


def findings(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with mappings and with the topics subscribed to."""
    for place, topic in texts(table(document, "mqtt"), "topics", ("mqtt",)):
        yield from _topic(place, topic)
    for path, mapping in tables(document, "mappings"):
        if "topic" in mapping:
            yield from _topic((*path, "topic"), text(mapping, "topic"))
        if mapping.get("fields") == []:
            yield Finding(path=(*path, "fields"), message="a mapping needs at least one field")
        yield from _device(path, mapping)
        for place, field in tables(mapping, "fields", path):
            yield from _unit(place, field)
            yield from _accumulation(place, field)


def _topic(path: Path, topic: str) -> Iterator[Finding]:
    levels = topic.split("/")
    misplaced = any("#" in level and level != "#" for level in levels) or "#" in levels[:-1]
    if not topic or misplaced or any("+" in level and level != "+" for level in levels):
        yield Finding(
            path=path,
            message=f"'{topic}' is not a topic filter: + stands for one whole level, "
            "# for all that follow, at the end only",
        )


def _device(path: Path, mapping: Document) -> Iterator[Finding]:
    if text(mapping, "device") and text(mapping, "device_path"):
        yield Finding(
            path=(*path, "device"),
            message="device and device_path are both given: keep device when every message comes "
            "from one device, device_path when the message names it",
        )


def _unit(path: Path, field: Document) -> Iterator[Finding]:
    unit, quantity = text(field, "unit"), _quantity(field)
    if not unit or quantity is None:
        return
    known = units_of(quantity)
    hint = did_you_mean(unit, known) or f"; write one of {', '.join(known)}"
    measured = quantity_of(unit)
    if measured is None:
        message = f"'{unit}' is not a unit of {quantity}{hint}"
    elif measured is not quantity:
        message = f"'{unit}' measures {measured}, not {quantity}{hint}"
    else:
        return
    yield Finding(path=(*path, "unit"), message=message)


def _accumulation(path: Path, field: Document) -> Iterator[Finding]:
    quantity, word = _quantity(field), text(field, "accumulation")
    if quantity is None or word not in list(Accumulation):
        return
    try:
        register_name(quantity, Accumulation(word), "value")
    except ValueError:
        fitting = (
            "cumulative or delta"
            if quantity in (Quantity.ENERGY, Quantity.VOLUME)
            else "instantaneous"
        )
        yield Finding(
            path=(*path, "accumulation"),
            message=f"{quantity} is never {word}; write {fitting}",
        )


def _quantity(field: Document) -> Quantity | None:
    word = text(field, "quantity")
    return Quantity(word) if word in list(Quantity) else None
