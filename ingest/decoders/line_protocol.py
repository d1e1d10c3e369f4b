"""InfluxDB's line protocol, read whole: escapes, field types, several lines.

`<measurement>[,<tag>=<value>…] <field>=<value>[,…] [<timestamp>]`. A backslash
keeps comma, equals sign and space in names, and the quote and itself in texts.
Numbers are floats, `12i` or `12u`; texts are quoted; `t` and `false` are truth
values. The timestamp's unit is not in the line: it is told by its size.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.gathering import number_from_text
from ingest.decoders.series import Series, series_of

FieldValue = float | str | bool

_LONGEST_TIME = 20
_LONGEST_REMEMBERED = 256
_NAME = r"(?:[^\\,= ]|\\.)++"
_VALUE = r'(?:"(?:[^"\\]|\\.)*+"|[^", ]++)'
_LINE = re.compile(
    rf"((?:[^\\, ]|\\.)++(?:,{_NAME}={_NAME})*+) ++"
    rf"({_NAME}={_VALUE}(?:,{_NAME}={_VALUE})*+)(?: ++(-?\d++))? *+"
)
_MEASUREMENT = re.compile(r"(?:[^\\, ]|\\.)++")
_TAGS = re.compile(rf",({_NAME})=({_NAME})")
_FIELDS = re.compile(rf"({_NAME})=({_VALUE})")
_ESCAPED = re.compile(r"\\([,= ])")
_ESCAPED_IN_TEXT = re.compile(r'\\(["\\])')
_TRUTHS = dict.fromkeys(("t", "T", "true", "True", "TRUE"), True) | dict.fromkeys(
    ("f", "F", "false", "False", "FALSE"), False
)


class Point(NamedTuple):
    """One line."""

    series: Series
    fields: Mapping[str, object]

    time: datetime | None
    """None: the line does not say."""


def lines_of(payload: bytes) -> list[str]:
    """Return the lines of a message that hold something, comments left out.

    Raises:
        RejectedMessage: It is no text.
    """
    try:
        text = payload.decode()
    except UnicodeDecodeError as broken:
        raise RejectedMessage(
            f"the payload is not text: byte {broken.start} is not UTF-8", code="not_text"
        ) from broken
    lines = (line.strip("\r ") for line in text.split("\n"))
    return [line for line in lines if line and line[0] != "#"]


def first_line_of(payload: bytes) -> str:
    """Return the first line that holds something, no more being read than that; empty: none."""
    for line in BytesIO(payload):
        text = line.strip(b"\r\n ")
        if text and text[:1] != b"#":
            try:
                return text.decode()
            except UnicodeDecodeError:
                return ""
    return ""


def is_line(text: str) -> bool:
    """Tell whether a text has the form of a point."""
    return _LINE.fullmatch(text) is not None


def point_of(line: str) -> Point:
    """Return the point a line tells.

    Raises:
        RejectedMessage: The line has another form, or a value or time that is none.
    """
    found = _LINE.fullmatch(line)
    if found is None:
        raise RejectedMessage("it is no measurement with fields and timestamp", code="not_a_line")
    head, fields, time = found.groups()
    if time is not None and len(time) > _LONGEST_TIME:
        raise RejectedMessage(f"{time[:40]!r} is no timestamp", code="bad_time")
    return Point(
        (_remembered_series if len(head) <= _LONGEST_REMEMBERED else _series)(head),
        dict(_values(fields)),
        None if time is None else instants.from_sized_epoch(int(time)),
    )


def _series(head: str) -> Series:
    found = _MEASUREMENT.match(head)
    measurement = found[0] if found else head
    tags = _TAGS.findall(head, len(measurement))
    return series_of(_plain(measurement), ((_plain(name), _plain(value)) for name, value in tags))


_remembered_series = lru_cache(maxsize=4096)(_series)
"""A series is told again with every point of it."""


def _values(fields: str) -> Iterator[tuple[str, FieldValue]]:
    for name, text in _FIELDS.findall(fields):
        yield _plain(name), _value(text)


def _value(text: str) -> FieldValue:
    if text[0] == '"':
        return _ESCAPED_IN_TEXT.sub(r"\1", text[1:-1])
    number = number_from_text(text[:-1] if text[-1] in "iu" else text)
    if number is not None:
        return number
    if text in _TRUTHS:
        return _TRUTHS[text]
    raise RejectedMessage(f"{text[:40]!r} is no value", code="no_number")


def _plain(name: str) -> str:
    return _ESCAPED.sub(r"\1", name) if "\\" in name else name
