"""Dead letters on a terminal: listed, shown, written out, replayed, deleted."""

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from domain.dead_letters import DeadLetter, LetterFilter
from domain.letter_lines import line_of
from domain.previews import preview_of, printable
from domain.replays import Replayed
from settings.model import Settings
from storage.ports import Records
from zaindu.failures import CommandFailed
from zaindu.stores import Stores
from zaindu.terminal import is_narrow, terminal

Which = LetterFilter | Sequence[int]

_READ_AT_ONCE = 50
_REPLAYED_AT_ONCE = 200
_MOST_DEVICES = 1000
_MOST_LETTERS = 20_000


def list_newest(records: Records, which: LetterFilter, limit: int) -> None:
    """Print a table of the newest letters."""
    console = terminal()
    now = datetime.now(UTC)
    # In a narrow one the reason stands below its topic rather than in a sliver beside it.
    stacked = is_narrow(console)
    heads = ("id", "age", "code", "size", "topic, reason")
    table = _table(*heads) if stacked else _table("id", "age", "code", "topic", "size", "reason")
    shown = 0
    before: int | None = None
    while page := records.dead_letters.page(
        which, limit=min(_READ_AT_ONCE, limit - shown), before=before
    ):
        for letter in page:
            age = _age((now - letter.received_at).total_seconds())
            topic, reason = printable(letter.topic), printable(_reason(letter))
            size, what = _size(letter.size), (str(letter.id), age, letter.code)
            said = (size, f"{topic}\n{reason}") if stacked else (topic, size, reason)
            table.add_row(*map(Text, (*what, *said)))
        shown += len(page)
        before = page[-1].id
        if shown >= limit:
            break
    found = records.dead_letters.summed(which)
    if shown:
        console.print(table)
    cut = f", {found.cut} of them cut" if found.cut else ""
    typer.echo(f"{shown} of {_letters(found.number)}, {_size(found.weight_bytes)}{cut}")


def count(records: Records, which: LetterFilter, *, by_device: bool) -> None:
    """Print how many letters each code, or each device, has."""
    if by_device:
        table = _table("family", "device", "letters")
        for found in records.dead_letters.count_by_device(which, limit=_MOST_DEVICES):
            row = (found.family, printable(found.device), str(found.number))
            table.add_row(*map(Text, row))
    else:
        table = _table("code", "letters")
        for code, number in records.dead_letters.count_by_code(which).items():
            table.add_row(Text(code), Text(str(number)))
    terminal().print(table)


def show(letter: DeadLetter) -> None:
    """Print all that is known of a letter, and a safe glance at its payload."""
    found = preview_of(letter.payload, most_letters=_MOST_LETTERS)
    flags = [name for name in ("retained", "queued", "repeated") if getattr(letter, name)]
    lines = {
        "topic": letter.topic,
        "received": f"{letter.received_at:%Y-%m-%d %H:%M:%S} UTC",
        "came": ", ".join(flags),
        "device": f"{letter.family} {letter.device}".strip(),
        "size": _size(letter.size) + ("" if letter.is_whole else ", cut: cannot be replayed"),
        "code": letter.code,
        "reason": letter.reason,
        "replayed": f"in vain, {letter.attempts} times" if letter.attempts else "",
    }
    for name, value in lines.items():
        if value:
            typer.echo(f"{name:<9} {printable(value)}")
    typer.echo(f"payload   {found.looks}{', its beginning' if found.is_cut else ''}\n")
    typer.echo(found.text)


def download(records: Records, which: Which, output: Path | None) -> None:
    """Write letters as JSON lines, oldest first."""
    if output is not None:
        try:
            with output.open("xb") as file:
                number = _write(records, which, file)
        except OSError as error:
            raise CommandFailed(f"{output}: {error.strerror}") from None
        typer.echo(f"{_letters(number)} in {output}")
        return
    try:
        _write(records, which, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does: nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def replay(settings: Settings, stores: Stores, which: Which) -> None:
    """Replay letters, and say what became of them.

    Raises:
        CommandFailed: Some are refused again, or are not whole.
    """
    from ingest.replay import Replay

    records = stores.records
    total = records.dead_letters.summed(which).number
    found = Replayed()
    replaying = Replay(settings, stores.readings, records)
    console = Console(highlight=False, stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("Replaying", total=total)
        for letters in _batches(records, which, _REPLAYED_AT_ONCE):
            found = found.plus(replaying.replay(letters))
            bar.update(task, completed=found.number)
    for text, number in (
        ("stored, and no longer letters", found.stored),
        ("understood, and hold nothing that a meter wants", found.without_reading),
        ("refused again; `zaindu letters list` says why", found.refused),
        ("cut when they were kept: they cannot be replayed", found.cut),
    ):
        if number:
            typer.echo(f"{number:>7} {text}")
    if not found.number:
        typer.echo("no such letter")
    if found.refused or found.cut:
        raise CommandFailed(f"{found.refused + found.cut} of {_letters(found.number)} stay")


def delete(records: Records, which: Which, *, is_sure: bool) -> None:
    """Delete letters, once somebody said yes."""
    found = records.dead_letters.summed(which)
    if not found.number:
        typer.echo("no such letter")
        return
    if not is_sure:
        size = _size(found.weight_bytes)
        typer.confirm(f"Delete {_letters(found.number)}, {size}, for good?", abort=True)
    typer.echo(f"{_letters(records.dead_letters.delete(which))} deleted")


def _write(records: Records, which: Which, file: BinaryIO) -> int:
    number = 0
    for letters in _batches(records, which, _READ_AT_ONCE):
        file.writelines(map(line_of, letters))
        number += len(letters)
    return number


def _batches(records: Records, which: Which, size: int) -> Iterator[Sequence[DeadLetter]]:
    """Yield letters in the order they came, those that stay behind only once."""
    after = 0
    while letters := records.dead_letters.in_order(which, limit=size, after=after):
        after = letters[-1].id or 0
        yield letters


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in heads:
        is_number = head in ("id", "age", "size", "letters")
        table.add_column(
            head,
            justify="right" if is_number else "left",
            no_wrap="reason" not in head,
            overflow="fold" if "reason" in head else "ellipsis",
        )
    return table


def _reason(letter: DeadLetter) -> str:
    if letter.wanted_at is not None:
        return f"(to be replayed) {letter.reason}"
    return f"(replayed in vain) {letter.reason}" if letter.attempts else letter.reason


def _letters(number: int) -> str:
    return f"{number} letter{'s' * (number != 1)}"


def _size(number: int) -> str:
    if number < 1000:
        return f"{number} B"
    return f"{number / 1000:.1f} kB" if number < 1_000_000 else f"{number / 1_000_000:.1f} MB"


def _age(seconds: float) -> str:
    for length, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
