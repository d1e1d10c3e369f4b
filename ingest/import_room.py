"""A folder of its own for each file being read, and an end to those that a kill left behind."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = ".import-room-"


@contextmanager
def room_in(data_dir: Path) -> Iterator[Path]:
    """Lend a folder that goes when the block ends; one that a killed process left goes first.

    A file that is too much for the machine's memory ends the process each time it is
    tried: what it was unpacked to would fill the disk, on which messages wait.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    for left in data_dir.glob(f"{_PREFIX}*"):
        _remove_unless_used(left)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=data_dir) as name:
        # Held until it is closed, or we die.
        held = os.open(name, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield Path(name)
        finally:
            os.close(held)


def _remove_unless_used(folder: Path) -> None:
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return  # somebody else has just removed it
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # a file is being read in it
    else:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(held)
