"""JSON at the edge: parsed whole, or refused with a kind reason."""

import json
import re
from typing import Any

import orjson

from domain.errors import RejectedMessage

JsonObject = dict[str, Any]
"""What stands between braces; its values are checked where they are used."""

_SHOWN = 40
_LONGEST_INTEGER = 19
_DEEPEST = 1024
"""As deep as orjson goes."""

_NOT_FINITE = re.compile(rb"([:\[,]\s*)-?(?:nan|inf(?:inity)?)(?=\s*[,\]}])", re.IGNORECASE)
_REASONS = (
    ("infinity when parsed", "a number is too large to be one"),
    ("depth limit", "it is nested too deeply"),
    ("unexpected end", "it is cut short"),
)


def parse_json(payload: bytes) -> object:
    """Return the document.

    Raises:
        RejectedMessage: It is empty, binary, cut short or nested too deeply.
    """
    try:
        document: object = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        if "infinity" in error.msg or _NOT_FINITE.search(payload):
            return _parse_leniently(payload, error)
        raise RejectedMessage(_why(payload, error), code="not_json") from error
    return document


def _parse_leniently(payload: bytes, strict: orjson.JSONDecodeError) -> object:
    """Read a document with nan, Infinity or 1e400 in it, so that their siblings are kept.

    Whoever meets such a value says so by its path. Small devices print their
    floats with C's printf, in small letters that no JSON parser takes.
    """
    try:
        text = _NOT_FINITE.sub(rb"\1NaN", payload).decode()
        document: object = json.loads(text, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise RejectedMessage(_why(payload, strict), code="not_json") from error
    if _is_deeper_than(_DEEPEST, document):
        # Python 3.13 reads on where 3.11 gives up; what walks the document must not.
        raise RejectedMessage("the payload is not JSON: it is nested too deeply", code="not_json")
    return document


def _is_deeper_than(limit: int, document: object) -> bool:
    """Walk a document level by level, without recursion."""
    level = [document]
    for _ in range(limit):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
        if not level:
            return False
    return True


def _integer(digits: str) -> float:
    return int(digits) if len(digits) < _LONGEST_INTEGER else float(digits)


def parse_object(payload: bytes) -> JsonObject:
    """Return the document, which must be an object.

    Raises:
        RejectedMessage: It is no JSON, or something other than an object.
    """
    body = parse_json(payload)
    if not isinstance(body, dict):
        raise RejectedMessage(
            f"the payload is {kind_of(body)}, not a JSON object", code="wrong_shape"
        )
    return body


def kind_of(value: object) -> str:
    """Name a JSON value's type as a sentence needs it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a truth value"
    names = {dict: "an object", list: "a list", str: "a text", int: "a number", float: "a number"}
    return names.get(type(value), "something unknown")


def _why(payload: bytes, error: orjson.JSONDecodeError) -> str:
    if not payload.strip():
        return "the payload is empty"
    if payload[:3] == b"\xef\xbb\xbf":
        return "the payload starts with a byte order mark; JSON allows none"
    try:
        text = payload.decode()
    except UnicodeDecodeError as broken:
        return f"the payload is not text: byte {broken.start} is not UTF-8"
    for sign, reason in _REASONS:
        if sign in error.msg:
            return f"the payload is not JSON: {reason}"
    near = repr(text[max(0, error.pos - _SHOWN // 2) :][:_SHOWN])
    return f"the payload is not JSON: {error.msg} at character {error.pos}, near {near}"
