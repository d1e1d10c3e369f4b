"""What ingest says of a file, in English, told in the reader's language.

Ingest has one language: its sentences go to logs and terminals, and into the records, from
where a page tells them to whoever reads it. The catalogues' keys that begin with `heard: `
are those sentences; what stands in braces differs from one time to the next.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from string import Formatter

from dashboard.text.catalogues import FALLBACK, catalogue
from dashboard.text.units import unit_text
from dashboard.text.words import Words
from domain.meters import Commodity

_PREFIX = "heard: "
_MINUTE = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d [0-2]\d:[0-5]\d")
_AS_PYTHON_QUOTES = re.compile(r"""(['"])(.*)\1""", re.DOTALL)
_FORMS = {
    "quoted": r"""(?P<quoted>'.*?'|".*?")""",
    "said": r"(?P<said>.+)",
    "char": r"(?P<char>\d+)",
} | {name: f"(?P<{name}>.+?)" for name in ("error", "message", "reason", "hint", "text")}
_SHORT = "(?P<{name}>(?:(?!: ).)+?)"
"""A name or a number: what follows a colon is another sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence for a reader."""

    text: str

    language: str | None
    """Its own, where it is not the reader's."""


def told(sentence: str, words: Words, names: Mapping[str, str] | None = None) -> Told:
    """Return a sentence of ingest's in the reader's language; unknown ones stay in English.

    Args:
        sentence: As ingest wrote it.
        words: The reader's language.
        names: What people call meters, by id.
    """
    known = _said(sentence, words, names or {})
    if known is not None:
        return Told(text=known, language=None)
    return Told(text=sentence, language=None if words.language == "en" else "en")


def _said(sentence: str, words: Words, names: Mapping[str, str]) -> str | None:
    for pattern, key in _patterns():
        found = pattern.fullmatch(sentence)
        if found is None:
            continue
        values = {
            name: _value(name, text, words, names) for name, text in found.groupdict().items()
        }
        if None not in values.values():
            return words.say(key, **values)
    return None


def _value(name: str, text: str, words: Words, names: Mapping[str, str]) -> str | None:
    """Return what stands in the place of a name; None: no words say it."""
    if name in ("said", "error"):
        # What a library says of an error may be unknown; a part of a sentence of ours is not.
        return _said(text, words, names) or (text if name == "error" else None)
    if name == "quoted":
        quoted = _AS_PYTHON_QUOTES.fullmatch(text)
        return words.say("heard.quoted", text=quoted[2]) if quoted else text
    if name == "unit":
        return unit_text(text)
    if name in ("commodity", "commodities"):
        return ", ".join(_commodity(each, words) for each in text.split(", "))
    if name == "meter":
        return names.get(text, text)
    return _minute(text, words) if _MINUTE.fullmatch(text) else text


def _minute(text: str, words: Words) -> str:
    at = datetime.fromisoformat(text)
    return f"{words.day(at.date(), 'd MMM y')}, {words.hour(at)}"


def _commodity(name: str, words: Words) -> str:
    known = name in tuple(Commodity)
    return words.say(f"manage.commodity.{name}").lower() if known else name


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return each sentence as a pattern, those with most of their own letters first."""
    texts: Mapping[str, str] = catalogue(FALLBACK)
    keys = [key for key in texts if key.startswith(_PREFIX)]
    return tuple((_pattern(key), key) for key in sorted(keys, key=_letters, reverse=True))


def _letters(key: str) -> int:
    return sum(len(literal) for literal, *_ in Formatter().parse(key))


def _pattern(key: str) -> re.Pattern[str]:
    parts = []
    for literal, name, *_ in Formatter().parse(key.removeprefix(_PREFIX)):
        parts.append(re.escape(literal))
        if name:
            parts.append(_FORMS.get(name) or _SHORT.format(name=name))
    return re.compile("".join(parts), re.DOTALL)
