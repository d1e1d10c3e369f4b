"""The `.po` files beside this module, read with Babel: no compile step."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
LANGUAGES = ("fr", "en", "eu")
FALLBACK = "fr"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return every text of one language by its dotted key.

    A key without translation is left out, so that the caller can fall back.

    Raises:
        ValueError: One key stands in two files.
    """
    texts: dict[str, str] = {}
    for file in sorted((FOLDER / language).glob("*.po")):
        with file.open("rb") as opened:
            messages = read_po(opened, locale=language)
        for message in messages:
            if not message.id or not message.string:
                continue
            key = str(message.id)
            if key in texts:
                raise ValueError(f"{file}: {key} is already said in another file")
            texts[key] = str(message.string)
    return texts
