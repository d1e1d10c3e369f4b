"""Retained messages by the million, as fast as a broker takes them."""

import socket
import struct
from collections.abc import Iterable

_CONNECT = b"\x10\x13\x00\x04MQTT\x04\x02\x00\x00\x00\x07manyold"
_PINGREQ, _PINGRESP = b"\xc0\x00", b"\xd0\x00"
_RETAINED_PUBLISH = 0x31
_AT_ONCE_BYTES = 1024 * 1024


def publish_retained(port: int, messages: Iterable[tuple[str, bytes]]) -> None:
    """Publish messages of QoS 0, cut by hand; the broker has read them all on return."""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(_CONNECT)
        assert connection.recv(4) == b"\x20\x02\x00\x00"
        waiting = bytearray()
        for topic, payload in messages:
            waiting += _packet(topic.encode(), payload)
            if len(waiting) > _AT_ONCE_BYTES:
                connection.sendall(waiting)
                waiting.clear()
        # It answers in the order in which it reads.
        connection.sendall(waiting + _PINGREQ)
        assert connection.recv(2) == _PINGRESP


def _packet(topic: bytes, payload: bytes) -> bytes:
    body = struct.pack("!H", len(topic)) + topic + payload
    length, digits = len(body), bytearray()
    while length > 127:
        digits.append(0x80 | length & 0x7F)
        length >>= 7
    return bytes((_RETAINED_PUBLISH, *digits, length)) + body
