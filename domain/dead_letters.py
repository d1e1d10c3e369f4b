"""Messages that could not be read, kept so that they can be replayed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

_ROW_BYTES = 400
"""What a letter costs beside its texts and its payload: columns, and six indexes over them."""


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

    family: str = ""
    """The decoder's name, when it came so far as to be decoded."""

    device: str = ""
    """What the family calls the device, when the message says."""

    retained: bool = False
    queued: bool = False
    repeated: bool = False
    """As `RawMessage` has them: a replay must not know more than the first reading did."""

    digest: str = ""
    """Of topic and whole payload, by which a message that comes again is known."""

    attempts: int = 0
    """How often it was replayed in vain."""

    wanted_at: datetime | None = None
    """When somebody asked for its replay, and it has not been done yet."""

    @property
    def is_whole(self) -> bool:
        """Tell whether all of it was kept; what was cut cannot be replayed."""
        return len(self.payload) == self.size

    @property
    def weight_bytes(self) -> int:
        """What keeping it costs on disk, about [B]."""
        # Code, family and device stand in an index too.
        twice = 2 * f"{self.code}{self.family}{self.device}"
        letters = f"{self.topic}{self.reason}{twice}".encode(errors="replace")
        return len(self.payload) + len(letters) + _ROW_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFilter:
    """Which letters are meant; what is left empty lets all through."""

    code: str = ""
    family: str = ""

    device: str = ""
    """Also of what is too damaged to tell its device, when levels of its topic name it;
    but not together with a family."""

    topic: str = ""
    """A part of the topic; with a `#` at its end, how the topic starts."""

    text: str = ""
    """A part of the reason."""

    received_from: datetime | None = None
    received_before: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether it lets every letter through."""
        return self == type(self)()


EVERY_LETTER = LetterFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSum:
    """Some letters taken together."""

    number: int = 0
    weight_bytes: int = 0
    oldest_at: datetime | None = None
    newest_at: datetime | None = None

    wanted: int = 0
    """Among them: those whose replay was asked for and is not done."""

    wanted_since: datetime | None = None
    """When the first of those was asked for."""

    cut: int = 0
    """Among them: those too long to be kept whole, which cannot be replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLetters:
    """How many letters one device has."""

    family: str
    device: str
    number: int


def digest_of(topic: str, payload: bytes) -> str:
    """Return what two messages share only when topic and payload are the same."""
    named = topic.encode("utf-8", "surrogatepass")
    # The length parts the two: "a" + "bc" is not "ab" + "c".
    whole = b"%d:%b%b" % (len(named), named, payload)
    return hashlib.blake2b(whole, digest_size=16).hexdigest()
