"""Ids in a form that means nothing to line protocol, Flux or CSV.

Each of the three has its own quoting, and line protocol has none for a
newline or a trailing backslash. Percent signs settle it once: an encoded id
holds no character that any of them reads as syntax, so it can neither break a
line nor add to a query. Ordinary ids, accents included, stay as they are.
"""

import re
from urllib.parse import unquote

_SYNTAX = re.compile(r"""[\x00-\x20\x7f-\xa0\u2028\u2029%,='"`\\$#{}()|]""")


def encoded(text: str) -> str:
    r"""Return `text` without any character that some syntax could read.

    >>> encoded("École"), encoded('a b"\n')
    ('École', 'a%20b%22%0A')
    """
    return _SYNTAX.sub(_percent, text)


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode())


def decoded(text: str) -> str:
    """Return what was encoded."""
    return unquote(text)
