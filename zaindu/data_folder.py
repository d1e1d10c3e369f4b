"""The folder of the files Zaindu keeps, made and found writable before anything opens in it."""

import os
from pathlib import Path

from domain.errors import ConfigError


def make_data_folder(folder: Path) -> None:
    """Make the folder when it is not there.

    Raises:
        ConfigError: It cannot be made, or nothing can be written in it: waiting would not help.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError([f"data folder {folder}: {error.strerror}; {_CURE}"]) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError([f"data folder {folder}: nothing can be written there; {_CURE}"])


_CURE = "name another (site.data_dir), or give it to the user that runs Zaindu"
