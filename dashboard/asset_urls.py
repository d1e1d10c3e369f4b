"""Addresses of our own files that change when the file does: a browser may keep each for ever."""

import hashlib
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
VERSION = "v"
"""The query parameter that names a file's content."""


@cache
def asset_url(name: str) -> str:
    """Return where a file below `assets/` is had: `/assets/wall.css?v=1f3a…`.

    Raises:
        FileNotFoundError: There is no such file.
    """
    content = hashlib.blake2b((ASSETS / name).read_bytes(), digest_size=6).hexdigest()
    return f"/assets/{name}?{VERSION}={content}"
