"""Green Button: an Atom feed of ESPI resources, linked to one another.

A UsagePoint has MeterReadings, each with a ReadingType and IntervalBlocks; the links
say which, in whatever order the entries stand. So the file is read twice: once for
what is linked to what, once for the values, of which only one block is held.
"""

from collections.abc import Iterator
from pathlib import Path

from domain.errors import RejectedFile
from domain.registers import Accumulation
from ingest.importers.formats.espi_feed import Block, Feed, Listening, Slot
from ingest.importers.formats.espi_links import MeterReading, linked
from ingest.importers.formats.espi_words import worst_quality
from ingest.importers.runs import Run
from ingest.importers.series import Choices, Progress, Report, Series
from ingest.importers.table_heads import text_of
from ingest.importers.xml_stream import stream

_NAMESPACE = b"http://naesb.org/espi"
_RUN = 50_000
_OLDEST_S, _NEWEST_S = -(2**33), 2**33
_LONGEST_S = 800 * 86_400


class GreenButton:
    """ESPI, with plain or prefixed namespaces."""

    name = "green-button"
    label = "Green Button (ESPI)"

    def recognises(self, head: bytes) -> bool:
        """Tell by the namespace of ESPI."""
        return _NAMESPACE in head or _NAMESPACE.decode() in text_of(head)

    def read(
        self, path: Path, choices: Choices, report: Report, progress: Progress | None = None
    ) -> Iterator[Series]:
        """Yield the registers of each usage point; blocks may give several runs of one."""
        del choices  # seconds since 1970 need no zone
        feed = Feed()
        for _ in stream(path, Listening(feed, with_values=False), None):
            pass
        if not feed.blocks:
            raise RejectedFile([f"{path.name} holds no IntervalBlock"])
        readings = linked(feed, report)
        runs: dict[str, Run] = {}
        heard = Listening(feed, with_values=True)
        for _ in stream(path, heard, progress):
            for block in heard.taken():
                yield from _of_block(block, readings, runs, report)
        yield from (run.series() for run in runs.values() if len(run))


def _of_block(
    block: Block, readings: dict[int, MeterReading], runs: dict[str, Run], report: Report
) -> Iterator[Series]:
    """Gather the values of (a piece of) a block; yield its run when that is long enough."""
    report.rows += len(block.slots)
    reading = readings.get(block.position)
    if reading is None:
        report.blanks += len(block.slots)
        return
    run = runs.get(reading.key)
    if run is None:
        run = runs[reading.key] = reading.new_run()
    is_delta = run.accumulation is Accumulation.DELTA
    for slot in block.slots:
        if slot.fault:
            report.complain(slot.line, slot.fault)
            continue
        if slot.value is None:
            report.blanks += 1
            continue
        try:
            start_s, length_s = _span(slot, reading, block)
        except ValueError as error:
            report.complain(slot.line, str(error))
            continue
        if run.accumulation is Accumulation.CUMULATIVE:
            start_s, length_s = start_s + length_s, 0
        run.add(
            start_s * 1_000_000,
            slot.value * reading.type.factor,
            float(length_s) if is_delta else 0.0,
            worst_quality(slot.qualities, reading.type.default_quality),
        )
    if len(run) >= _RUN:
        del runs[reading.key]
        yield run.series()


def _span(slot: Slot, reading: MeterReading, block: Block) -> tuple[int, int]:
    """Return start and length of an interval [s].

    Raises:
        ValueError: The file does not say, or says what cannot be.
    """
    length = slot.duration_s if slot.duration_s is not None else reading.type.interval_s
    start = slot.start_s
    if start is None and block.start_s is not None and length is not None:
        start = block.start_s + slot.position * length
    if start is None:
        raise ValueError("an IntervalReading says neither when it starts nor how long it lasts")
    if length is None or (length == 0 and reading.accumulation is Accumulation.DELTA):
        length = reading.type.interval_s or 0
    if not _OLDEST_S < start < _NEWEST_S or not 0 <= length <= _LONGEST_S:
        raise ValueError(f"an interval from {start} that lasts {length} s cannot be")
    if length == 0 and reading.accumulation is Accumulation.DELTA:
        raise ValueError("an IntervalReading does not say how long it lasts")
    return start, length


FORMAT = GreenButton()
