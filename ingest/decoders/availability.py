"""What devices of every make say of themselves on topics of their own: that they are there.

A last will such as `online` on `<device>/status`, or a line of ESPHome's log, is
no number that somebody should map, and comes for as long as the device lives.
"""

import re

NAME = "availability"

_WORDS = frozenset(
    (
        *(b"online", b"offline", b"connected", b"disconnected", b"available", b"unavailable"),
        *(b"true", b"false", b"up", b"down", b"alive", b"dead", b"lost"),
    )
)
_LONGEST_WORD = 14
_TOPICS = frozenset(
    ("status", "state", "availability", "available", "lwt", "online", "connected", "connection")
)
_ESPHOME_LOG = re.compile(rb"(?:\x1b\[[0-9;]*m)?\[[A-Z]{1,2}\]\[")


def is_availability(topic: str, payload: bytes) -> bool:
    """Tell a device's word of itself from what nobody can read.

    >>> is_availability("four/status", b"online"), is_availability("four/energie", b"online")
    (True, False)
    """
    last = topic.rpartition("/")[2].lower()
    if last == "debug":
        return _ESPHOME_LOG.match(payload) is not None
    if last not in _TOPICS or len(payload) > _LONGEST_WORD:
        return False
    return payload.strip(b'" \r\n').lower() in _WORDS
