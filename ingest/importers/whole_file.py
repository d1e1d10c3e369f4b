"""A file read from end to end: what lies in it, in which formats, with what faults."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from domain.errors import ConfigError, RejectedFile
from domain.imports import ImportWish
from domain.meters import Commodity
from ingest.importers.door import format_named, formats, head_of, recognise
from ingest.importers.opened import Member, opened
from ingest.importers.series import (
    PROBLEMS_SHOWN,
    Choices,
    FileFormat,
    Progress,
    Report,
    Series,
)
from ingest.importers.sound import Sound
from ingest.importers.table_format import NAMES, table_format
from ingest.importers.table_heads import widest_row
from settings.findings import did_you_mean

_REMARKS_SHOWN = 50
_ELECTRIC = "enedis"
"""What these formats are of, whose files need not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a file is to be read."""

    wish: ImportWish
    choices: Choices
    sound: Sound
    commodity: Commodity | None = None
    """Of the one meter that was named; None: none was."""

    folder: Path | None = None
    """Where there is room to unpack; None: the system's own."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some values, and where they come from."""

    format: str
    member: str
    series: Series


@dataclass(slots=True)
class Heard:
    """What reading a whole file told beside its values."""

    formats: dict[str, str] = field(default_factory=dict)
    """Name → label of each format met."""

    report: Report = field(default_factory=Report)
    headers: tuple[str, ...] = ()
    """Columns of what no format recognised."""

    unknown: list[str] = field(default_factory=list)
    """Members that no format recognised."""

    def take(self, member: Member, report: Report) -> None:
        """Add what one member told, naming it."""
        mine = self.report
        mine.rows += report.rows
        mine.blanks += report.blanks
        mine.bad_lines += report.bad_lines
        for problem in report.problems[: PROBLEMS_SHOWN - len(mine.problems)]:
            mine.problems.append(f"{member.name}: {problem}" if member.name else problem)
        for remark in report.remarks:
            if len(mine.remarks) < _REMARKS_SHOWN:
                mine.remark(remark)


def pieces(
    path: Path, how: How, heard: Heard, progress: Progress | None
) -> Generator[Piece, None, None]:
    """Yield all values of a file, of its archive's members, of its workbook's sheets.

    Raises:
        ConfigError: What is said of the file makes no sense.
        RejectedFile: Nothing in it can be read.
    """
    size = path.stat().st_size if path.exists() else 0
    if not size and path.exists():
        raise RejectedFile([f"{path.name} is empty"])
    with opened(path, how.folder) as members:
        for member in members:
            if not _is_wanted(member, how.wish):
                continue
            found = _format_of(member, how)
            if found is None:
                heard.unknown.append(member.name or path.name)
                heard.headers = heard.headers or widest_row(head_of(member.path))
                continue
            heard.formats.setdefault(found.name, found.label)
            yield from _of_member(member, found, how, heard, _scaled(member, size, progress))
    _judge(path, how, heard)


def _of_member(
    member: Member, found: FileFormat, how: How, heard: Heard, progress: Progress | None
) -> Iterator[Piece]:
    report = Report()
    try:
        for series in found.read(member.path, how.choices, report, progress):
            sound = how.sound.only(series, report)
            if sound.commodity is None and found.name.startswith(_ELECTRIC):
                sound = replace(sound, commodity=Commodity.ELECTRICITY)
            if len(sound.value):
                yield Piece(found.name, member.name, sound)
    except RejectedFile as refusal:
        if not member.name:
            raise
        problems = [f"{member.name}: {problem}" for problem in refusal.problems]
        if member.is_sheet and how.wish.table.is_given and not how.wish.table.sheet:
            problems.append("every sheet is read as that table: name one if not all are (--sheet)")
        raise RejectedFile(problems) from None
    finally:
        heard.take(member, report)


def _format_of(member: Member, how: How) -> FileFormat | None:
    wish = how.wish
    if wish.format and wish.format not in NAMES:
        found = format_named(wish.format)
        if found is None:
            names = [each.name for each in formats()] + list(NAMES)
            hint = did_you_mean(wish.format, names) or f"; there is {', '.join(names)}"
            raise ConfigError([f"'{wish.format}' is no format of file{hint}"])
        return found
    if wish.table.is_given:
        name = "xlsx" if member.is_sheet else "csv"
        return table_format(name, wish.table, how.commodity)
    return None if wish.format else recognise(member.path)


def _is_wanted(member: Member, wish: ImportWish) -> bool:
    sheet = wish.table.sheet.strip().casefold()
    title = member.name.rpartition(" › ")[2].strip().casefold()
    return not (sheet and member.is_sheet) or title == sheet


def _judge(path: Path, how: How, heard: Heard) -> None:
    """Say what was not read; refuse a file of which nothing was."""
    if heard.formats:
        for name in heard.unknown[:_REMARKS_SHOWN]:
            heard.report.remark(f"{name} is of no known format: left out")
    elif how.wish.table.sheet and not heard.unknown:
        raise RejectedFile([f"{path.name} has no sheet '{how.wish.table.sheet}' with values"])


def _scaled(member: Member, size: int, progress: Progress | None) -> Progress | None:
    """Return a progress that counts a member's bytes as its share of the whole file's."""
    if progress is None:
        return None
    outer = progress

    def told(done: int, total: int) -> None:
        part = min(done / total, 1.0) if total else 1.0
        outer(int(size * (member.begins + member.share * part)), size)

    return told
