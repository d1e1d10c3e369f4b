"""Which of several ingest workers this is: its session, its folder, its share of the messages."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.announced_topics import announced_among
from ingest.reception_clock import PLACES
from settings.model import Settings

SPOOL = "spool"
"""The folder of a worker's spool, in its own."""

_FOLDER = "worker-"

DEFAULT_SHARE = "zaindu"
"""The group whose workers share a subscription, when config.toml names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One process that takes messages; alone, or sharing them with others."""

    name: str
    """Its MQTT client id, which names its session, its tallies and its counters."""

    folder: Path
    """Where its spool and what it knows of its session lie."""

    topics: tuple[str, ...]
    """The topic filters it subscribes to, `$share/<group>/…` when it shares them.

    The one that does errands also listens alone to what devices announced.
    """

    shares: bool = False
    """Whether it shares them."""

    place: int = 0
    """Which of those that share them, as far as the names tell."""

    does_errands: bool = True
    """Whether it also does what the pages ask for; one of them is enough."""

    is_retiring: bool = False
    """It only takes what its session still holds, then ends the session."""


def worker_of(settings: Settings, number: int = 0, *, is_retiring: bool = False) -> Worker:
    """Return a worker of this machine.

    Args:
        settings: Broker, topics and data folder.
        number: 0: it works alone; 1, 2, …: one of several.
        is_retiring: It is not wanted any more.
    """
    mqtt, folder = settings.mqtt, settings.site.data_dir
    share = mqtt.share or (DEFAULT_SHARE if number else "")
    prefix = f"$share/{share}/" if share else ""
    is_first = number <= 1
    beside = announced_among(mqtt.topics) if share and is_first else ()
    return Worker(
        name=f"{mqtt.client_id}-{number}" if number else mqtt.client_id,
        folder=folder / f"{_FOLDER}{number}" if number else folder,
        topics=(*(prefix + topic for topic in mqtt.topics), *beside),
        shares=bool(share),
        place=(zlib.crc32(mqtt.client_id.encode()) + number) % PLACES if share else 0,
        does_errands=is_first and not is_retiring,
        is_retiring=is_retiring,
    )


def folders_of_workers(data_dir: Path) -> Iterator[int]:
    """Yield the numbers of the workers that ever had a folder on this machine."""
    if (data_dir / SPOOL).is_dir():
        yield 0
    for folder in data_dir.glob(f"{_FOLDER}*"):
        number = folder.name.removeprefix(_FOLDER)
        if number.isdecimal():
            yield int(number)
