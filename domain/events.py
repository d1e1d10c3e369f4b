"""Events: what a comparison must know about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What happened."""

    CLOSURE = "closure"
    WORKS = "works"
    EXAMS = "exams"
    METER_SWAP = "meter_swap"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something dated that explains the data, noted by somebody."""

    id: str
    building_id: str
    kind: EventKind
    start: datetime
    end: datetime
    text: str
    meter_id: str | None = None
    author: str = ""
