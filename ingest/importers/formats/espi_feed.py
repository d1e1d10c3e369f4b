"""The entries of a Green Button feed, as they are heard one element after the other."""

import math
from dataclasses import dataclass, field

from domain.errors import RejectedFile
from ingest.importers.formats.espi_words import ReadingType

_PIECE = 5_000
"""A long block is handed over in pieces of so many values."""

_ENTRIES_MAX = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One IntervalReading."""

    line: int
    position: int
    """Among those of its block, from 0."""

    start_s: int | None
    duration_s: int | None
    value: float | None
    """None: left out, which is not zero."""

    fault: str
    """Why what stands there is no value; empty: nothing is wrong."""

    qualities: tuple[int, ...]


@dataclass(slots=True, kw_only=True)
class Block:
    """Some values of one IntervalBlock."""

    position: int
    """Among the blocks of the file, from 0."""

    start_s: int | None = None
    slots: list[Slot] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Entry:
    """A resource and its links; `kind` is the element it holds."""

    kind: str = ""
    title: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    """(rel, href)"""

    service: int | None = None
    """`ServiceCategory/kind` of a UsagePoint: 0 electricity, 1 gas, 2 water…"""

    type: ReadingType | None = None
    blocks: list[int] = field(default_factory=list)
    """Positions of the IntervalBlocks it holds."""

    def hrefs(self, rel: str) -> list[str]:
        """Return where it is linked to, by relation."""
        return [href for has, href in self.links if has == rel]


@dataclass(slots=True)
class Feed:
    """What the first reading found, values aside."""

    entries: list[Entry] = field(default_factory=list)
    blocks: int = 0


class Listening:
    """Hears a feed; with values, hands blocks over by `taken`, without, fills `feed`."""

    def __init__(self, feed: Feed, *, with_values: bool) -> None:
        """Listen for values, or for everything else."""
        self._feed = feed
        self._with_values = with_values
        self._path: list[str] = []
        self._entry: Entry | None = None
        self._fields: dict[str, str] = {}
        self._qualities: list[int] = []
        self._block: Block | None = None
        self._count = 0
        self._slots = 0
        self._ready: list[Block] = []

    def taken(self) -> list[Block]:
        """Return what can be handed over, and forget it."""
        ready, self._ready = self._ready, []
        return ready

    def begins(self, name: str, attributes: dict[str, str], line: int) -> None:
        """Take the beginning of an element."""
        del line
        self._path.append(name)
        if name == "entry":
            self._entry = Entry()
        elif name == "link" and self._entry is not None and not self._with_values:
            self._entry.links.append((attributes.get("rel", ""), attributes.get("href", "")))
        elif name in ("ReadingType", "UsagePoint", "MeterReading"):
            self._kind(name)
            self._fields = {}
        elif name == "IntervalBlock":
            self._begin_block()
        elif name == "IntervalReading":
            self._fields, self._qualities = {}, []

    def ends(self, name: str, text: str, line: int) -> None:
        """Take the end of an element."""
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        if self._with_values:
            self._end_in_values(name, parent, text, line)
        else:
            self._end_in_links(name, parent, text)

    def _kind(self, name: str) -> None:
        if self._entry is None:
            self._entry = Entry()  # a resource alone, without a feed around it
        self._entry.kind = self._entry.kind or name

    def _begin_block(self) -> None:
        self._kind("IntervalBlock")
        position, self._count = self._count, self._count + 1
        if self._with_values:
            self._block, self._slots = Block(position=position), 0
        elif self._entry is not None:
            self._entry.blocks.append(position)
            self._feed.blocks = self._count

    def _end_in_links(self, name: str, parent: str, text: str) -> None:
        entry = self._entry
        if entry is None:
            return
        if name == "title" and parent == "entry":
            entry.title = text
        elif name == "kind" and parent == "ServiceCategory":
            entry.service = _whole(text)
        elif parent == "ReadingType":
            self._fields[name] = text
        elif name == "ReadingType":
            entry.type = _reading_type(self._fields)
        if name == "entry" or (not self._path and entry.kind):
            if len(self._feed.entries) >= _ENTRIES_MAX:
                raise RejectedFile([f"it holds more than {_ENTRIES_MAX} entries: split it"])
            self._feed.entries.append(entry)
            self._entry = None

    def _end_in_values(self, name: str, parent: str, text: str, line: int) -> None:
        block = self._block
        if block is None:
            return
        if name == "IntervalBlock":
            self._ready.append(block)
            self._block = None
        elif name == "IntervalReading":
            self._hand_over(block, line)
        elif name == "quality":
            code = _whole(text)
            self._qualities += [] if code is None else [code]
        elif parent in ("timePeriod", "IntervalReading"):
            self._fields[name] = text
        elif parent == "interval" and name == "start":
            block.start_s = _whole(text)

    def _hand_over(self, block: Block, line: int) -> None:
        value, fault = _number(self._fields.get("value", ""))
        block.slots.append(
            Slot(
                line=line,
                position=self._slots,
                start_s=_whole(self._fields.get("start", "")),
                duration_s=_whole(self._fields.get("duration", "")),
                value=value,
                fault=fault,
                qualities=tuple(self._qualities),
            )
        )
        self._slots += 1
        if len(block.slots) >= _PIECE:
            self._ready.append(block)
            self._block = Block(position=block.position, start_s=block.start_s)


def _reading_type(fields: dict[str, str]) -> ReadingType:
    def told(name: str, default: int) -> int:
        number = _whole(fields.get(name, ""))
        return default if number is None else number

    return ReadingType(
        uom=told("uom", -1),
        multiplier=told("powerOfTenMultiplier", 0),
        accumulation=_whole(fields.get("accumulationBehaviour", "")),
        direction=told("flowDirection", 0),
        interval_s=_whole(fields.get("intervalLength", "")) or None,
        phase=told("phase", 0),
        tier=max(told("consumptionTier", 0), told("tou", 0)),
        default_quality=told("defaultQuality", 0),
    )


def _number(text: str) -> tuple[float | None, str]:
    """Return the value an element holds, and why it is none. Some utilities write decimals."""
    if not text:
        return None, ""
    try:
        value = float(text)
    except ValueError:
        return None, f"{text[:40]!r} is not a number"
    return (value, "") if math.isfinite(value) else (None, f"{text[:40]!r} is not a number")


def _whole(text: str) -> int | None:
    """Return the whole number an element holds; None when it holds none."""
    body = text.removeprefix("-")
    return int(text) if body.isascii() and body.isdigit() and len(body) <= 18 else None
