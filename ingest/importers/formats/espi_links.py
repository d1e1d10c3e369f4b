"""Which MeterReading, ReadingType and UsagePoint each IntervalBlock of a feed belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.meters import Commodity
from domain.registers import Accumulation, Quantity
from ingest.importers.formats.espi_feed import Entry, Feed
from ingest.importers.formats.espi_words import ReadingType
from ingest.importers.runs import Run
from ingest.importers.series import Counts, Report

_SERVICES = {0: Commodity.ELECTRICITY, 1: Commodity.NATURAL_GAS, 2: Commodity.WATER}
"""`ServiceCategory/kind`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterReading:
    """One register of a usage point, and how its values are read."""

    key: str
    point: str
    register: str
    type: ReadingType
    quantity: Quantity
    accumulation: Accumulation
    commodity: Commodity | None

    def new_run(self) -> Run:
        """Return an empty run of its values."""
        return Run(
            point=self.point,
            register=self.register,
            quantity=self.quantity,
            unit=self.type.unit or "",
            accumulation=self.accumulation,
            counts=self.type.counts,
            commodity=self.commodity,
        )


def linked(feed: Feed, report: Report) -> dict[int, MeterReading]:
    """Return the register of each block, by the block's position.

    A block whose values are not kept (reactive power, money) is left out, with a remark.
    """
    shelf = _Shelf(feed.entries)
    found: dict[int, MeterReading] = {}
    named: dict[tuple[str, str], str] = {}
    for at, entry in enumerate(feed.entries):
        if not entry.blocks:
            continue
        reading = shelf.reading_of(entry, at)
        kind = shelf.type_of(entry, reading)
        if kind is None:
            report.remark("no ReadingType is linked to some values: they are left out")
            continue
        try:
            quantity, accumulation = kind.kind()
        except ValueError as error:
            report.remark(f"some values are left out: {error}")
            continue
        key = _own_href(reading) if reading is not None else f"block of {kind}"
        point, commodity = shelf.point_of(entry, reading)
        meter_reading = MeterReading(
            key=key,
            point=point,
            register=_register(kind, quantity, accumulation, key, point, named),
            type=kind,
            quantity=quantity,
            accumulation=accumulation,
            commodity=commodity,
        )
        if accumulation is Accumulation.CUMULATIVE:
            report.remark("indexes are taken at the end of their interval")
        found.update(dict.fromkeys(entry.blocks, meter_reading))
    return found


def _register(
    kind: ReadingType,
    quantity: Quantity,
    accumulation: Accumulation,
    key: str,
    point: str,
    named: dict[tuple[str, str], str],
) -> str:
    """Name a register by its direction; of two that share it, by its own id too."""
    word = kind.direction_word
    if kind.counts is Counts.SHARE:
        word = f"{word} {kind.phase}/{kind.tier}"
    plain = (point, f"{quantity} {accumulation} {word}")
    if named.setdefault(plain, key) == key:
        return word
    return f"{word} {key.rstrip('/').rpartition('/')[2]}"


class _Shelf:
    """The resources of a feed, found by their links."""

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = entries
        self._by_self: dict[str, Entry] = {}
        self._by_child: dict[str, Entry] = {}
        for entry in entries:
            for href in entry.hrefs("self"):
                self._by_self.setdefault(_place(href), entry)
            for href in entry.hrefs("related"):
                self._by_child.setdefault(f"{entry.kind} {_place(href)}", entry)
        self._types = [entry for entry in entries if entry.type is not None]
        self._readings = [entry for entry in entries if entry.kind == "MeterReading"]
        self._points = [entry for entry in entries if entry.kind == "UsagePoint"]

    def reading_of(self, block: Entry, at: int) -> Entry | None:
        """Return the MeterReading above a block; without links, the last one before it."""
        above = self._above(block, "MeterReading", "IntervalBlock")
        if above is not None or len(self._readings) < 2:
            return above or (self._readings[0] if self._readings else None)
        before = [e for e in self._entries[:at] if e.kind == "MeterReading"]
        return before[-1] if before else None

    def type_of(self, block: Entry, reading: Entry | None) -> ReadingType | None:
        """Return how a block's values are read; of a feed with one ReadingType, that one."""
        for entry in (block, reading):
            for href in entry.hrefs("related") if entry is not None else ():
                found = self._by_self.get(_place(href))
                if found is not None and found.type is not None:
                    return found.type
        if block.type is not None:
            return block.type
        return self._types[0].type if len(self._types) == 1 else None

    def point_of(self, block: Entry, reading: Entry | None) -> tuple[str, Commodity | None]:
        """Return the id of the usage point, the last part of its address, and its service."""
        point = self._above(reading, "UsagePoint", "MeterReading") if reading else None
        if point is None:
            point = self._points[0] if len(self._points) == 1 else None
        if point is not None:
            service = None if point.service is None else _SERVICES.get(point.service)
            return _last(point.hrefs("self")) or point.title, service
        for href in (*block.hrefs("self"), *block.hrefs("up")):
            _, found, rest = href.partition("/UsagePoint/")
            if found:
                return rest.partition("/")[0], None
        return "", None

    def _above(self, entry: Entry, kind: str, collection: str) -> Entry | None:
        """Return the resource of a kind whose collection an entry stands in."""
        for href in entry.hrefs("up"):
            place = _place(href)
            parent = self._by_child.get(f"{kind} {place}")
            parent = parent or self._by_self.get(place.removesuffix(f"/{collection}"))
            if parent is not None and parent.kind == kind:
                return parent
        for href in entry.hrefs("self"):
            parent = self._by_child.get(f"{kind} {_place(href)}")
            if parent is not None:
                return parent
        return None


def _place(href: str) -> str:
    """Return an address without its server, so that absolute and relative ones meet."""
    _, found, rest = href.strip().partition("/resource/")
    return (rest if found else href.strip()).rstrip("/")


def _own_href(entry: Entry) -> str:
    return next(iter(entry.hrefs("self")), entry.title)


def _last(hrefs: Iterable[str]) -> str:
    return next((href.rstrip("/").rpartition("/")[2] for href in hrefs), "")
