"""Each meter's device is of a family we read, and feeds one meter only."""

from collections.abc import Iterator

from domain.meters import FILE_FAMILY
from settings.document import Document, table, tables, text
from settings.families import FAMILIES, MAPPING_PREFIX
from settings.findings import Finding, did_you_mean
from settings.places import Path


def findings(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the devices behind meters."""
    mappings = [
        MAPPING_PREFIX + text(mapping, "name") for _, mapping in tables(document, "mappings")
    ]
    first: dict[tuple[str, str, frozenset[str], str], Path] = {}
    for path, source, commodity in _sources(document):
        family, device = text(source, "family"), text(source, "device")
        yield from _family((*path, "family"), family, mappings)
        if "device" in source and not device:
            yield Finding(path=(*path, "device"), message="device must name a device")
        if not family or not device:
            continue
        # A point of files has two sides: what it used, and what a roof gave back.
        side = commodity if family == FILE_FAMILY else ""
        identity = (family, device, _registers(source), side)
        if identity in first:
            yield Finding(
                path=(*path, "device"),
                message=f"device '{device}' already feeds another meter with the same registers",
                also=first[identity],
            )
        first.setdefault(identity, (*path, "device"))


def _sources(document: Document) -> Iterator[tuple[Path, Document, str]]:
    for building_path, building in tables(document, "buildings"):
        for path, meter in tables(building, "meters", building_path):
            if meter.get("retired") is not True:
                yield (*path, "source"), table(meter, "source"), text(meter, "commodity")


def _registers(source: Document) -> frozenset[str]:
    value = source.get("registers")
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset()


def _family(path: Path, family: str, mappings: list[str]) -> Iterator[Finding]:
    known = [*FAMILIES, *mappings]
    if not family or family in known:
        return
    if family.startswith(MAPPING_PREFIX):
        hint = did_you_mean(family, mappings) or "; declare it under [[mappings]]"
        yield Finding(path=path, message=f"there is no mapping '{family}'{hint}")
        return
    hint = did_you_mean(family, known) or f"; write one of {', '.join(known)}"
    yield Finding(path=path, message=f"'{family}' is not a family of devices{hint}")
