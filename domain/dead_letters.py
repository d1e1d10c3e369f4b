"""Messages that could not be read, kept so that they can be replayed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One message, as it came, and why it could not be used."""

    topic: str
    payload: bytes
    """Cut to the configured length when huge; `size` is the true one."""

    size: int
    received_at: datetime
    code: str
    reason: str
    id: int | None = None
