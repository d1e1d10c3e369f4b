"""The groups of raw Linky frames (Enedis-NOI-CPT_54E): cut apart and checked.

A group is `label SEP [stamp SEP] data SEP checksum`, between line feed and
carriage return; the separator is a space in historique mode, a tab in standard
mode. The checksum may be a space, and data in standard mode is padded with
spaces: nothing is ever stripped. A payload may begin and end anywhere.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.decoders.tic_labels import TIC_LABELS

_STX, _ETX = b"\x02", b"\x03"
_BREAK = re.compile(rb"[\r\n\x04]+")
_LOOKS = re.compile(
    rb"(?:^|[\x02\n\r])([A-Z][A-Z0-9+\-]{2,8})[ \t](?=[^\r\n]*[ \t][ -_]?(?:[\r\n\x03]|$))"
)
_LONGEST_LABEL = 10


class Group(NamedTuple):
    """One group whose checksum is right."""

    label: str
    stamp: str
    """As sent; empty without."""

    data: str


@dataclass(slots=True)
class Frame:
    """The groups between two frame marks, or what a payload holds of them."""

    groups: list[Group] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)

    def add(self, group: Group) -> None:
        """Append a group."""
        self.groups.append(group)
        self.labels.add(group.label)

    def stamp_of(self, label: str) -> str:
        """Return the stamp of a group, empty without."""
        if label not in self.labels:
            return ""
        return next(group.stamp for group in self.groups if group.label == label)


def looks_like_groups(payload: bytes) -> bool:
    """Tell whether some line has the form of a group and a label of the Linky's."""
    return any(found[1].decode("ascii") in TIC_LABELS for found in _LOOKS.finditer(payload))


def checksum(covered: bytes) -> int:
    """Return the checksum of what it covers: its sum in six bits, made printable.

    >>> chr(checksum(b"PAPP 00750"))
    '-'
    """
    return (sum(covered) & 0x3F) + 0x20


def cut(payload: bytes) -> tuple[list[Frame], list[str]]:
    """Return the frames and, by label, the groups whose checksum is wrong.

    A group that the payload's start or end cuts is passed over, unless it is
    all there is: the rest of it is in another message.
    """
    frames: list[Frame] = []
    wrong: list[str] = []
    cut_off: list[str] = []
    parts = re.split(rb"[\x02\x03]", payload)
    for index, part in enumerate(parts):
        frame = Frame()
        lines = _BREAK.split(part)
        for place, line in enumerate(lines):
            if not line:
                continue
            group = _checked(line)
            if group is None:
                is_first = index == 0 and place == 0
                is_last = index == len(parts) - 1 and place == len(lines) - 1
                (cut_off if is_first or is_last else wrong).append(_label_of(line))
                continue
            if group.label in frame.labels:
                frames.append(frame)  # frames without marks: the next one has begun
                frame = Frame()
            frame.add(group)
        if frame.groups:
            frames.append(frame)
    return frames, wrong if frames else wrong + cut_off


def _checked(line: bytes) -> Group | None:
    """Return the group of a line, or None when its checksum says that it is broken."""
    separator = line[-2:-1]
    if separator == b"\t":
        covered, most_cuts = line[:-1], -1
    elif separator == b" ":
        covered, most_cuts = line[:-2], 1
    else:
        return None
    if checksum(covered) != line[-1]:
        return None
    parts = line[:-2].decode("ascii", "replace").split(separator.decode(), most_cuts)
    if len(parts) == 2:
        return Group(parts[0], "", parts[1])
    return Group(*parts) if len(parts) == 3 else None


def _label_of(line: bytes) -> str:
    label = re.split(rb"[ \t]", line, maxsplit=1)[0]
    name = label.decode("ascii", "replace")
    return name if name in TIC_LABELS else "a group that is no longer legible"
