"""The terminal that a command writes its tables to, or the file that stands in its place."""

import os

from rich.console import Console

_NARROW = 110
_AS_WIDE_AS_NEEDED = 10_000


def terminal() -> Console:
    """Return where tables are written; where no terminal is, a row is one line, and whole."""
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _AS_WIDE_AS_NEEDED
    return console


def is_narrow(console: Console) -> bool:
    """Tell whether a table of many columns would be cut there."""
    return console.width < _NARROW
