"""Which formats of file are read, and which of them a file is of."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from domain.errors import RejectedFile
from ingest.importers import formats as shelf
from ingest.importers.series import FileFormat

HEAD_BYTES = 1 << 16


@cache
def formats() -> tuple[FileFormat, ...]:
    """Return every format, by name.

    The shelf is its own register: each module of `ingest.importers.formats` that
    exports a `FORMAT` is one, and a new format is a new file there and nothing else.
    """
    found: list[FileFormat] = []
    for module in pkgutil.iter_modules(shelf.__path__):
        loaded = importlib.import_module(f"{shelf.__name__}.{module.name}")
        if hasattr(loaded, "FORMAT"):
            found.append(loaded.FORMAT)
    return tuple(sorted(found, key=lambda each: each.name))


def format_named(name: str) -> FileFormat | None:
    """Return the format of that name, or None."""
    return next((each for each in formats() if each.name == name), None)


def recognise(path: Path) -> FileFormat | None:
    """Return the format of a file, told from its first bytes whatever its name; None: none.

    Raises:
        RejectedFile: It cannot be opened.
    """
    head = head_of(path)
    return next((each for each in formats() if each.recognises(head)), None)


def head_of(path: Path) -> bytes:
    """Return the first bytes of a file.

    Raises:
        RejectedFile: It cannot be opened.
    """
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise RejectedFile([f"{path.name} cannot be read: {error.strerror}"]) from error
