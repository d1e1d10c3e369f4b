"""How a command ends: exit codes, and errors said kindly.

| code | meaning |
|---|---|
| 0 | done, or stopped on request |
| 1 | it could not be done: a store is away, lines were refused, a name is unknown; |
|   | or `health` found what somebody has to look at |
| 2 | the command line or the configuration must be mended first |
| 130 | interrupted from the keyboard half-way |
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from domain.errors import (
    ConfigError,
    InvalidRecord,
    RejectedFile,
    StorageUnavailable,
    ZainduError,
)


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    FAILED = 1
    MISUSED = 2
    INTERRUPTED = 130


class CommandFailed(ZainduError):
    """A command cannot go on; the text tells the operator what to do."""


@contextmanager
def said_kindly() -> Iterator[None]:
    """Turn what goes wrong into lines on standard error and an exit code.

    With ZAINDU_DEBUG=1 the error goes through with its trace.
    """
    try:
        yield
    except ZainduError as error:
        if os.environ.get("ZAINDU_DEBUG") == "1":
            raise
        for line in _lines(error):
            complain(line)
        raise SystemExit(_code(error)) from None
    except KeyboardInterrupt:
        complain("interrupted")
        raise SystemExit(Exit.INTERRUPTED) from None


def complain(line: str) -> None:
    """Write one line on standard error."""
    sys.stderr.write(f"{line}\n")


def _lines(error: ZainduError) -> list[str]:
    if isinstance(error, ConfigError):
        count = len(error.findings)
        return [*error.findings, f"{count} thing{'s' * (count > 1)} to mend"]
    if isinstance(error, RejectedFile):
        return [*error.problems, "nothing was imported"]
    if isinstance(error, StorageUnavailable):
        return [f"a store does not answer: {error}"]
    if isinstance(error, InvalidRecord):
        return [f"refused: {_plain(name, key)}" for name, key in error.fields.items()]
    return [str(error) or type(error).__name__]


_REFUSALS = {
    "user.name_taken": "there is already an account of that name",
    "user.name_missing": "an account needs a name",
    "user.password_short": "a password needs 10 characters at least",
    "meter.id_form": "an id may only hold a-z, 0-9 and -, 40 at most: choose one with --id",
    "meter.id_taken": "there is already a meter of that id: choose another with --id",
    "meter.name_missing": "a meter needs a name of 80 letters at most: --name",
    "meter.building_unknown": "that building is retired",
    "meter.zone_unknown": "that zone is of another building",
    "meter.parent_unknown": "that parent is a meter of another building",
    "meter.parent_commodity": "a sub-meter counts the same commodity as its parent",
    "meter.parent_loop": "a meter cannot be under itself",
    "meter.main_taken": "the building has a main meter of that commodity already: name it with "
    "--parent when it counts this too, or say --main when this one is to be added to it",
    "meter.scale_range": "a scale is a number above 0",
    "meter.cadence_range": "a cadence is 1 second to 31 days",
    "meter.kwh_pcs_not_gas": "--kwh-pcs-per-m3 is for natural_gas only",
    "meter.kwh_pcs_range": "a cubic metre of gas holds 1 to 50 kWh PCS, 11 or so for natural gas",
    "meter.device_taken": "another meter already takes these registers of this device: "
    "name others with --register, or retire that meter first",
    "meter.from_config": "it is declared in config.toml: change it there",
}


def _plain(field: str, text_key: str) -> str:
    """Say a text key of the records in words; one that no command meets is read as it stands."""
    return _REFUSALS.get(text_key) or f"{field}: {text_key.rpartition('.')[2].replace('_', ' ')}"


def _code(error: ZainduError) -> Exit:
    return Exit.MISUSED if isinstance(error, ConfigError) else Exit.FAILED
