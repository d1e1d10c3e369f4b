"""Lines `stamp;number` by the ten thousand: read as columns of characters.

A year of ten minutes is 52,560 such lines, and an object for each would take
longer than all the rest. The few lines of another shape are read one by one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.importers.columns import value_of
from ingest.importers.series import Report
from ingest.importers.stamps import Stamps, joined, read_fixed, read_odd

_WIDTHS = (25, 19)
"""Of stamps with offset, and of those without."""

_DIGITS = 15
"""More do not fit exactly into a float."""

_LINE_FEED, _RETURN = ord("\n"), ord("\r")


@dataclass(frozen=True, slots=True)
class Curve:
    """Stamps and numbers of consecutive lines, blank numbers NaN."""

    stamps: Stamps
    value: NDArray[np.float64]
    line: NDArray[np.int64]


def as_one(parts: list[Curve]) -> Curve:
    """Return the curves of consecutive pieces as one."""
    return Curve(
        joined([part.stamps for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.line for part in parts]),
    )


def read_lines(piece: bytes, first_line: int, report: Report) -> Curve:
    """Read whole lines; bad ones go to `report` with their number.

    Args:
        piece: Lines, the last one ended or not.
        first_line: Number of the first of them.
        report: Told of rows, blanks and bad lines.
    """
    characters = np.frombuffer(piece if piece.endswith(b"\n") else piece + b"\n", np.uint8)
    ends = np.flatnonzero(characters == _LINE_FEED)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    ends = ends - ((ends > starts) & (characters[ends - 1] == _RETURN))
    filled = np.flatnonzero(ends > starts)
    starts, ends, line = starts[filled], ends[filled], filled + first_line
    # Positions past a short line's end are another line's characters: it is odd anyway.
    padded = np.append(characters, np.zeros(max(_WIDTHS) + 1, np.uint8))
    stamps, value = _usual(padded, starts, ends, _WIDTHS[0])
    for width in _WIDTHS[1:]:
        rest = np.flatnonzero(~stamps.is_good)
        if len(rest):
            others, value[rest] = _usual(padded, starts[rest], ends[rest], width)
            stamps.put(rest, others)
    is_usual = stamps.is_good.copy()
    report.rows += int(is_usual.sum())
    for row in np.flatnonzero(~is_usual):
        _read_odd(piece[starts[row] : ends[row]], stamps, value, int(row), int(line[row]), report)
    good = np.flatnonzero(stamps.is_good)
    report.blanks += int(np.isnan(value[good]).sum())
    return Curve(stamps.at(good), value[good], line[good])


def _usual(
    characters: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], width: int
) -> tuple[Stamps, NDArray[np.float64]]:
    """Read lines whose stamp is so wide; those that are not are not good."""
    found = read_fixed(lambda place: characters[starts + place], width)
    value, is_number = _numbers(characters, starts + width + 1, ends)
    is_usual = found.is_good & is_number & (characters[starts + width] == ord(";"))
    return Stamps(found.wall_us, found.offset_us, found.is_aware, is_usual), value


def _numbers(
    characters: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Read plain numbers with at most one decimal mark; nothing at all is NaN."""
    width = ends - starts
    good = (width >= 0) & (width <= _DIGITS)
    digits = np.zeros(len(starts), np.int64)
    decimals = np.full(len(starts), -1, np.int64)
    for place in range(int(width[good].max(initial=0))):
        inside = good & (place < width)
        character = characters[np.where(inside, starts + place, 0)]
        digit = character - np.uint8(ord("0"))
        is_digit = inside & (digit <= 9)
        digits[is_digit] = digits[is_digit] * 10 + digit[is_digit]
        decimals[is_digit & (decimals >= 0)] += 1
        is_other = inside & ~is_digit
        if is_other.any():
            is_mark = is_other & (decimals < 0) & np.isin(character, (ord("."), ord(",")))
            is_mark &= (place > 0) & (place < width - 1)
            decimals[is_mark] = 0
            good &= ~is_other | is_mark
    value = digits / 10.0 ** np.maximum(decimals, 0)
    value[width == 0] = np.nan
    return value, good


def _read_odd(
    raw: bytes,
    stamps: Stamps,
    value: NDArray[np.float64],
    row: int,
    line: int,
    report: Report,
) -> None:
    text = raw.decode("utf-8", "replace")
    cells = [cell.strip().strip('"') for cell in text.split(";")]
    stamps.is_good[row] = False
    if not any(cells):
        return
    report.rows += 1
    if len(cells) < 2:
        report.complain(line, f"{text[:40]!r} is no time and value")
        return
    try:
        number = value_of(cells[1])
    except ValueError as error:
        report.complain(line, str(error))
        return
    read_odd(stamps, row, cells[0])
    value[row] = number
    if not stamps.is_good[row]:
        report.complain(line, f"{cells[0][:40]!r} is not a date and time")
