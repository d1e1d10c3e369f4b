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


_MARKED = re.compile(r"[+-]?(\d*)([.,])(\d*)(?:[eE][+-]?\d+)?", re.ASCII)
_OTHER = {",": ".", ".": ","}
_GROUP = 3


class DecimalMark:
    """What the numbers of a column tell of its decimal mark, the longer the surer.

    Two marks in one number give it away, and so does one that no group of three
    digits follows. `1,234` alone may be either: a thousand and more beside plain
    numbers below a thousand, else one and a bit.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._votes = {",": 0, ".": 0}
        self._either = {",": 0, ".": 0}
        self._has_long = self._has_short = False

    @property
    def is_told(self) -> bool:
        """Tell whether some number gave it away."""
        return any(self._votes.values())

    @property
    def is_guessed(self) -> bool:
        """Tell whether numbers have a mark and none of them tells which it is."""
        return any(self._either.values()) and not (self.is_told or self._are_grouped)

    @property
    def mark(self) -> str:
        """The decimal mark; a point where no number has any."""
        votes = self._votes if self.is_told else self._either
        most = "," if votes[","] > votes["."] else "."
        is_grouping = not self.is_told and any(votes.values()) and self._are_grouped
        return _OTHER[most] if is_grouping else most

    @property
    def _are_grouped(self) -> bool:
        return self._has_short and not self._has_long

    def see(self, cell: str) -> None:
        """Take one more number into account."""
        text = _SPACES.sub("", cell).replace("−", "-")
        comma, point = text.rfind(","), text.rfind(".")
        found = _MARKED.fullmatch(text)
        if comma >= 0 and point >= 0:
            self._votes["," if comma > point else "."] += 1
        elif found is None:
            self._see_without_mark(text)
        elif len(found[3]) != _GROUP or not 0 < len(found[1]) <= _GROUP or found[1][0] == "0":
            self._votes[found[2]] += 1
        else:
            self._either[found[2]] += 1

    def _see_without_mark(self, text: str) -> None:
        digits = text.lstrip("+-")
        if digits.isascii() and digits.isdigit():
            self._has_long = self._has_long or len(digits) > _GROUP
            self._has_short = self._has_short or (len(digits) <= _GROUP and int(digits) > 0)
        else:
            for mark, pattern in _GROUPED.items():  # 1.234.567: the other one is the decimal mark
                self._votes[mark] += pattern.fullmatch(text) is not None
