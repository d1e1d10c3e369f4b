"""What keeps a file from being TOML, told to somebody who does not know the grammar."""

import re

from settings.check_secrets import SECRET_KEY

_AT_LINE = re.compile(r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")

_MEANING = (
    ("Illegal character '\\n'", "the quote that ends a text is missing"),
    ("Illegal character '\\r'", "the quote that ends a text is missing"),
    ("Unterminated string", "the quote that ends a text is missing"),
    ("Cannot overwrite a value", "this key or table is given twice: keep one"),
    ("Cannot declare", "this table is given twice: put its keys together, or write [[…]]"),
    ("Cannot mutate immutable", "this table or list is given twice: keep one"),
    ("Duplicate inline table key", "this key is given twice: keep one"),
    ("Invalid date or datetime", "no calendar or clock shows that"),
    ("Expected '=' after a key", "a key is followed by = and its value"),
    ("Expected newline or end of document", "what follows the value does not belong to it"),
    ("Invalid value", "not a value: texts stand in quotes, numbers have . and no unit"),
    ("Unclosed array", "a list is not closed: ] is missing"),
    ("Expected ']'", "the ] or ]] that ends a table's name is missing"),
    ("Unescaped '\\'", "a lone \\ in a text: write it twice, or quote the text with '"),
)
"""How Python's reader begins its message, and what that mostly means."""


def syntax_finding(text: str, message: str) -> tuple[int, str]:
    """Return the line, and what is wrong there with the line itself.

    Args:
        text: The whole file.
        message: What `tomllib` said.
    """
    found = _AT_LINE.match(message)
    lines = text.split("\n")
    line = int(found["line"]) if found and found["line"] else len(lines)
    said = found["what"] if found else message
    meaning = next((ours for theirs, ours in _MEANING if said.startswith(theirs)), said)
    shown = lines[line - 1].strip() if line <= len(lines) else ""
    # A password that stands there by mistake is not repeated in a log.
    told = f", in: {_shortened(shown)}" if shown and not SECRET_KEY.search(shown) else ""
    return line, f"not TOML: {meaning}{told}"


def _shortened(shown: str) -> str:
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
