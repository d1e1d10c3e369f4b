"""Everything that can go wrong, as one tree.

ZainduError
├── ConfigError            the operator must edit config.toml; lists every finding
├── RejectedMessage        one message or line is unusable; the stream goes on
├── RejectedFile           a file is unusable as it is; says every line and why
├── InvalidRecord          what was typed cannot be kept; field by field
├── NotFound               the id names nothing
├── StorageUnavailable     retry later; nothing was lost
├── StorageRejected        the store refused these readings; retrying cannot help
└── NewerDatabase          the database was written by a newer Zaindu

Each leaf is a decision for the caller.
"""

from collections.abc import Mapping, Sequence
from typing import Self

from domain.readings import Reading


class ZainduError(Exception):
    """Base of every error that Zaindu raises on purpose."""


class ConfigError(ZainduError):
    """The configuration cannot be used; `findings` says where and how to mend it."""

    def __init__(self, findings: Sequence[str]) -> None:
        """Keep every finding, so that all of them are shown at once."""
        super().__init__("\n".join(findings))
        self.findings = tuple(findings)


class RejectedMessage(ZainduError):
    """A message that can never become readings.

    `code` is a stable English word for filters and metrics, `reason` a sentence;
    `family` and `device` are empty where it was not read so far.
    """

    def __init__(
        self, reason: str, *, code: str = "unreadable", family: str = "", device: str = ""
    ) -> None:
        """Say why, under which code it is counted, and of whose device it tells."""
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.family = family
        self.device = device

    def of(self, family: str, device: str) -> Self:
        """Say whose message it is, and return it."""
        self.family = family
        self.device = device
        return self


class RejectedFile(ZainduError):
    """A file that cannot be imported as it is; `problems` says where and why."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep every problem, so that all of them are shown at once."""
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class InvalidRecord(ZainduError):
    """What somebody asked to keep breaks a rule; `fields` maps field → text key."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        """Keep one text key per field, to be shown in the reader's language."""
        super().__init__(", ".join(f"{name}: {key}" for name, key in fields.items()))
        self.fields = dict(fields)


class NotFound(ZainduError):
    """Nothing bears that id."""


class StorageUnavailable(ZainduError):
    """The store did not answer, or asked us to wait: try again later."""

    def __init__(self, message: str = "", *, retry_after_s: float = 0.0) -> None:
        """Keep for how long it asked us to wait [s]; 0 when it did not say."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class StorageRejected(ZainduError):
    """The store will never take some of what it was given; the rest is kept."""

    def __init__(self, message: str, refused: Sequence[Reading] = ()) -> None:
        """Keep the readings that were refused, for the dead letters."""
        super().__init__(message)
        self.refused = tuple(refused)


class NewerDatabase(ZainduError):
    """The records were written by a newer version of Zaindu."""
