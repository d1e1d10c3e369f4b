"""What the pages of files say: the list of those brought, and where one of them is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.text.heard import Told, told
from dashboard.text.words import Words
from dashboard.viewmodels.sizes import counted, size_text
from domain.accounts import User
from domain.imports import FileImport, ImportState
from domain.previews import printable

PATH = "/manage/data/files"
_PATIENCE = timedelta(minutes=1)
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One file of the list."""

    name: str
    href: str
    size: str
    state: str
    is_over: bool
    readings: str
    author: str
    ago: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a file is, for whoever waits for it."""

    text: str
    is_good: bool = True
    details: tuple[Told, ...] = ()
    """What ingest has to say of it."""

    done_bytes: int = 0
    of_bytes: int = 0
    """0: no bar is drawn."""

    look_again_s: int = 0
    """When it will stand elsewhere, perhaps [s]; 0: not before somebody acts."""


def may_see_file(user: User, file: FileImport) -> bool:
    """Tell whether an account may see a file.

    Whose meters it feeds is not known before it is read: who sees some
    buildings only sees their own files only.
    """
    return not user.building_ids or file.author == user.name


def file_rows(files: Iterable[FileImport], now: datetime, words: Words) -> tuple[FileRow, ...]:
    """Say of each file what it is and where it is."""
    return tuple(
        FileRow(
            name=name_of(file),
            href=href_of(file),
            size=size_text(file.size, words),
            state=words.say(f"files.state.{_state_of(file)}"),
            is_over=file.state.is_over,
            readings=words.number(file.readings) if file.readings else "",
            author=printable(file.author),
            ago=words.ago((now - file.made_at).total_seconds()),
        )
        for file in files
    )


def _state_of(file: FileImport) -> str:
    is_unknown = file.found is not None and not file.found.format
    return "unknown" if file.state is ImportState.EXAMINED and is_unknown else str(file.state)


def href_of(file: FileImport) -> str:
    """Return the address of a file's page."""
    return f"{PATH}/{file.id}"


def name_of(file: FileImport) -> str:
    """Return a file's name as it can be shown: whoever named it may have been anybody."""
    name = printable(file.file_name)
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def standing_of(file: FileImport, now: datetime, words: Words) -> Standing | None:
    """Return where a file is; None: it is examined, and somebody's choices are due."""
    failure = file.found.failure if file.found else ""
    lines = printable(failure, line_feeds=True).splitlines()
    details = tuple(told(line, words) for line in lines)
    if file.state is ImportState.EXAMINED:
        return None
    if file.state is ImportState.DONE:
        return Standing(text=counted("files.done", file.readings, words), details=details)
    if file.state is ImportState.FAILED:
        text = words.say("files.failed")
        if file.readings:
            text = counted("files.failed.partly", file.readings, words)
        return Standing(text=text, is_good=False, details=details)
    if file.state is ImportState.WITHDRAWN:
        return Standing(text=counted("files.withdrawn", file.readings, words), is_good=False)
    return _on_the_way(file, now, words)


def _on_the_way(file: FileImport, now: datetime, words: Words) -> Standing:
    idle = now - file.changed_at
    if idle > _PATIENCE:
        since = words.ago(idle.total_seconds())
        return Standing(text=words.say("files.idle", since=since), is_good=False, look_again_s=15)
    if file.state in (ImportState.CONFIRMED, ImportState.IMPORTING):
        return Standing(
            text=counted("files.importing", file.readings, words),
            done_bytes=file.done_bytes,
            of_bytes=max(file.size, 1),
            look_again_s=1,
        )
    return Standing(text=words.say("files.reading"), look_again_s=1)
