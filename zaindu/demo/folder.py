"""Where the demo keeps its data, and the settings it runs on."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from settings.model import Settings, TlsSettings
from zaindu.data_folder import make_data_folder
from zaindu.failures import CommandFailed

_LIVELY_S = 15
"""A demo is looked at closely: walls follow within that time [s]."""


@contextmanager
def only_one_in(folder: Path) -> Iterator[None]:
    """Hold a demo folder for this process.

    Raises:
        CommandFailed: Another demo holds it.
        ConfigError: It cannot be written.
    """
    make_data_folder(folder)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandFailed(
                f"a demo already runs on {folder}: stop it, or give another --data-dir"
            ) from None
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def demo_settings(settings: Settings, folder: Path, *, broker_port: int) -> Settings:
    """Return the settings with embedded stores in `folder` and the embedded broker."""
    storage = settings.storage
    mqtt = settings.mqtt.model_copy(
        update={
            "host": "127.0.0.1",
            "port": broker_port,
            # The embedded broker speaks nothing newer.
            "protocol": "3.1.1",
            "client_id": "zaindu-demo",
            "topics": ("#",),
            "tls": TlsSettings(),
        }
    )
    schedule = settings.schedule
    return settings.model_copy(
        update={
            "site": settings.site.model_copy(update={"data_dir": folder}),
            "mqtt": mqtt,
            "storage": storage.model_copy(
                update={
                    "readings": "embedded",
                    "embedded": storage.embedded.model_copy(
                        update={"file": folder / "readings.sqlite"}
                    ),
                    "records": storage.records.model_copy(
                        update={"file": folder / "records.sqlite"}
                    ),
                }
            ),
            "schedule": schedule.model_copy(
                update={
                    "rollup_s": min(schedule.rollup_s, _LIVELY_S),
                    "snapshot_s": min(schedule.snapshot_s, _LIVELY_S),
                }
            ),
        }
    )
