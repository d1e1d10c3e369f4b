"""Raw Linky frames, as a serial port gives them: several, one, or a piece.

The meter is named by ADCO or ADSC; a piece without them is of the meter that
the topic's earlier pieces named, else it goes by PRM, else by its topic. In
standard mode DATE is the time of its frame, with its season; a piece of a
frame without DATE takes that of its neighbour in the payload, a second away.
In historique mode there is no time.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from domain.announcements import Announcement
from domain.errors import RejectedMessage
from ingest.decoders import instants
from ingest.decoders.decoded import Decoded
from ingest.decoders.family import Recall, RecallingFamily, RecallingReader
from ingest.decoders.gathering import Gathering, last_of_each
from ingest.decoders.tic_groups import Frame, cut, looks_like_groups
from ingest.decoders.tic_labels import TIC_DEVICE_LABELS, TIC_LOAD_CURVE, TIC_REGISTERS

NAME = "tic"
_LONGEST_REMEMBERED = 150


def claim(_topic: str) -> RecallingReader | None:
    """Claim no topic: those who publish frames choose their own."""
    return None


def recognise(_recall: Recall, topic: str, payload: bytes) -> RecallingReader | None:
    """Return a reader for text in which the Linky's labels begin lines."""
    return partial(read, topic) if looks_like_groups(payload) else None


def read(topic: str, recall: Recall, payload: bytes, zone: ZoneInfo) -> Decoded:
    """Return the readings of the groups that are whole.

    Raises:
        RejectedMessage: Not one group is.
    """
    frames, wrong = cut(payload)
    named = _first(frames, TIC_DEVICE_LABELS)
    known = (recall(NAME, topic) or b"").decode()
    device = named or known or _first(frames, ("PRM",)) or topic
    found = Gathering(device, None)
    for label in wrong:
        found.complain(label, "has a wrong checksum")
    for frame, time in zip(frames, _times(frames, zone, found), strict=True):
        found.time = time
        _gather(found, frame, zone)
    if not frames:
        raise RejectedMessage("; ".join(found.complaints[:5]), code="wrong_checksum")
    if found.readings and not device:
        raise RejectedMessage("neither topic nor payload names a device", code="no_device")
    is_news = named not in ("", known) and len(topic) <= _LONGEST_REMEMBERED
    news = (Announcement(NAME, topic, named.encode()),) if is_news else ()
    return Decoded(NAME, last_of_each(found.readings), tuple(found.complaints), news)


def _first(frames: Sequence[Frame], labels: Sequence[str]) -> str:
    """Return the meter that the frames name: one serial line has one."""
    for label in labels:
        for frame in frames:
            for group in frame.groups if label in frame.labels else ():
                if group.label == label and group.data.strip():
                    return group.data.strip()
    return ""


def _times(frames: Sequence[Frame], zone: ZoneInfo, found: Gathering) -> list[datetime | None]:
    times = [_stamped(frame.stamp_of("DATE"), "DATE", zone, found) for frame in frames]
    known = [time for time in times if time is not None]
    if not known:
        return times
    following: datetime | None = None
    for place in range(len(times) - 1, -1, -1):
        following = times[place] = times[place] or following
    return [time or known[-1] for time in times]


def _stamped(stamp: str, label: str, zone: ZoneInfo, found: Gathering) -> datetime | None:
    if not stamp:
        return None
    try:
        return instants.from_tic(stamp, zone)
    except RejectedMessage as rejection:
        found.complain(label, f"has a stamp that is no date: {rejection.reason}")
        return None


def _gather(found: Gathering, frame: Frame, zone: ZoneInfo) -> None:
    for label, stamp, data in frame.groups:
        kind = TIC_REGISTERS.get(label)
        if kind is None:
            continue
        frame_time = found.time
        if label in TIC_LOAD_CURVE:
            found.time = _stamped(stamp, label, zone, found) or frame_time
        found.add_text(kind, label, data, label)
        found.time = frame_time


FAMILY = RecallingFamily(NAME, claim, recognise)
