"""Bringing a meter's past from files, through the same stores as what it publishes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from domain.errors import ConfigError, RejectedFile
from domain.imports import ImportWish
from domain.sites import Portfolio
from ingest.importers.bringing import Brought, bring, check_fit, is_void
from ingest.importers.examination import Examined, Examiner
from ingest.importers.keeping import Keeper
from ingest.importers.left_out import left_out_lines, with_left_out
from settings.findings import did_you_mean
from settings.model import Settings
from settings.secrets import Secrets
from zaindu.failures import CommandFailed
from zaindu.import_preview import show
from zaindu.stores import Stores, open_stores
from zaindu.terminal import terminal


@dataclass(frozen=True, slots=True)
class _Read:
    file: Path
    examined: Examined


def import_files(
    settings: Settings,
    secrets: Secrets,
    files: Sequence[Path],
    wish: ImportWish,
    *,
    dry_run: bool,
) -> None:
    """Import files, or with `dry_run` only say what would be imported.

    All of them are read before anything is kept.

    Raises:
        ConfigError: What is said of the files does not fit them or the meter.
        RejectedFile: A file does not fit what is said of it; nothing was imported.
        CommandFailed: The store refused some of it; the rest was imported.
        StorageUnavailable: A store does not answer; doing it again is harmless.
    """
    console = terminal()
    with open_stores(settings, secrets) as stores:
        portfolio = stores.records.portfolio.portfolio()
        _check_meter(portfolio, wish.meter_id)
        examiner = Examiner(portfolio, stores.readings, settings.ingest)
        read = list(_examined(console, examiner, files, wish))
        if dry_run:
            for one in read:
                _show(console, _counted(console, one))
            return
        _check(console, read, wish)
        for one in read:
            if is_void(one.examined.found):
                console.print(f"{one.file.name} holds no reading", markup=False)
            else:
                _bring(console, stores, one)


def _examined(
    console: Console, examiner: Examiner, files: Sequence[Path], wish: ImportWish
) -> Iterator[_Read]:
    """Yield each file as it was read; a file that cannot be names itself."""
    for file in files:
        try:
            with _bar(console, f"Reading {file.name}") as progress:
                yield _Read(file, examiner.examine(file, wish, progress))
        except RejectedFile as refusal:
            if len(files) == 1:
                raise
            problems = [f"{file.name}: {problem}" for problem in refusal.problems]
            raise RejectedFile(problems) from None


def _counted(console: Console, one: _Read) -> _Read:
    """Return a file with what its meters would not take beside what they hold."""
    with _bar(console, f"Comparing {one.file.name}") as progress:
        found = with_left_out(one.file, one.examined, progress)
    return replace(one, examined=replace(one.examined, found=found))


def _check(console: Console, read: Sequence[_Read], wish: ImportWish) -> None:
    """Refuse the lot when one of it does not fit, showing what was found in that one.

    A point without data among others refuses nothing: each of many points has a file.
    """
    problems: list[str] = []
    told = [one for one in read if not is_void(one.examined.found)]
    for one in told or read:
        try:
            check_fit(one.examined.found, one.file.name, keep_good=wish.keep_good)
        except RejectedFile as refusal:
            if one.examined.found.series and not one.examined.found.feeds:
                _show(console, one)
            problems += refusal.problems
    if problems:
        raise RejectedFile(problems)


def _bring(console: Console, stores: Stores, one: _Read) -> None:
    keeper = Keeper(stores.readings, stores.records.dirty)
    try:
        with _bar(console, f"Importing {one.file.name}") as progress:
            brought = bring(one.file, one.examined, keeper, progress)
    except RejectedFile as refusal:
        raise CommandFailed(
            f"{one.file.name} could not be read to its end ({refusal}): {keeper.kept} readings "
            "are kept, and importing it again is harmless"
        ) from None
    for line in _told(brought):
        console.print(line, markup=False)
    for remark in one.examined.found.remarks:
        console.print(remark, markup=False)
    if keeper.refusal is not None:
        raise CommandFailed(
            f"{keeper.kept} readings of {one.file.name} are kept, and {keeper.refused} are not: "
            f"{keeper.refusal}"
        )


def _told(brought: Brought) -> Iterator[str]:
    for meter_id, count in brought.by_meter.items():
        yield f"{count} readings of {meter_id} are kept"
    yield from left_out_lines(brought.left_out)


def _show(console: Console, one: _Read) -> None:
    show(console, one.file.name, one.examined.found, one.examined.how.choices.zone)


def _check_meter(portfolio: Portfolio, meter_id: str) -> None:
    if meter_id and portfolio.meter(meter_id) is None:
        hint = did_you_mean(meter_id, [known.id for known in portfolio.meters])
        raise ConfigError([f"there is no meter '{meter_id}'{hint}"])


@contextmanager
def _bar(console: Console, what: str) -> Iterator[Callable[[int, int], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as bar:
        task = bar.add_task(what, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield tell
