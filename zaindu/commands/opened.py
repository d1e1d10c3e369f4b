"""The records as commands open them, and the refusal of a name that nothing bears."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import ConfigError

if TYPE_CHECKING:
    from settings.model import Settings
    from storage.ports import Records


@contextmanager
def opened_records(config: Path) -> "Iterator[tuple[Records, Settings]]":
    """Lend the records that a configuration names, and the configuration."""
    from settings.loading import load_settings
    from settings.secrets import read_secrets
    from zaindu.stores import open_records_alone

    settings = load_settings(config)
    with open_records_alone(settings, read_secrets(os.environ)) as records:
        yield records, settings


def refuse_unknown(noun: str, wanted: Sequence[str], known: Sequence[str]) -> None:
    """Refuse names that are not among those known, saying which are.

    Raises:
        ConfigError: One line for each.
    """
    from settings.findings import did_you_mean

    unknown = [one for one in wanted if one not in known]
    if unknown:
        choice = f"; there is {', '.join(known)}" if known else "; there is none"
        raise ConfigError(
            [f"there is no {noun} '{one}'{did_you_mean(one, known) or choice}" for one in unknown]
        )


def shown(text: str) -> str:
    r"""Return what a device sent, as a terminal may be given it.

    >>> shown("plug\x1b[2J")
    'plug\ufffd[2J'
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
