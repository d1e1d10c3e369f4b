"""The key that signs sessions: given, or generated once and kept."""

import os
import secrets
from pathlib import Path

from domain.errors import ConfigError
from zaindu.private_file import write_private

FILE_NAME = "session.key"


def session_key(given: str | None, data_dir: Path) -> str:
    """Return the given key, or the one kept in the data folder, made at the first call.

    Raises:
        ConfigError: The given key is too short, or the kept one cannot be read.
    """
    if given is not None:
        if len(given) < 32:
            raise ConfigError(["environment: ZAINDU_SECRET_KEY needs 32 characters at least"])
        return given
    path = data_dir / FILE_NAME
    try:
        kept = path.read_text(encoding="ascii").strip() if path.exists() else ""
        return kept or _generate(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: the session key cannot be read or written: {error}"]) from None


def _generate(path: Path) -> str:
    """Write a new key that only we may read; another process may win the race."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    write_private(fresh, secrets.token_urlsafe(48))
    try:
        os.link(fresh, path)
    except FileExistsError:
        if not path.read_text(encoding="ascii").strip():
            fresh.replace(path)
    fresh.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()
