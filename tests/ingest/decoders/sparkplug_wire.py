"""Sparkplug B messages written by hand, field by field as its specification numbers them."""

import struct


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def field(number: int, value: float | str | bytes) -> bytes:
    """One field: an int as a varint, a float as a double, else with its length."""
    if isinstance(value, bool | int):
        return varint(number << 3) + varint(int(value))
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    body = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(body)) + body


def single(number: int, value: float) -> bytes:
    return varint(number << 3 | 5) + struct.pack("<f", value)


def properties(**texts: str) -> bytes:
    """A PropertySet of texts (type 12); spaces in a key are written `_`."""
    keys = b"".join(field(1, key.replace("_", " ")) for key in texts)
    return keys + b"".join(field(2, field(1, 12) + field(8, text)) for text in texts.values())


def metric(
    name: str = "",
    *,
    alias: int | None = None,
    at_ms: int | None = None,
    datatype: int | None = None,
    value: bytes = b"",
    unit: str = "",
) -> bytes:
    """A Metric; `value` is its value's field, already written."""
    written = field(1, name) if name else b""
    for number, part in ((2, alias), (3, at_ms), (4, datatype)):
        if part is not None:
            written += field(number, part)
    if unit:
        written += field(9, properties(engUnit=unit))
    return written + value


def payload(*metrics: bytes, at_ms: int = 1_768_893_300_000, seq: int = 0) -> bytes:
    return field(1, at_ms) + b"".join(field(2, one) for one in metrics) + field(3, seq)
