"""Numbers as spreadsheets write them: `1 234,5`, `1.234,5`, `1,234.5`, `−3`."""

import re

_BLANKS = frozenset(("", "-", "--", "na", "n/a", "nd", "n/d", "nan", "null", "none"))
_LARGEST = 1e15
"""No meter counts that far; a slip of the separator does."""

_SPACES = re.compile(r"[\s\u00a0\u202f'’]+")
_GROUPED = {
    ",": re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?", re.ASCII),
    ".": re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII),
}
_PLAIN = {
    ",": re.compile(r"[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?", re.ASCII),
    ".": re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII),
}


def is_blank(cell: str) -> bool:
    """Tell whether a cell says that there is no number. Blank is not zero."""
    return cell.strip().lower() in _BLANKS


def parse_number(cell: str, decimal: str) -> float:
    """Return the number a cell holds, whose decimal mark is `decimal`.

    >>> parse_number("1 234,5", ",")
    1234.5

    Raises:
        ValueError: It holds none.
    """
    text = _SPACES.sub("", cell).replace("−", "-")
    if _PLAIN[decimal].fullmatch(text):
        value = float(text.replace(",", "."))
    elif _GROUPED[decimal].fullmatch(text):
        thousands = "." if decimal == "," else ","
        value = float(text.replace(thousands, "").replace(",", "."))
    else:
        raise ValueError(f"{cell.strip()[:40]!r} is not a number")
    if abs(value) > _LARGEST:
        raise ValueError(f"{cell.strip()[:40]!r} is too large")
    return value


def decimal_mark(cells: list[str]) -> str:
    """Return the decimal mark that a sample of numbers uses; a point when none tells.

    A mark met twice in one number, or followed by anything but three digits,
    gives itself away; alone before three digits it could be either, and is
    taken for the decimal mark.
    """
    votes = {",": 0, ".": 0}
    for cell in cells:
        text = _SPACES.sub("", cell)
        comma, point = text.rfind(","), text.rfind(".")
        if comma >= 0 and point >= 0:
            votes["," if comma > point else "."] += 10
        elif text.count(",") == 1:
            votes[","] += 1
        elif text.count(".") == 1:
            votes["."] += 1
    return "," if votes[","] > votes["."] else "."
